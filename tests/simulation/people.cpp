// Who acts in a simulated world: reps, an admin, the lender's webhooks, an operator.
#include "applications/application.hpp"
#include "connections/inbound_store.hpp"
#include "connectors/switches.hpp"
#include "simulation/life.hpp"

#include <nlohmann/json.hpp>

namespace lendport::simulation {
namespace {

using State = ApplicationState;

constexpr Span kVisitLeast{2'000};
constexpr Span kVisitMost{5 * 60'000};
constexpr Span kSendsAgainAfter{60'000};
constexpr int kWebhookTriesMax = 5;
constexpr Span kOutageMost{8 * 60'000};

NewApplication wanted(const QuoteId& quote) {
  NewApplication wanted;
  wanted.quote = quote;
  wanted.consent = {"v3", "en", from_unix_ms(1'780'000'000'000)};
  wanted.again = true;
  return wanted;
}

Confirmation seen() {
  return {"Ada", "Quinn", "ada@example.com", "(512) 555-0100", "1 Sun St, Austin, TX 78701, US",
          true};
}

// Holds the request for as long as its story runs.
Task<void> carried(http::Request request, Life::Story story) {
  Task<http::Response> task = story(request);
  co_await std::move(task);
}

}  // namespace

http::Request Life::request_of(const Principal& caller) const {
  http::Request request;
  request.id = "req-1";
  request.language = "en";
  request.principal = caller;
  request.deadline = Deadline::max();
  return request;
}

void Life::visit_later() {
  const Span wait = world_.dice.between(kVisitLeast, kVisitMost);
  world_.at(world_.now() + wait, [this] {
    if (world_.calm()) return;
    visit();
    visit_later();
  });
}

// People look at what there is and do what one does in that state.
void Life::visit() {
  if (applications_left_ > 0) create();
  for (const db::Row& row : disk_.query(
           "SELECT id, state, attention, lender_key, connection_id, documents FROM applications")) {
    visit(row);
  }
}

void Life::visit(const db::Row& row) {
  Process* process = any_process();
  if (process == nullptr) return;
  const auto id = row.id<ApplicationId>("id");
  const State state = parse_application_state(row.text("state")).value();
  const bool is_handed_over = !row.optional_text("connection_id");
  const bool is_stuck = is_handed_over || !row.text("attention").empty();
  const std::uint64_t luck = world_.dice.below(100);
  if (state == State::draft || state == State::failed) {
    if (luck < 75) confirm(*process, id);
    if (luck >= (state == State::draft ? 97 : 85)) {
      act(*process, id.value + " application.withdrawn", [=, this](const http::Request& request) {
        return process->applications().withdraw(request, ground_.org, id);
      });
    }
  } else if ((state == State::unknown || is_followed(state)) && is_stuck && luck < 40) {
    decide(*process, id, row.text("lender_key"), is_handed_over);
  } else if ((state == State::approved || state == State::conditional) && asks_for_documents_ &&
             luck < 70) {
    act(*process, id.value + " application.documents_requested",
        [=, this](const http::Request& request) {
          return process->applications().send_documents(request, ground_.org, id);
        });
  }
}

void Life::create() {
  Process* process = any_process();
  if (process == nullptr) return;
  --applications_left_;
  const QuoteId& quote = world_.dice.percent(8) ? ground_.handed_over : ground_.quote;
  act(*process, "an application.created", [=, this, &quote](const http::Request& request) {
    return process->applications().create(request, ground_.org, wanted(quote));
  });
}

void Life::confirm(Process& process, const ApplicationId& id) {
  act(process, id.value + " application.confirmed",
      [this, id, &process](const http::Request& request) {
        return process.applications().confirm(request, ground_.org, id, seen());
      });
}

// What the lender says on the telephone.
void Life::decide(Process& process, const ApplicationId& id, const std::string& key,
                  bool is_handed_over) {
  const Loan* loan = books_.find(key);
  ManualDecision decision;
  decision.status = is_handed_over ? books_.any_word() : loan == nullptr ? "cancelled" : loan->word;
  if (!lender_event(decision.status).mapped) return;
  act(process, id.value + " application." + decision.status,
      [this, id, decision, &process](const http::Request& request) {
        return process.applications().decide(request, ground_.org, id, decision);
      });
}

void Life::act(Process& process, const std::string& told, Story story) {
  const auto heard = [this, told](bool done) {
    world_.note("people", told + (done ? ": done" : ": refused"));
    if (done) ++told_[told];
  };
  process.carry_out(carried(request_of(ground_.admin), std::move(story)), heard);
}

// The lender sends it again until it is taken.
void Life::receive_webhook(const std::string& words, int tries) {
  const auto again = [this, words, tries] {
    if (tries >= kWebhookTriesMax) return;
    world_.at(world_.now() + kSendsAgainAfter,
              [this, words, tries] { receive_webhook(words, tries + 1); });
  };
  Process* process = any_process();
  if (process == nullptr) {
    again();
    return;
  }
  process->carry_out(keep_webhook(process->store(), words), [this, again](bool done) {
    world_.note("webhook", done ? "taken" : "refused");
    if (!done) again();
  });
}

// As connections leaves it, once the connector knew it for the lender's.
Task<void> Life::keep_webhook(Store& store, std::string words) {
  const auto id = world_.next<InboundId>();
  const auto job = world_.next<JobId>();
  const Time now = world_.now();
  const auto work = [&](db::Transaction& tx) {
    const auto sealed = [&](std::string_view column, std::string_view plain) {
      return ground_.sealing.seal(tx, ground_.org, crypto::Sealing::kOrgItself,
                                  {"inbound_webhooks", id.value, column}, plain, now);
    };
    connections::StoredWebhook stored;
    stored.webhook.id = id;
    stored.webhook.org = ground_.org;
    stored.webhook.connection = ground_.connection;
    stored.webhook.received_at = now;
    stored.headers = sealed("sealed_headers", "[]");
    stored.body = sealed("sealed_body", "");
    connections::insert(tx, stored);
    stored.webhook.state = InboundState::verified;
    connections::settle(tx, stored.webhook, sealed("sealed_words", words));
    jobs::enqueue(tx,
                  {job, std::string(kHearWebhookJob), ground_.org,
                   R"({"webhook_id":")" + id.value + "\"}", now, id.value},
                  now);
  };
  co_await store.write(work);
}

// Once in a seed, at a time of its own.
void Life::trouble_the_connector() {
  const bool at_once = world_.dice.percent(40);
  const Span wait = world_.dice.between(Span{0}, at_once ? Span{0} : 4 * kVisitMost);
  world_.at(world_.now() + wait, [this] {
    const Span outage = world_.dice.between(kVisitLeast, kOutageMost);
    if (world_.strikes(Fault::connector_missing)) {
      for (auto& process : processes_) {
        if (process) process->lender().be_missing_until(world_.now() + outage);
      }
    }
    if (world_.strikes(Fault::connector_stopped)) {
      switch_connector(true);
      world_.at(world_.now() + outage, [this] { switch_connector(false); });
    }
  });
}

void Life::switch_connector(bool stopped) {
  disk_.commit([&](db::Transaction& tx) {
    connectors::Switch wanted = connectors::switch_of(tx, kLender);
    if (wanted.stopped == stopped) return;
    wanted.stopped = stopped;
    wanted.changed_at = world_.now();
    ++wanted.version;
    connectors::store(tx, wanted);
  });
}

}  // namespace lendport::simulation
