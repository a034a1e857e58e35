#include "waterfall/cascade.hpp"

namespace lendport::waterfall {

void Cascade::order_both() {
  add_lender(kSecond);
  order({product("L-20").lender, kSecond});
}

void Cascade::order_the_other_way_round() {
  add_lender(kSecond);
  order({kSecond, product("L-20").lender});
}

void Cascade::add_lender(const std::string& name) {
  ProductDraft draft;
  draft.lender = name;
  draft.terms = test::level_loan();
  const Product made = run(catalog_.create(act(), draft, Stage::soon()));
  run(catalog_.release(act(), {made.id, made.revision}, Stage::soon()));
}

void Cascade::switch_off() {
  const Connection before = run(connections_.get(admin_, org_.id, connection_.id, Stage::soon()));
  run(connections_.disable(admin_, org_.id, before.id, before.version, "pause", Stage::soon()));
  run(catalog_.refresh());
}

void Cascade::switch_on() {
  const Connection before = run(connections_.get(admin_, org_.id, connection_.id, Stage::soon()));
  run(connections_.enable(admin_, org_.id, before.id, before.version, false, Stage::soon()));
  run(catalog_.refresh());
}

WaterfallOrder Cascade::order(std::vector<std::string> lenders) {
  const WaterfallOrder before = run(waterfall_.order(request(admin_), org_.id));
  http::Request asked = request(admin_);
  asked.if_match = http::version_etag(before.version);
  return run(waterfall_.set_order(asked, org_.id, {std::move(lenders), 0}));
}

Application Cascade::answered(const Answer& answer, const std::string& body) {
  return answered(draft(), answer, body);
}

Application Cascade::answered(const Application& made, const Answer& answer,
                              const std::string& body) {
  const Told told = confirm(made, rep_, body);
  EXPECT_FALSE(told.error) << told.detail << told.details;
  script_.submits(answer);
  only_job(kSubmitJob, made);
  EXPECT_TRUE(work(kSubmitJob));
  go_on();
  return stored(made.id);
}

Application Cascade::declined_by_second() {
  const http::Request asked = request(rep_);
  const Quote quote = quoted(opened(), kSecond);
  const auto made = run(applications_.create(asked, org_.id, wanted(quote)));
  return answered(stored(id_of(made)), done(state_json("declined", "no", "", "S-1")),
                  kConfirmation);
}

Application Cascade::declined(const std::string& body) {
  const std::string id = "L-" + std::to_string(++answers_);
  return answered(done(state_json("declined", "no", "", id)), body);
}

void Cascade::go_on() {
  while (run(follower_.take(org_.id)) > 0) {
  }
  while (const auto lease = claim(kWaterfallJob)) {
    run(waterfall_.prepare(*lease, Stage::soon()));
    stage_.db->write_now([&](db::Transaction& tx) {
      if (jobs::is_held(tx, *lease)) jobs::complete(tx, *lease);
    });
  }
}

std::optional<WaterfallStep> Cascade::step_of(const Application& application) {
  return read([&](db::Snapshot& at) { return waterfall_store::find(at, org_.id, application.id); });
}

std::string Cascade::state_of_step(const Application& application) {
  const auto step = step_of(application);
  return step ? std::string(to_string(step->state)) : "none";
}

std::string Cascade::with_consent_to_second(const std::string& apr_max) {
  std::string body = kConfirmation;
  body.insert(body.rfind('}'), R"(,"consent":{"waterfall":[{"lender":")" + std::string(kSecond) +
                                   R"(","text_version":"cu-1","apr_max":")" + apr_max +
                                   R"(","term_months_max":360,"amount_max":{"amount":"90000.00",
                     "currency":"USD"}}]})");
  return body;
}

Cascade::Cascade() = default;
Cascade::~Cascade() = default;

}  // namespace lendport::waterfall
