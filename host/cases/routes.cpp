#include "cases/routes.hpp"

#include "cases/json.hpp"
#include "http/conditional.hpp"

namespace lendport {
namespace {

using http::Idempotency;
using http::Method;
using http::Request;
using http::Response;

Response with_tag(Response response, const Case& subject) {
  response.etag = http::version_etag(subject.version);
  return response;
}

// The version that If-Match names. Throws when it is missing or is no version of ours.
std::int64_t version_in(const Request& request, std::int64_t stored) {
  http::require_match(request, http::version_etag(stored));
  return stored;
}

CaseFilter filter_in(const Request& request) {
  CaseFilter filter;
  filter.number = request.query_parameter("number");
  if (const auto word = request.query_parameter("status")) {
    filter.status = parse_case_status(*word);
    if (!filter.status) {
      throw Error({{"/status", "unknown_choice", "must be one of active, abandoned, closed"}});
    }
  }
  return filter;
}

std::optional<CaseId> position_in(const http::PageRequest& page) {
  if (page.position.empty()) return std::nullopt;
  return CaseId{page.position};
}

Task<Response> list(Cases& cases, const http::Cursors& cursors, const Request& request) {
  const auto page = cursors.read(request);
  const CaseFilter filter = filter_in(request);
  const int wanted = static_cast<int>(page.limit) + 1;
  auto found = co_await cases.list(request.principal, request.id_in_path<OrgId>("org"), filter,
                                   position_in(page), wanted, request.deadline);
  std::optional<std::string> next;
  if (found.size() > page.limit) {
    found.resize(page.limit);
    next = found.back().id.value;
  }
  co_return cursors.page(request, *cases::write(found), next);
}

std::vector<std::string> people_of(const Case& subject) {
  std::vector<std::string> people;
  for (const Applicant& person : subject.applicants) people.push_back(person.id.value);
  return people;
}

// As http::keeping, but the answer goes with the people it shows.
Task<Response> create(Cases& cases, const Request& request) {
  CaseChange first = cases::read_new(request.body);
  const OrgId org = request.id_in_path<OrgId>("org");
  Response answer;
  const db::Keep<Case> keep = [&](db::Transaction& tx, const Case& made) {
    const std::string location = "/v1/orgs/" + org.value + "/cases/" + made.id.value;
    answer = with_tag(http::created(location, *cases::write(made)), made);
    if (request.keep) request.keep(tx, answer, people_of(made));
  };
  co_await cases.create(request.principal, org, std::move(first), request.deadline, keep);
  co_return answer;
}

Task<Case> get(Cases& cases, const Request& request) {
  co_return co_await cases.get(request.principal, request.id_in_path<OrgId>("org"),
                               request.id_in_path<CaseId>("case"), request.deadline);
}

Task<Response> show(Cases& cases, const Request& request) {
  const Case found = co_await get(cases, request);
  co_return with_tag(http::ok(*cases::write(found)), found);
}

Task<Response> change(Cases& cases, const Request& request) {
  const Case stored = co_await get(cases, request);
  const std::int64_t version = version_in(request, stored.version);
  CaseChange wanted = cases::read_change(request.body);
  const Case after = co_await cases.change(request.principal, stored.org, stored.id, version,
                                           std::move(wanted), request.deadline);
  co_return with_tag(http::ok(*cases::write(after)), after);
}

Task<Response> remove(Cases& cases, const Request& request) {
  const Case stored = co_await get(cases, request);
  const std::int64_t version = version_in(request, stored.version);
  co_await cases.remove(request.principal, stored.org, stored.id, version, request.deadline);
  co_return http::no_content();
}

constexpr const char* kAddressSchema = R"({"type":"object","properties":{
"line1":{"type":["string","null"],"maxLength":256},
"line2":{"type":["string","null"],"maxLength":256},
"city":{"type":["string","null"],"maxLength":128},"state":{"type":["string","null"],"maxLength":16},
"postal_code":{"type":["string","null"],"maxLength":16},
"country":{"type":["string","null"],"maxLength":2,
"description":"ISO 3166-1, two capital letters"}}})";

constexpr const char* kApplicantSchema = R"({"type":"object",
"required":["first_name","last_name"],"properties":{
"id":{"type":"string",
"description":"Of an applicant of this case; without it: a new one, or whoever stands there"},
"first_name":{"type":"string","maxLength":128},"last_name":{"type":"string","maxLength":128},
"email":{"type":["string","null"],"maxLength":254},
"phone":{"type":["string","null"],"maxLength":32,
"description":"With country and area code: +15125550100"},
"ssn":{"type":["string","null"],"maxLength":11,
"description":"Answered as *** where there is one; *** sent back beside the id keeps it"},
"date_of_birth":{"type":["string","null"],"maxLength":10,"description":"As for ssn"},
"income":{"description":"As for ssn","oneOf":[{"type":["string","null"]},{"type":"object",
"required":["amount","period"],"properties":{"amount":{"$ref":"#/components/schemas/Money"},
"period":{"enum":["year","month","week"]}}}]},
"address":{"oneOf":[{"type":"null"},{"$ref":"#/components/schemas/PostalAddress"}]},
"language":{"type":["string","null"],"maxLength":16}}})";

