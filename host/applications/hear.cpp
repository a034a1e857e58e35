#include "applications/hear.hpp"

#include "applications/attention.hpp"
#include "applications/json_connector.hpp"
#include "applications/store.hpp"
#include "events/events.hpp"

#include <algorithm>
#include <map>

namespace lendport {
namespace {

namespace store = applications_store;

constexpr std::chrono::seconds kLookAgainFirst{5};

bool is_on_its_way(ApplicationState state) {
  return state == ApplicationState::confirmed || state == ApplicationState::submitting;
}

// What became of a webhook, of all it said: that it acted outweighs that it did not.
void add(Heed heed, const std::string& why, InboundState& state, std::string& reason) {
  if (heed == Heed::acted && state != InboundState::acted) {
    state = InboundState::acted;
    reason = why;
  } else if (reason.empty()) {
    reason = why;
  }
}

}  // namespace

Task<void> HearJobs::run(const jobs::Lease& lease, Deadline deadline) const {
  const auto work = [&](db::Transaction& tx) { run(tx, lease); };
  co_await needs_.db.write(work, deadline);
}

void HearJobs::run(db::Transaction& tx, const jobs::Lease& lease) const {
  const auto heard =
      needs_.connections.heard_webhook(tx, lease.org, connections::webhook_in(lease.payload));
  if (!heard) {
    jobs::complete(tx, lease);
    return;
  }
  const Time now = needs_.clock.now();
  const auto age = std::max(now - heard->received_at, std::chrono::milliseconds{0});
  const bool may_wait = age < kHearPatience && lease.attempt < kHearAttemptsMax;
  InboundState state = InboundState::ignored;
  std::string reason;
  // By their ids, so that two webhooks lock them in one order.
  std::map<std::string, std::pair<OrgId, HeardWord>> about;
  for (HeardWord& word : read_heard(heard->words)) {
    const auto named = store::find_named(tx, heard->connection, word);
    if (named.size() == 1) {
      about[named.front().second.value] = {named.front().first, std::move(word)};
      continue;
    }
    const bool names_one = !word.lender_application_id.empty() || !word.idempotency_key.empty();
    // Its answer to a submission may still be on the way.
    if (named.empty() && names_one && may_wait) {
      look_again(tx, lease, now, age);
      return;
    }
    add(Heed::ignored,
        !names_one      ? "it names no application"
        : named.empty() ? "it names no application of this connection"
                        : "it names two applications",
        state, reason);
  }
  std::vector<std::pair<Application, HeardWord>> all;
  for (auto& [id, org_and_word] : about) {
    auto found = store::find_for_update(tx, org_and_word.first, ApplicationId{id});
    // Before anything is done: what waits is heard again whole.
    if (is_on_its_way(found->state) && may_wait) {
      look_again(tx, lease, now, age);
      return;
    }
    all.emplace_back(*std::move(found), std::move(org_and_word.second));
  }
  for (auto& [application, word] : all) {
    const Heeding heeding = heed(tx, application, word);
    add(heeding.heed, heeding.why, state, reason);
    append_webhook_event(tx, application, *heard, word, heeding.why);
  }
  if (reason.empty()) reason = "it says nothing";
  connections::settle_heard(tx, *heard, state, reason, now);
  jobs::complete(tx, lease);
}

void HearJobs::look_again(db::Transaction& tx, const jobs::Lease& lease, Time now,
                          std::chrono::milliseconds age) const {
  const auto wait = std::max<std::chrono::milliseconds>(kLookAgainFirst, age / 2);
  jobs::retry_at(tx, lease, {now + wait, now}, "not at the lender yet");
}

HearJobs::Heeding HearJobs::heed(db::Transaction& tx, Application& application,
                                 HeardWord& word) const {
  const ApplicationState state = application.state;
  // Not even the webhook's event may say more.
  if (submissions_.is_forgotten(tx, application)) {
    word.state.reset();
    return {Heed::ignored, "the applicant's data was erased"};
  }
  if (is_on_its_way(state)) {
    return {Heed::ignored, "the application is still on its way to the lender"};
  }
  const bool is_unknown = state == ApplicationState::unknown;
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if ((is_unknown || is_worth_asking(application)) &&
      ask_jobs_.can_be_asked(tx, application, manifest.get())) {
    records_.enqueue(tx, application, is_unknown ? kReconcileJob : kFollowJob);
    return {Heed::acted, "the lender is asked"};
  }
  if (!word.state) return {Heed::ignored, "it says nothing that can be read"};
  if (store::is_another_ones(tx, application, word.state->lender_application_id)) {
    records_.note(tx, application, attention::kAnotherOnes, "needs_attention", "hub");
    return {Heed::ignored, "it speaks of an application that is another one here"};
  }
  const Step step = words_.take(tx, application, *word.state);
  if (!step.allowed) {
    return {Heed::ignored, "it does not follow from " + std::string(to_string(state))};
  }
  if (!step.changed) return {Heed::ignored, "it says what was known"};
  // What could not be found has a name now.
  if (is_followed(application.state) && ask_jobs_.can_be_asked(tx, application, manifest.get())) {
    records_.enqueue(tx, application, kFollowJob, turns_.first_wait(application));
  }
  return {Heed::acted, "its word was taken"};
}

void HearJobs::append_webhook_event(db::Transaction& tx, const Application& application,
                                    const HeardWebhook& heard, const HeardWord& word,
                                    const std::string& why) const {
  events::append(tx, {needs_.ids.next<EventId>(),
                      application.org,
                      {"application", application.id.value},
                      "application.webhook_received",
                      write_heard(heard.id, word, why),
                      "lender",
                      needs_.clock.now()});
}

}  // namespace lendport
