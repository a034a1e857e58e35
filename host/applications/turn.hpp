// When an application's job may call the lender, and what it waits for meanwhile.
#pragma once

#include "applications/application.hpp"
#include "applications/settings.hpp"
#include "applications/submission.hpp"

#include <chrono>
#include <optional>

namespace lendport {

// Thread-safe.
class LenderTurns {
 public:
  LenderTurns(const ApplicationNeeds& needs, const ApplicationSettings& settings,
              const Submissions& submissions)
      : needs_(needs), settings_(settings), submissions_(submissions) {}

  // A place at the lender for the application's next call.
  connectors::Admission turn_of(const Application& application) const;
  // A call of its connector, without operation, request, deadline and place.
  connectors::Call call_of(db::Transaction& tx, const Application& application) const;
  // When an application that cannot be sent is given up. While its plugin was stopped does not
  // count.
  Time give_up_at(db::Snapshot& at, const Application& application) const;
  // What keeps its job, in words; nothing where nothing does.
  std::optional<WaitsFor> waits_for(db::Snapshot& at, const Application& application) const;

  // Before the first question about an application: as its connector wishes, within the settings.
  std::chrono::milliseconds first_wait(const Application& application) const;
  // Between two questions about what was lost on its way.
  std::chrono::milliseconds longest_wait_for_lost() const;
  // How long its lender's decisions usually hold.
  int decision_days(const Application& application) const;

 private:
  ApplicationNeeds needs_;
  ApplicationSettings settings_;
  const Submissions& submissions_;
};

}  // namespace lendport
