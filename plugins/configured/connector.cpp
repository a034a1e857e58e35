// Configured products: no lender API. An application is handed over to people; nothing leaves.
#include <lendport/sdk.hpp>

namespace {

using namespace lendport::sdk;

// The hand-over is in review from now on; `…:decide` records what the lender told a person. The
// reference is made from the hub's key, so that a repeated attempt is the same hand-over.
Task<ApplicationState> hand_over(Context& ctx, Submission submission) {
  ApplicationState state;
  state.lender_application_id = "handover-" + submission.idempotency_key;
  state.lender_status = "handed_over";
  state.status = ApplicationStatus::in_review;
  ctx.log(LENDPORT_LOG_INFO, "handover.created");
  co_return state;
}

Connector configured() {
  return Connector().on<ApplicationSubmit>(hand_over);
}

}  // namespace

LENDPORT_PLUGIN(configured)
