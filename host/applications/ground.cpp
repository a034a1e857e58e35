#include "applications/ground.hpp"

#include "applications/texts.hpp"
#include "http/message.hpp"

namespace lendport {
namespace {

namespace texts = applications_texts;

}  // namespace

ApplicationGround ground_of(const ApplicationNeeds& needs, db::Snapshot& at,
                            const Principal& caller, const OrgId& org, const QuoteId& id,
                            CasePeople people) {
  // As Quotes::find judges it, with the case opened once: both of its keys are unwrapped each time.
  auto quote = needs.quotes.find(at, org, id);
  if (!quote || quote->environment != caller.environment) http::throw_not_found();
  auto the_case = people == CasePeople::opened
                      ? needs.cases.find(at, org, quote->case_id, caller)
                      : needs.cases.find_without_people(at, org, quote->case_id, caller);
  if (!the_case || the_case->generation != quote->case_generation) http::throw_not_found();
  ApplicationGround ground{
      *std::move(quote), *std::move(the_case), {}, {}, std::string(kHandOverPlugin)};
  if (ground.quote.connection) {
    ground.connection =
        needs.connections.find(at, org, ground.quote.environment, *ground.quote.connection);
    if (!ground.connection) http::throw_not_found();
    ground.plugin_id = ground.connection->plugin_id;
  }
  ground.manifest = needs.connectors.manifest(ground.plugin_id);
  return ground;
}

void require_in_force(const ApplicationGround& ground) {
  const Case& the_case = ground.the_case;
  if (ground.quote.status != QuoteStatus::active ||
      ground.quote.case_generation != the_case.generation) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "quote_replaced")));
  }
  if (the_case.status != CaseStatus::active) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "case_not_active")));
  }
  if (ground.connection && !ground.connection->usable()) {
    throw Error(ErrorCode::conflict,
                said(row_of(texts::kRefusals, "takes_none"),
                     {{"why", connections::why_not_usable(*ground.connection)}}));
  }
}

}  // namespace lendport
