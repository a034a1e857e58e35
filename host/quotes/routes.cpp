#include "quotes/routes.hpp"

#include "http/conditional.hpp"
#include "http/stored_answer.hpp"
#include "quotes/json.hpp"

namespace lendport {
namespace {

using http::Idempotency;
using http::Method;
using http::Request;
using http::Response;

Response with_tag(Response response, const Quote& quote) {
  response.etag = http::version_etag(quote.version);
  return response;
}

std::optional<QuoteId> position_in(const http::PageRequest& page) {
  if (page.position.empty()) return std::nullopt;
  return QuoteId{page.position};
}

Task<Response> list(Quotes& quotes, const http::Cursors& cursors, const Request& request) {
  const auto page = cursors.read(request);
  const int wanted = static_cast<int>(page.limit) + 1;
  auto found = co_await quotes.list(request.principal, request.id_in_path<OrgId>("org"),
                                    request.id_in_path<CaseId>("case"), position_in(page), wanted,
                                    request.deadline);
  std::optional<std::string> next;
  if (found.size() > page.limit) {
    found.resize(page.limit);
    next = found.back().id.value;
  }
  co_return cursors.page(request, *quotes::write(found), next);
}

Task<Response> create(Quotes& quotes, const Request& request) {
  QuoteRequest asked = quotes::read_quote_request(request.body);
  asked.reader = request.language;
  const OrgId org = request.id_in_path<OrgId>("org");
  const CaseId case_id = request.id_in_path<CaseId>("case");
  const std::string all = "/v1/orgs/" + org.value + "/cases/" + case_id.value + "/quotes/";
  Response answer;
  const auto keep = http::keeping<Quote>(request, answer, [&](const Quote& made) {
    return with_tag(http::created(all + made.id.value, *quotes::write(made)), made);
  });
  co_await quotes.create(request.principal, org, case_id, std::move(asked), request.deadline, keep);
  co_return answer;
}

Task<Response> compare(Quotes& quotes, const Request& request) {
  CompareRequest asked = quotes::read_compare_request(request.body);
  asked.reader = request.language;
  const Comparison comparison = co_await quotes.compare(
      request.principal, request.id_in_path<OrgId>("org"), request.id_in_path<CaseId>("case"),
      std::move(asked), request.deadline);
  co_return http::ok(*quotes::write(comparison));
}

Response csv_of(const Quote& quote) {
  Response response;
  response.content_type = "text/csv; charset=utf-8";
  response.headers.emplace_back("Content-Disposition",
                                "attachment; filename=\"" + quote.id.value + ".csv\"");
  response.body = quotes::schedule_csv(quote);
  return response;
}

Task<Response> show(Quotes& quotes, const Request& request) {
  const auto format = request.query_parameter("format").value_or("json");
  if (format != "json" && format != "csv") {
    throw Error({{"/format", "unknown_choice", "must be one of json, csv"}});
  }
  const Quote found = co_await quotes.get(request.principal, request.id_in_path<OrgId>("org"),
                                          request.id_in_path<CaseId>("case"),
                                          request.id_in_path<QuoteId>("quote"), request.deadline);
  Response response = format == "csv" ? csv_of(found) : http::ok(*quotes::write(found));
  co_return with_tag(std::move(response), found);
}

constexpr const char* kRequestSchema = R"({"type":"object","required":["product_id"],"properties":{
"product_id":{"type":"string"},
"term_months":{"type":"integer","minimum":1,"maximum":600,"description":"The product's own"},
"language":{"type":"string","maxLength":16,
"description":"Of the product's texts; the first applicant's when missing"}}})";

constexpr const char* kCompareSchema = R"({"type":"object","properties":{
"sort":{"enum":["lowest_payment","lowest_rate","shortest_term"]},
"language":{"type":"string","maxLength":16}}})";

constexpr const char* kSourcedSchema = R"({"type":"object",
"required":["amount","currency","source"],"properties":{
"amount":{"type":"string"},"currency":{"type":"string"},
"source":{"enum":["case_total","size_times_cost_per_watt","case_lines","case_field","product",
"computed"]},
"basis":{"enum":["system_cost","net_cost","financed_amount"]},
"handling":{"enum":["in_loan","own_cost"]}}})";

constexpr const char* kAmountsSchema = R"({"type":"object","properties":{
"system_cost":{"$ref":"#/components/schemas/SourcedAmount"},
"adders":{"$ref":"#/components/schemas/SourcedAmount"},
"discounts":{"$ref":"#/components/schemas/SourcedAmount"},
"incentives":{"$ref":"#/components/schemas/SourcedAmount"},
"down_payment":{"$ref":"#/components/schemas/SourcedAmount"},
"net_cost":{"$ref":"#/components/schemas/SourcedAmount"},
"dealer_fee":{"$ref":"#/components/schemas/SourcedAmount"},
"fees":{"$ref":"#/components/schemas/SourcedAmount"},
"financed_amount":{"$ref":"#/components/schemas/SourcedAmount"},
"amount_sent_to_lender":{"$ref":"#/components/schemas/SourcedAmount"}}})";

