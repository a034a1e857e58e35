// Mosaic: partner check, products, reps, soft-pull applications and their status.
#include "wire.hpp"

namespace {

using namespace lendport::sdk;

constexpr const char* kAuth = "oauth";

// Percent-encoded for a path segment or a query value: what comes from the lender or a person never
// becomes part of an address's shape.
std::string escaped_for_url(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string escaped;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      escaped += c;
    } else {
      escaped += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  return escaped;
}

std::string partner_url(const Context& ctx, std::string_view path) {
  return ctx.url("/v2/partners/" + escaped_for_url(ctx.setting("mosaic_id")) + std::string(path));
}

Task<ConnectionAnswer> check(Context& ctx, ConnectionQuestion) {
  ConnectionAnswer answer;
  Response reply = co_await ctx.http(Request(get, partner_url(ctx, "")).auth(kAuth));
  if (reply.status == 401) {
    answer.status = CheckStatus::auth_failed;
    answer.field_errors.push_back(
        {"/client_secret", "refused", "Mosaic refuses this client ID and secret"});
    co_return answer;
  }
  if (reply.status == 404) {
    answer.status = CheckStatus::misconfigured;
    answer.field_errors.push_back({"/mosaic_id", "unknown", "Mosaic does not know this Mosaic ID"});
    answer.become_partner_url = "https://mosaic.example/become-a-partner";
    co_return answer;
  }
  reply.require_success();
  Json partner = reply.json();
  if (text_of(partner, "status").value_or("") != "ACTIVE") {
    answer.status = CheckStatus::misconfigured;
    answer.field_errors.push_back(
        {"/mosaic_id", "not_active", "This company is not an active Mosaic partner yet"});
    answer.become_partner_url = "https://mosaic.example/become-a-partner";
    co_return answer;
  }
  answer.status = CheckStatus::ready;
  answer.account.emplace().id = text_of(partner, "id");
  answer.account->name = text_of(partner, "name");
  co_return answer;
}

Task<CatalogPage> list_products(Context& ctx, CatalogQuestion question) {
  std::string path = "/products?limit=100";
  if (question.page) path += "&cursor=" + escaped_for_url(*question.page);
  Response reply = co_await ctx.http(Request(get, partner_url(ctx, path)).auth(kAuth));
  reply.require_success();
  Json answered = reply.json();
  CatalogPage page;
  for (const Json& listed : answered.at("products")) {
    page.products.push_back(mosaic::product_of(listed));
  }
  page.next_page = text_of(answered, "nextCursor");
  co_return page;
}

// The id of the account with that e-mail, if Mosaic has one.
std::optional<std::string> rep_id_in(const Json& answered) {
  for (const Json& rep : answered.at("reps")) return text_of(rep, "id");
  return std::nullopt;
}

Task<RepAnswer> ensure_rep(Context& ctx, RepQuestion question) {
  RepAnswer answer;
  const std::string query = "/reps?email=" + escaped_for_url(question.rep.email);
  Response found = co_await ctx.http(Request(get, partner_url(ctx, query)).auth(kAuth));
  found.require_success();
  answer.lender_rep_id = rep_id_in(found.json());
  if (answer.lender_rep_id || !question.create) {
    answer.match = answer.lender_rep_id ? RepMatch::existing : RepMatch::none;
    co_return answer;
  }
  Json body = {{"email", question.rep.email},
               {"firstName", question.rep.first_name.value_or("")},
               {"lastName", question.rep.last_name.value_or("")}};
  Request request(post, partner_url(ctx, "/reps"));
  request.auth(kAuth).header("idempotency-key", ctx.idempotency_key()).json(body);
  Response created = co_await ctx.http(request);
  created.require_success();
  answer.match = RepMatch::created;
  answer.lender_rep_id = text_of(created.json(), "id");
  co_return answer;
}

Task<ApplicationState> submit(Context& ctx, Submission submission) {
  Request request(post, partner_url(ctx, "/applications"));
  request.auth(kAuth)
      .header("idempotency-key", submission.idempotency_key)
      .json(mosaic::application_body(submission));
  Response reply = co_await ctx.http(request);
  if (reply.status == 422) throw mosaic::refusal_of(reply);
  reply.require_success();
  co_return mosaic::application_of(reply.json());
}

Task<StatusAnswer> status(Context& ctx, StatusQuestion question) {
  StatusAnswer answer;
  if (question.lender_application_id) {
    const std::string path = "/applications/" + escaped_for_url(*question.lender_application_id);
    Response reply = co_await ctx.http(Request(get, partner_url(ctx, path)).auth(kAuth));
    if (reply.status == 404) co_return answer;
    reply.require_success();
    answer.found = true;
    answer.application = mosaic::application_of(reply.json());
    co_return answer;
  }
  const std::string query =
      "/applications?externalReference=" + escaped_for_url(question.idempotency_key.value_or(""));
  Response reply = co_await ctx.http(Request(get, partner_url(ctx, query)).auth(kAuth));
  reply.require_success();
  Json answered = reply.json();
  for (const Json& application : answered.at("applications")) {
    answer.found = true;
    answer.application = mosaic::application_of(application);
    break;
  }
  co_return answer;
}

Connector mosaic_connector() {
  return Connector()
      .on<ConnectionCheck>(check)
      .on<CatalogList>(list_products)
      .on<RepEnsure>(ensure_rep)
      .on<ApplicationSubmit>(submit)
      .on<ApplicationStatusQuery>(status);
}

}  // namespace

LENDPORT_PLUGIN(mosaic_connector)
