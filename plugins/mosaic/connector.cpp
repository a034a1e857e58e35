// Mosaic: partner check, products, reps, soft-pull applications and their status.
#include "wire.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

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

ConnectionAnswer refused(CheckStatus status, const char* pointer, const char* code,
                         const char* detail) {
  ConnectionAnswer answer;
  answer.status = status;
  answer.field_errors.push_back({pointer, code, detail});
  if (status == CheckStatus::misconfigured) {
    answer.become_partner_url = "https://mosaic.example/become-a-partner";
  }
  return answer;
}

Task<ConnectionAnswer> check(Context& ctx, ConnectionQuestion) {
  Response reply = co_await ctx.http(Request(get, partner_url(ctx, "")).auth(kAuth));
  if (reply.status == 401 || reply.status == 403) {
    co_return refused(CheckStatus::auth_failed, "/client_secret", "refused",
                      "Mosaic refuses this client ID and secret");
  }
  if (reply.status == 404 && mosaic::error_of(reply) == "unknown_partner") {
    co_return refused(CheckStatus::misconfigured, "/mosaic_id", "unknown",
                      "Mosaic does not know this Mosaic ID");
  }
  reply.require_success();
  const Json answered = reply.json();
  const mosaic::Members partner(reply, answered);
  if (partner.text("status") != "ACTIVE") {
    co_return refused(CheckStatus::misconfigured, "/mosaic_id", "not_active",
                      "This company is not an active Mosaic partner yet");
  }
  ConnectionAnswer answer;
  answer.status = CheckStatus::ready;
  answer.account.emplace().id = partner.text("id");
  answer.account->name = partner.optional_text("name");
  co_return answer;
}

Task<CatalogPage> list_products(Context& ctx, CatalogQuestion question) {
  std::string path = "/products?limit=100";
  if (question.page) path += "&cursor=" + escaped_for_url(*question.page);
  Response reply = co_await ctx.http(Request(get, partner_url(ctx, path)).auth(kAuth));
  reply.require_success();
  const Json answered = reply.json();
  const mosaic::Members envelope(reply, answered);
  CatalogPage page;
  for (const Json& listed : envelope.required_list("products")) {
    page.products.push_back(mosaic::product_of(listed));
  }
  page.next_page = envelope.optional_text("nextCursor");
  co_return page;
}