constexpr const char* kScheduleSchema = R"({"type":"object","properties":{
"currency":{"type":"string"},"rows":{"type":"array","maxItems":600,"items":{"type":"object",
"required":["n","due_date","opening","principal","interest","payment","balance"],"properties":{
"n":{"type":"integer"},"due_date":{"type":"string","format":"date"},
"opening":{"type":"string"},"principal":{"type":"string"},"interest":{"type":"string"},
"payment":{"type":"string"},"balance":{"type":"string"}}}}}})";

// What a stored quote and a line of the comparison share.
constexpr const char* kOfferSchema = R"({"type":"object",
"required":["product_id","product_version","amounts","term_months","apr","first_payment"],
"properties":{"product_id":{"type":"string"},"product_version":{"type":"integer"},
"product_name":{"type":"string"},"lender":{"type":"string"},
"connection_id":{"type":["string","null"]},
"amounts":{"$ref":"#/components/schemas/QuoteAmounts"},"term_months":{"type":"integer"},
"apr_stated":{"$ref":"#/components/schemas/Rate"},"apr":{"$ref":"#/components/schemas/Rate"},
"apr_within_tolerance":{"type":"boolean"},
"first_payment":{"$ref":"#/components/schemas/Money"},
"last_payment":{"$ref":"#/components/schemas/Money"},
"total_of_payments":{"$ref":"#/components/schemas/Money"},
"finance_charge":{"$ref":"#/components/schemas/Money"}}})";

constexpr const char* kQuoteSchema = R"({"allOf":[{"$ref":"#/components/schemas/PricedProduct"},
{"type":"object","required":["id","case_id","status","environment"],"properties":{
"id":{"type":"string"},"case_id":{"type":"string"},"status":{"enum":["active","superseded"]},
"environment":{"enum":["production","sandbox"]},"language":{"type":"string"},
"lender_product_id":{"type":"string"},"apr_method":{"enum":["us_actuarial"]},
"apr_tolerance":{"$ref":"#/components/schemas/Rate"},
"first_payment_on":{"type":"string","format":"date"},
"created_by":{"type":"string"},"created_at":{"type":"string","format":"date-time"},
"version":{"type":"integer"},
"schedule":{"$ref":"#/components/schemas/Schedule"}}}]})";

constexpr const char* kComparisonSchema = R"({"type":"object","required":["data","left_out"],
"properties":{"data":{"type":"array","items":{"$ref":"#/components/schemas/PricedProduct"}},
"left_out":{"type":"array","items":{"type":"object",
"required":["product_id","code","detail"],"properties":{"product_id":{"type":"string"},
"product_name":{"type":"string"},"lender":{"type":"string"},
"code":{"type":"string"},"detail":{"type":"string"}}}}}})";

constexpr const char* kPageSchema = R"({"allOf":[{"$ref":"#/components/schemas/Page"},
{"type":"object","properties":{"data":{"type":"array",
"items":{"$ref":"#/components/schemas/Quote"}}}}]})";

}  // namespace

http::Routes quote_routes(Quotes& quotes, const http::Cursors& cursors) {
  const auto on = [&quotes](auto handler) {
    return [&quotes, handler](const Request& request) { return handler(quotes, request); };
  };
  const auto lists = [&quotes, &cursors](const Request& request) {
    return list(quotes, cursors, request);
  };
  const std::string all = "/v1/orgs/{org}/cases/{case}/quotes";
  using enum Permission;
  http::Routes routes = {
      {Method::get, all, quotes_read, Idempotency::none, "Lists the quotes of a case, newest first",
       "", "QuotePage", lists},
      {Method::post, all, quotes_write, Idempotency::optional, "Prices a product for a case",
       "QuoteRequest", "Quote", on(create)},
      {Method::post, all + ":compare", quotes_read, Idempotency::none,
       "Prices every product of the org side by side; says why one is left out", "CompareRequest",
       "Comparison", on(compare)},
      {Method::get, all + "/{quote}", quotes_read, Idempotency::none,
       "Shows a quote with its schedule; format=csv gives the schedule alone", "", "Quote",
       on(show)},
  };
  routes[0].query_parameters = {"limit", "cursor"};
  routes[1].success_status = 201;
  routes[3].query_parameters = {"format"};
  return routes;
}

http::Schemas quote_schemas() {
  return {{"QuoteRequest", kRequestSchema},  {"CompareRequest", kCompareSchema},
          {"SourcedAmount", kSourcedSchema}, {"QuoteAmounts", kAmountsSchema},
          {"Schedule", kScheduleSchema},     {"PricedProduct", kOfferSchema},
          {"Quote", kQuoteSchema},           {"Comparison", kComparisonSchema},
          {"QuotePage", kPageSchema}};
}

}  // namespace lendport
