// Applications a lender has or may have, to be asked about.
#pragma once

#include "applications/desk.hpp"

namespace lendport::applications {

using connectors::ReconcileMode;

// What a call of the lender ends with when it says nothing.
inline constexpr std::array kFailures{OutcomeKind::invalid,         OutcomeKind::auth_failed,
                                      OutcomeKind::retryable,       OutcomeKind::upstream_error,
                                      OutcomeKind::unknown_outcome, OutcomeKind::unsupported,
                                      OutcomeKind::internal,        OutcomeKind::cancelled};

class Asking : public Desk {
 protected:
  // Sent, and the answer lost on the way back.
  Application lost();
  Application in_review();
  void use(ReconcileMode mode);
  void put(const Application& application, State state, std::string_view kind);
  // Its case is deleted while the next call is under way.
  void erase_meanwhile(const Application& made);
};

}  // namespace lendport::applications
