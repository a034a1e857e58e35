// Applications that are carried to their lender, whatever it answers.
#pragma once

#include "applications/desk.hpp"

#include <set>

namespace lendport::applications {

class Submitting : public Desk {
 protected:
  Answer ending(OutcomeKind kind);
  // Back to a freshly confirmed application of which nobody knows anything.
  void reset(const Application& application, State state);
  std::string jobs_left();
};

}  // namespace lendport::applications
