// An org with two lenders, an order of them, and applications that come to nothing.
#pragma once

#include "applications/desk.hpp"
#include "http/conditional.hpp"
#include "waterfall/jobs.hpp"
#include "waterfall/json.hpp"
#include "waterfall/store.hpp"
#include "waterfall/waterfall.hpp"

#include <string>

namespace lendport::waterfall {

using applications::Answer;
using applications::Desk;
using applications::done;
using applications::found_json;
using applications::kConfirmation;
using applications::State;
using applications::state_json;
using applications::Told;
using orgs::Stage;

inline constexpr const char* kSecond = "Credit Union";
inline constexpr const char* kThird = "Savings Bank";
inline constexpr std::chrono::milliseconds kProbe{30'000};  // until a lender that is down is tried

class Cascade : public Desk {
 protected:
  Cascade();
  ~Cascade() override;

  // A second lender, without integration, with one product; both in the org's order.
  void order_both();
  // The lender without integration first, then the one that can be away.
  void order_the_other_way_round();
  void add_lender(const std::string& name);
  void switch_off();
  void switch_on();
  WaterfallOrder order(std::vector<std::string> lenders);
  // What the first lender answers to a new application, confirmed with this body.
  Application answered(const Answer& answer, const std::string& body = kConfirmation);
  Application answered(const Application& made, const Answer& answer, const std::string& body);
  Application declined_by_second();
  Application declined(const std::string& body = kConfirmation);
  // What follows from the events, to the end, or until it waits.
  void go_on();
  std::optional<WaterfallStep> step_of(const Application& application);
  std::string state_of_step(const Application& application);
  // kConfirmation with the applicant's consent to the second lender, up to this rate.
  static std::string with_consent_to_second(const std::string& apr_max);

  int answers_ = 0;
  Waterfall waterfall_{{*stage_.db, stage_.clock, stage_.ids, catalog_, cases_, quotes_,
                        connections_, applications_}};
  events::Follower follower_{
      *stage_.db, "waterfall",
      [this](db::Transaction& tx, const events::Event& event) { waterfall_.hear(tx, event); },
      &Waterfall::is_heard_alone};
};

}  // namespace lendport::waterfall
