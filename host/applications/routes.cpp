// JSON → value → one call → JSON.
#include "applications/routes.hpp"

#include "applications/json.hpp"
#include "applications/json_uploads.hpp"
#include "http/bound.hpp"
#include "http/server_sent_events.hpp"

namespace lendport {
namespace {

using http::Request;
using http::Response;
using Bound = http::Bound<Applications>;
namespace texts = applications_texts;

const std::string kList = "/v1/orgs/{org}/applications";
const std::string kOne = kList + "/{application}";
constexpr Permission kReads = Permission::applications_read;
constexpr Permission kWrites = Permission::applications_write;

OrgId org_of(const Request& request) {
  return request.id_in_path<OrgId>("org");
}

ApplicationId id_of(const Request& request) {
  return request.id_in_path<ApplicationId>("application");
}

std::optional<ApplicationState> state_of(const Request& request) {
  const auto text = request.query_parameter("state");
  if (!text) return std::nullopt;
  const auto state = parse_application_state(*text);
  if (!state) {
    throw Error({violation("/state", "unknown_choice", row_of(texts::kRefusals, "not_a_state"))});
  }
  return state;
}

Task<Response> get_requirements(Applications& applications, const Request& request) {
  const auto quote = request.id_in_query<QuoteId>("quote");
  if (!quote) {
    throw Error({violation("/quote", "required", row_of(texts::kRefusals, "name_the_quote"))});
  }
  co_return requirements_answer(
      co_await applications.requirements(request, org_of(request), *quote));
}

Task<Response> post_application(Applications& applications, const Request& request) {
  NewApplication wanted = read_new_application(request.body, applications.now());
  co_return co_await applications.create(request, org_of(request), std::move(wanted));
}

Task<Response> list_applications(Applications& applications, const http::Cursors& cursors,
                                 const Request& request) {
  const http::PageRequest page = cursors.read(request);
  Applications::ListQuery query;
  query.case_id = request.id_in_query<CaseId>("case");
  query.state = state_of(request);
  query.after = http::read_position(page);
  query.limit = static_cast<int>(page.limit) + 1;
  auto found = co_await applications.list(request, org_of(request), std::move(query));
  const bool more = found.size() > page.limit;
  if (more) found.pop_back();
  co_return application_page(cursors, request, found, more);
}

Task<Response> get_application(Applications& applications, const Request& request) {
  const Application found = co_await applications.get(request, org_of(request), id_of(request));
  co_return application_answer(200, found, request.language);
}

Task<Response> get_borrower(Applications& applications, const Request& request) {
  const Confirmation borrower =
      co_await applications.borrower(request, org_of(request), id_of(request));
  co_return borrower_answer(borrower);
}

Task<Response> get_mismatch(Applications& applications, const Request& request) {
  const auto accepted = co_await applications.mismatch(request, org_of(request), id_of(request));
  co_return mismatch_answer(accepted, request.language);
}

Task<Response> confirm(Applications& applications, const Request& request) {
  Confirmation seen = read_confirmation(request.body, applications.now());
  co_return co_await applications.confirm(request, org_of(request), id_of(request),
                                          std::move(seen));
}

Task<Response> decide(Applications& applications, const Request& request) {
  ManualDecision decision = read_manual_decision(request.body);
  co_return co_await applications.decide(request, org_of(request), id_of(request),
                                         std::move(decision));
}

Task<Response> revoke_onward_consent(Applications& applications, const Request& request) {
  co_return co_await applications.revoke_onward_consent(request, org_of(request), id_of(request));
}

Task<Response> withdraw(Applications& applications, const Request& request) {
  co_return co_await applications.withdraw(request, org_of(request), id_of(request));
}

Task<Response> send_documents(Applications& applications, const Request& request) {
  co_return co_await applications.send_documents(request, org_of(request), id_of(request));
}

Task<Response> list_stipulations(Applications& applications, const Request& request) {
  const auto views = co_await applications.stipulations(request, org_of(request), id_of(request));
  co_return stipulations_answer(views, request.language);
}

Task<Response> upload(Applications& applications, const Request& request) {
  std::vector<FileId> files = read_new_upload(request.body);
  std::string stipulation = request.path_parameter("stipulation");
  co_return co_await applications.upload(request, org_of(request), id_of(request),
                                         std::move(stipulation), std::move(files));
}

Task<Response> get_timeline(Applications& applications, const Request& request) {
  const auto entries = co_await applications.timeline(request, org_of(request), id_of(request));
  co_return timeline_answer(entries, request.language);
}

Task<Response> get_timeline_stream(Applications& applications, const Request& request) {
  co_return co_await applications.timeline_stream(request, org_of(request), id_of(request),
                                                  http::resumed_after(request));
}

http::Routes list_rows(const Bound& asks) {
  using enum http::Method;
  using enum http::Idempotency;
  http::Routes rows = {
      {get, kList, kReads, none, "Applications, newest first", "", "ApplicationPage",
       asks(&list_applications)},
      {post, kList, kWrites, optional, "Make an application from a quote (a draft)",
       "NewApplication", "Application", asks(&post_application)},
      {get, kList + "/requirements", kReads, none,
       "What is missing before a quote can be applied for", "", "Requirements",
       asks(&get_requirements)},
  };
  rows[0].query_parameters = {"limit", "cursor", "case", "state"};
  rows[1].success_status = 201;
  rows[2].query_parameters = {"quote"};
  return rows;
}

http::Routes application_rows(const Bound& asks) {
  using enum http::Method;
  using enum http::Idempotency;
  return {
      {get, kOne, kReads, none, "An application", "", "Application", asks(&get_application)},
      {get, kOne + "/borrower", kWrites, none, "The borrower as a person must confirm it", "",
       "Confirmation", asks(&get_borrower)},
      {get, kOne + "/mismatch", Permission::applications_override, none,
       "What was accepted at the confirmation although the agreement says otherwise", "",
       "Mismatch", asks(&get_mismatch)},
      {post, kOne + ":confirm", kWrites, required,
       "Confirm the borrower and send the application to the lender", "Confirmation", "Application",
       asks(&confirm)},
      {post, kOne + ":decide", Permission::applications_decide, required,
       "Record the decision of a lender without an integration", "ManualDecision", "Application",
       asks(&decide)},
      {post, kOne + ":revoke-onward-consent", kWrites, optional,
       "Take back the applicant's consent to further lenders", "", "Application",
       asks(&revoke_onward_consent)},
      {post, kOne + ":withdraw", kWrites, optional, "Take back what was not sent", "",
       "Application", asks(&withdraw)},
  };
}

http::Routes document_rows(const Bound& asks) {
  using enum http::Method;
  using enum http::Idempotency;
  return {
      {post, kOne + ":send-documents", kWrites, required,
       "Ask the lender to send the loan documents to the applicant", "", "Application",
       asks(&send_documents)},
      {get, kOne + "/stipulations", kReads, none,
       "What the lender still wants to see, with the documents that were sent for it", "",
       "Stipulations", asks(&list_stipulations)},
      {post, kOne + "/stipulations/{stipulation}:upload", kWrites, required,
       "Send documents of the case to the lender for a stipulation", "StipulationUpload",
       "Stipulation", asks(&upload)},
  };
}

http::Routes timeline_rows(const Bound& asks) {
  using enum http::Method;
  using enum http::Idempotency;
  http::Routes rows = {
      {get, kOne + "/timeline", kReads, none, "Every step and every call of the lender", "",
       "Timeline", asks(&get_timeline)},
      {get, kOne + "/timeline:stream", kReads, none, "The timeline as it grows", "",
       "TimelineStream", asks(&get_timeline_stream)},
  };
  rows[1].streams = true;
  rows[1].query_parameters = {"after"};
  return rows;
}

}  // namespace

http::Routes applications_routes(Applications& applications, const http::Cursors& cursors) {
  const Bound asks{applications, cursors};
  http::Routes routes;
  for (http::Routes rows :
       {list_rows(asks), application_rows(asks), document_rows(asks), timeline_rows(asks)}) {
    for (http::Route& route : rows) {
      const bool is_carried = route.path.ends_with(":confirm") ||
                              route.path.ends_with(":send-documents") ||
                              route.path.ends_with(":upload");
      if (is_carried) route.success_status = 202;
      routes.push_back(std::move(route));
    }
  }
  return routes;
}

}  // namespace lendport
