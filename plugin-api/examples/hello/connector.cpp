// The smallest whole connector: settings check, two loans, a credit application.
#include <lendport/sdk.hpp>

namespace {

using namespace lendport::sdk;

Task<ConnectionAnswer> check(Context& ctx, ConnectionQuestion) {
  ConnectionAnswer answer;
  Response reply =
      co_await ctx.http(Request(get, ctx.url("/dealers/" + ctx.setting("dealer_id"))).auth("key"));
  if (reply.status == 401) {
    answer.status = CheckStatus::auth_failed;
    co_return answer;
  }
  if (reply.status == 404) {
    answer.status = CheckStatus::misconfigured;
    answer.field_errors.push_back(
        {"/dealer_id", "unknown", "The lender does not know this number"});
    co_return answer;
  }
  reply.require_success();
  answer.status = CheckStatus::ready;
  answer.account.emplace().name = text_of(reply.json(), "name");
  co_return answer;
}

LenderProduct product_of(const Json& loan) {
  LenderProduct product;
  product.lender_product_id = loan.at("id");
  product.kind = "loan_solar";
  product.name["en"] = loan.at("title");
  product.approved_locales = {"en"};
  product.countries = {"US"};
  product.segments = {"residential"};
  product.currency = "USD";
  product.apr = loan.at("apr");
  product.term_months = loan.at("months");
  product.dealer_fee.emplace().percent = loan.at("fee");
  product.dealer_fee->basis = FeeBasis::financed_amount;
  return product;
}

Task<CatalogPage> list_products(Context& ctx, CatalogQuestion) {
  Response reply = co_await ctx.http(Request(get, ctx.url("/loans")).auth("key"));
  reply.require_success();
  Json answered = reply.json();
  CatalogPage page;
  for (const Json& loan : answered.at("loans")) page.products.push_back(product_of(loan));
  co_return page;
}

ApplicationStatus status_named(std::string_view word) {
  if (word == "OK") return ApplicationStatus::approved;
  if (word == "NO") return ApplicationStatus::declined;
  if (word == "WAIT") return ApplicationStatus::in_review;
  return ApplicationStatus::unknown;
}

Task<ApplicationState> submit(Context& ctx, Submission submission) {
  const Applicant& borrower = submission.applicants.front();
  Json body = {{"loan", submission.product.lender_product_id},
               {"amount", submission.quote.amount_sent_to_lender.amount},
               {"name", borrower.first_name + " " + borrower.last_name},
               {"email", borrower.email.value_or("")}};
  Request request(post, ctx.url("/applications"));
  request.auth("key").header("idempotency-key", submission.idempotency_key).json(body);

  Response reply = co_await ctx.http(request);
  reply.require_success();
  Json answered = reply.json();
  ApplicationState state;
  state.lender_application_id = answered.at("id");
  state.lender_status = answered.at("status");
  state.status = status_named(state.lender_status);
  co_return state;
}

Connector hello() {
  return Connector()
      .on<ConnectionCheck>(check)
      .on<CatalogList>(list_products)
      .on<ApplicationSubmit>(submit);
}

}  // namespace

LENDPORT_PLUGIN(hello)
