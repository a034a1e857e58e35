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
  // A second lender, without integration, with one product; both in the org's order.
  void order_both() {
    add_lender(kSecond);
    order({product("L-20").lender, kSecond});
  }
  // The lender without integration first, then the one that can be away.
  void order_the_other_way_round() {
    add_lender(kSecond);
    order({kSecond, product("L-20").lender});
  }
  void add_lender(const std::string& name) {
    ProductDraft draft;
    draft.lender = name;
    draft.terms = test::level_loan();
    const Product made = run(catalog_.create(act(), draft, Stage::soon()));
    run(catalog_.release(act(), {made.id, made.revision}, Stage::soon()));
  }
  void switch_off() {
    const Connection before = run(connections_.get(admin_, org_.id, connection_.id, Stage::soon()));
    run(connections_.disable(admin_, org_.id, before.id, before.version, "pause", Stage::soon()));
    run(catalog_.refresh());
  }
  void switch_on() {
    const Connection before = run(connections_.get(admin_, org_.id, connection_.id, Stage::soon()));
    run(connections_.enable(admin_, org_.id, before.id, before.version, false, Stage::soon()));
    run(catalog_.refresh());
  }
  WaterfallOrder order(std::vector<std::string> lenders) {
    const WaterfallOrder before = run(waterfall_.order(request(admin_), org_.id));
    http::Request asked = request(admin_);
    asked.if_match = http::version_etag(before.version);
    return run(waterfall_.set_order(asked, org_.id, {std::move(lenders), 0}));
  }
  // What the first lender answers to a new application, confirmed with this body.
  Application answered(const Answer& answer, const std::string& body = kConfirmation) {
    return answered(draft(), answer, body);
  }
  Application answered(const Application& made, const Answer& answer, const std::string& body) {
    const Told told = confirm(made, rep_, body);
    EXPECT_FALSE(told.error) << told.detail << told.details;
    script_.submits(answer);
    only_job(kSubmitJob, made);
    EXPECT_TRUE(work(kSubmitJob));
    go_on();
    return stored(made.id);
  }
  Application declined_by_second() {
    const http::Request asked = request(rep_);
    const Quote quote = quoted(opened(), kSecond);
    const auto made = run(applications_.create(asked, org_.id, wanted(quote)));
    return answered(stored(id_of(made)), done(state_json("declined", "no", "", "S-1")),
                    kConfirmation);
  }
  Application declined(const std::string& body = kConfirmation) {
    const std::string id = "L-" + std::to_string(++answers_);
    return answered(done(state_json("declined", "no", "", id)), body);
  }
  // What follows from the events, to the end, or until it waits.
  void go_on() {
    while (run(follower_.take(org_.id)) > 0) {
    }
    while (const auto lease = claim(kWaterfallJob)) {
      run(waterfall_.prepare(*lease, Stage::soon()));
      stage_.db->write_now([&](db::Transaction& tx) {
        if (jobs::is_held(tx, *lease)) jobs::complete(tx, *lease);
      });
    }
  }
  std::optional<WaterfallStep> step_of(const Application& application) {
    return read(
        [&](db::Snapshot& at) { return waterfall_store::find(at, org_.id, application.id); });
  }
  std::string state_of_step(const Application& application) {
    const auto step = step_of(application);
    return step ? std::string(to_string(step->state)) : "none";
  }
  // kConfirmation with the applicant's consent to the second lender, up to this rate.
  static std::string with_consent_to_second(const std::string& apr_max) {
    std::string body = kConfirmation;
    body.insert(body.rfind('}'), R"(,"consent":{"waterfall":[{"lender":")" + std::string(kSecond) +
                                     R"(","text_version":"cu-1","apr_max":")" + apr_max +
                                     R"(","term_months_max":360,"amount_max":{"amount":"90000.00",
                       "currency":"USD"}}]})");
    return body;
  }

  int answers_ = 0;
  Waterfall waterfall_{{*stage_.db, stage_.clock, stage_.ids, catalog_, cases_, quotes_,
                        connections_, applications_}};
  events::Follower follower_{
      *stage_.db, "waterfall",
      [this](db::Transaction& tx, const events::Event& event) { waterfall_.hear(tx, event); },
      &Waterfall::is_heard_alone};
};

}  // namespace lendport::waterfall