constexpr const char* kProjectSchema = R"({"type":"object","properties":{
"address":{"oneOf":[{"type":"null"},{"$ref":"#/components/schemas/PostalAddress"}]},
"segment":{"enum":["residential","commercial"]},
"system_cost":{"description":"The total; goes before size x cost per watt",
"oneOf":[{"type":"null"},{"$ref":"#/components/schemas/Money"}]},
"size_w":{"type":["integer","null"],"minimum":1,"maximum":1000000000},
"cost_per_watt":{"oneOf":[{"type":"null"},{"$ref":"#/components/schemas/Money"}]},
"adders":{"$ref":"#/components/schemas/CostLines"},
"discounts":{"$ref":"#/components/schemas/CostLines"},
"incentives":{"$ref":"#/components/schemas/CostLines"},
"down_payment":{"oneOf":[{"type":"null"},{"$ref":"#/components/schemas/Money"}]},
"consumption_kwh":{"type":["integer","null"],"minimum":0,"description":"A year's"},
"production_kwh":{"type":["integer","null"],"minimum":0,"description":"A year's"},
"site_design_complete":{"type":"boolean"}}})";

constexpr const char* kCostLinesSchema = R"({"type":["array","null"],"maxItems":50,"items":{
"type":"object","required":["label","amount"],"properties":{
"label":{"type":"string","maxLength":256},"amount":{"$ref":"#/components/schemas/Money"}}}})";

constexpr const char* kAgreementSchema = R"({"type":["object","null"],
"description":"The installation agreement, with which the applicant is compared",
"properties":{"name":{"type":["string","null"],"maxLength":256},
"address":{"oneOf":[{"type":"null"},{"$ref":"#/components/schemas/PostalAddress"}]},
"email":{"type":["string","null"],"maxLength":254}}})";

constexpr const char* kChangeSchema = R"({"type":"object","properties":{
"number":{"type":"string","maxLength":64,
"description":"Unique in the org; without it one is given"},
"kind":{"enum":["prospect","client"]},"status":{"enum":["active","closed"]},
"owner":{"type":"string","description":"A user of the org; the caller when missing"},
"applicants":{"type":"array","minItems":1,"maxItems":2,
"items":{"$ref":"#/components/schemas/CaseApplicant"}},
"project":{"$ref":"#/components/schemas/CaseProject"},
"agreement":{"$ref":"#/components/schemas/CaseAgreement"}},
"description":"A merge patch (RFC 7396): absent stays, null clears; a list is replaced whole"})";

constexpr const char* kCaseSchema = R"({"type":"object",
"required":["id","number","kind","status","owner","generation","applicants","project","version"],
"properties":{"id":{"type":"string"},"number":{"type":"string"},
"kind":{"enum":["prospect","client"]},"status":{"enum":["active","abandoned","closed"]},
"owner":{"type":"string"},"generation":{"type":"integer"},
"applicants":{"type":"array","items":{"$ref":"#/components/schemas/CaseApplicant"}},
"project":{"$ref":"#/components/schemas/CaseProject"},
"agreement":{"$ref":"#/components/schemas/CaseAgreement"},
"version":{"type":"integer"},"created_at":{"type":"string","format":"date-time"},
"changed_at":{"type":"string","format":"date-time"}}})";

constexpr const char* kPageSchema = R"({"allOf":[{"$ref":"#/components/schemas/Page"},
{"type":"object","properties":{"data":{"type":"array",
"items":{"$ref":"#/components/schemas/Case"}}}}]})";

}  // namespace

http::Routes case_routes(Cases& cases, const http::Cursors& cursors) {
  const auto on = [&cases](auto handler) {
    return [&cases, handler](const Request& request) { return handler(cases, request); };
  };
  const auto lists = [&cases, &cursors](const Request& request) {
    return list(cases, cursors, request);
  };
  const std::string all = "/v1/orgs/{org}/cases";
  const std::string one = all + "/{case}";
  using enum Permission;
  http::Routes routes = {
      {Method::get, all, cases_read, Idempotency::none,
       "Lists the cases the caller may see; filters: number, status", "", "CasePage", lists},
      {Method::post, all, cases_write, Idempotency::optional, "Opens a case", "CaseChange", "Case",
       on(create)},
      {Method::get, one, cases_read, Idempotency::none, "Shows a case", "", "Case", on(show)},
      {Method::patch, one, cases_write, Idempotency::none,
       "Changes a case: what is absent stays, null clears, lists are replaced", "CaseChange",
       "Case", on(change)},
      {Method::del, one, cases_write, Idempotency::none,
       "Deletes a case for good; refused while it is held", "", "", on(remove)},
  };
  routes[0].query_parameters = {"limit", "cursor", "number", "status"};
  routes[1].success_status = 201;
  routes[3].if_match = routes[4].if_match = true;
  return routes;
}

http::Schemas case_schemas() {
  return {{"PostalAddress", kAddressSchema},
          {"CaseApplicant", kApplicantSchema},
          {"CaseProject", kProjectSchema},
          {"CostLines", kCostLinesSchema},
          {"CaseAgreement", kAgreementSchema},
          {"CaseChange", kChangeSchema},
          {"Case", kCaseSchema},
          {"CasePage", kPageSchema}};
}

}  // namespace lendport