bool same_mailbox(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// The id of the account with that e-mail, if Mosaic listed one.
std::optional<std::string> rep_id_in(const Response& reply, const std::string& email) {
  const Json answered = reply.json();
  for (const Json& listed : mosaic::Members(reply, answered).required_list("reps")) {
    const mosaic::Members rep(reply, listed);
    if (same_mailbox(rep.text("email"), email)) return rep.text("id");
  }
  return std::nullopt;
}

Task<RepAnswer> ensure_rep(Context& ctx, RepQuestion question) {
  RepAnswer answer;
  const std::string query = "/reps?email=" + escaped_for_url(question.rep.email);
  Response found = co_await ctx.http(Request(get, partner_url(ctx, query)).auth(kAuth));
  found.require_success();
  answer.lender_rep_id = rep_id_in(found, question.rep.email);
  if (answer.lender_rep_id || !question.create) {
    answer.match = answer.lender_rep_id ? RepMatch::existing : RepMatch::none;
    co_return answer;
  }
  Json body = {{"email", question.rep.email},
               {"firstName", question.rep.first_name.value_or("")},
               {"lastName", question.rep.last_name.value_or("")}};
  Request request(post, partner_url(ctx, "/reps"));
  request.auth(kAuth)
      .header("idempotency-key", question.idempotency_key.value_or(ctx.idempotency_key()))
      .json(body);
  Response created = co_await ctx.http(request);
  created.require_success();
  const Json rep = created.json();
  answer.match = RepMatch::created;
  answer.lender_rep_id = mosaic::Members(created, rep).text("id");
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
  const Json answered = reply.json();
  const auto reference = mosaic::Members(reply, answered).optional_text("externalReference");
  if (reference && *reference != submission.idempotency_key) throw mosaic::unreadable(reply);
  co_return mosaic::application_of(reply, answered);
}

// Not there only where Mosaic says so in its own word: on that the hub may submit again.
Task<StatusAnswer> status_by_id(Context& ctx, std::string id) {
  StatusAnswer answer;
  const std::string path = "/applications/" + escaped_for_url(id);
  Response reply = co_await ctx.http(Request(get, partner_url(ctx, path)).auth(kAuth));
  if (reply.status == 404 && mosaic::error_of(reply) == "unknown_application") co_return answer;
  reply.require_success();
  answer.found = true;
  answer.application = mosaic::application_of(reply, reply.json());
  if (answer.application->lender_application_id != id) throw mosaic::unreadable(reply);
  co_return answer;
}

Task<StatusAnswer> status_by_key(Context& ctx, std::string key) {
  StatusAnswer answer;
  const std::string query = "/applications?externalReference=" + escaped_for_url(key);
  Response reply = co_await ctx.http(Request(get, partner_url(ctx, query)).auth(kAuth));
  reply.require_success();
  const Json answered = reply.json();
  for (const Json& listed : mosaic::Members(reply, answered).required_list("applications")) {
    // Somebody else's application must never be taken for this one.
    if (mosaic::Members(reply, listed).text("externalReference") != key) {
      throw mosaic::unreadable(reply);
    }
    answer.found = true;
    answer.application = mosaic::application_of(reply, listed);
  }
  co_return answer;
}

Task<StatusAnswer> status(Context& ctx, StatusQuestion question) {
  if (question.lender_application_id) {
    co_return co_await status_by_id(ctx, *question.lender_application_id);
  }
  co_return co_await status_by_key(ctx, question.idempotency_key.value_or(""));
}

Task<DocumentsReceipt> send_documents(Context& ctx, DocumentsRequest asked) {
  const std::string path =
      "/applications/" + escaped_for_url(asked.lender_application_id) + "/documents";
  Json body = {{"locale", asked.locale.value_or("en")}};
  Request request(post, partner_url(ctx, path));
  request.auth(kAuth).header("idempotency-key", asked.idempotency_key).json(body);
  Response reply = co_await ctx.http(request);
  if (reply.status == 422) throw mosaic::refusal_of(reply);
  reply.require_success();
  const Json answered = reply.json();
  const mosaic::Members documents(reply, answered);
  DocumentsReceipt receipt;
  receipt.lender_document_id = documents.text("id");
  receipt.status = mosaic::sending_named(documents.text("status"));
  receipt.portal_url = documents.optional_text("portalUrl");
  co_return receipt;
}

// None only where Mosaic lists none for an application that it knows.
Task<DocumentsAnswer> documents_status(Context& ctx, DocumentsQuestion question) {
  const std::string path =
      "/applications/" + escaped_for_url(question.lender_application_id) + "/documents";
  Response reply = co_await ctx.http(Request(get, partner_url(ctx, path)).auth(kAuth));
  reply.require_success();
  const Json answered = reply.json();
  DocumentsAnswer answer;
  answer.status = DocumentsStanding::none;
  for (const Json& listed : mosaic::Members(reply, answered).required_list("documents")) {
    const mosaic::Members documents(reply, listed);
    answer.lender_status = documents.text("status");
    answer.status = mosaic::standing_named(*answer.lender_status);
    answer.updated_at = documents.optional_text("updatedAt");
  }
  co_return answer;
}

// One form with a part for each document; Mosaic keeps one upload for one key.
Task<UploadReceipt> upload_documents(Context& ctx, UploadRequest asked) {
  const std::string stipulation =
      asked.stipulation ? asked.stipulation->lender_id.value_or("") : std::string();
  const std::string path = "/applications/" + escaped_for_url(asked.lender_application_id) +
                           "/stipulations/" + escaped_for_url(stipulation) + "/documents";
  Request request(post, partner_url(ctx, path));
  request.auth(kAuth).header("idempotency-key", asked.idempotency_key);
  for (const UploadDocument& document : asked.documents) request.document("file", document.blob);
  Response reply = co_await ctx.http(request);
  if (reply.status == 422) throw mosaic::refusal_of(reply);
  reply.require_success();
  const Json answered = reply.json();
  const mosaic::Members upload(reply, answered);
  if (upload.text("reference") != asked.idempotency_key) throw mosaic::unreadable(reply);
  UploadReceipt receipt;
  receipt.lender_document_id = upload.text("id");
  receipt.lender_status = upload.text("status");
  receipt.status = mosaic::upload_named(*receipt.lender_status);
  co_return receipt;
}

// None only where Mosaic lists none for that key.
Task<UploadAnswer> uploaded_documents(Context& ctx, UploadQuestion question) {
  const std::string path = "/applications/" + escaped_for_url(question.lender_application_id) +
                           "/uploads?reference=" + escaped_for_url(question.idempotency_key);
  Response reply = co_await ctx.http(Request(get, partner_url(ctx, path)).auth(kAuth));
  reply.require_success();
  const Json answered = reply.json();
  UploadAnswer answer;
  answer.status = UploadStanding::none;
  for (const Json& listed : mosaic::Members(reply, answered).required_list("uploads")) {
    const mosaic::Members upload(reply, listed);
    if (upload.text("reference") != question.idempotency_key) throw mosaic::unreadable(reply);
    answer.lender_document_id = upload.text("id");
    answer.lender_status = upload.text("status");
    answer.status = mosaic::uploaded_named(*answer.lender_status);
  }
  co_return answer;
}

WebhookVerdict not_verified(const char* reason) {
  WebhookVerdict verdict;
  verdict.reason = reason;
  return verdict;
}

// Signed is "<timestamp>.<body>"; the timestamp is seconds since 1970.
Task<WebhookVerdict> verify_webhook(Context& ctx, WebhookHead head) {
  constexpr std::int64_t kToleranceSeconds = 300;
  constexpr std::string_view kPrefix = "sha256=";
  const std::string timestamp = head.header("x-mosaic-timestamp");
  std::string signature = head.header("x-mosaic-signature");
  if (!ctx.settings().values.contains("webhook_secret")) {
    co_return not_verified("the connection has no webhook secret");
  }
  if (timestamp.empty() || !signature.starts_with(kPrefix)) {
    co_return not_verified("it is not signed");
  }
  signature.erase(0, kPrefix.size());
  const std::string signed_text = timestamp + "." + ctx.payload();
  const bool genuine = co_await ctx.hmac_verify("webhook_secret", signed_text, signature);
  if (!genuine) co_return not_verified("the signature is not Mosaic's");
  std::int64_t sent_at = 0;
  const char* end = timestamp.data() + timestamp.size();
  const auto read = std::from_chars(timestamp.data(), end, sent_at);
  const std::int64_t apart = head.received_unix_s().value_or(0) - sent_at;
  if (read.ec != std::errc() || read.ptr != end || apart > kToleranceSeconds ||
      apart < -kToleranceSeconds) {
    co_return not_verified("it was signed at another time than it came");
  }
  WebhookVerdict verdict;
  verdict.verified = true;
  co_return verdict;
}

Task<WebhookReading> parse_webhook(Context& ctx, WebhookHead) {
  co_return mosaic::webhook_of(ctx.payload());
}

Connector mosaic_connector() {
  return Connector()
      .on<ConnectionCheck>(check)
      .on<CatalogList>(list_products)
      .on<RepEnsure>(ensure_rep)
      .on<ApplicationSubmit>(submit)
      .on<ApplicationStatusQuery>(status)
      .on<DocumentsSend>(send_documents)
      .on<DocumentsStatusQuery>(documents_status)
      .on<DocumentsUpload>(upload_documents)
      .on<DocumentsUploadedQuery>(uploaded_documents)
      .on<WebhookVerify>(verify_webhook)
      .on<WebhookParse>(parse_webhook);
}

}  // namespace

LENDPORT_PLUGIN(mosaic_connector)
