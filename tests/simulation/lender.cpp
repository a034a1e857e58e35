#include "simulation/lender.hpp"

#include "core/error.hpp"
#include "simulation/process.hpp"

#include <nlohmann/json.hpp>

namespace lendport::simulation {
namespace {

using connectors::Call;
using connectors::Outcome;
using connectors::OutcomeKind;
using connectors::ReconcileMode;

constexpr std::string_view kSubmit = "application.submit/1";
constexpr std::string_view kStatus = "application.status/1";
constexpr std::string_view kSend = "documents.send/1";
constexpr std::string_view kAsk = "documents.status/1";

constexpr int kWindowSeconds = 180;
// A connector whose bytes did not leave by then has given up.
constexpr Span kLeavesWithin{15'000};
constexpr Span kTravelMost{1'500};
constexpr Span kLateMost{15'000};
constexpr Span kThinksLeast{1'000};
constexpr Span kThinksMost{20'000};
constexpr Span kGivesUp{30'000};
constexpr std::uint64_t kRetryAfterMost = 20'000;
constexpr Span kTurnLeast{250};
constexpr Span kTurnMost{30'000};
constexpr Span kDownMost{4 * 60'000};

Outcome ends(OutcomeKind kind) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.code = "lender.said_so";
  outcome.message = "the lender says so";
  return outcome;
}

Outcome done(std::string text) {
  Outcome outcome;
  outcome.kind = OutcomeKind::done;
  outcome.result = std::make_shared<const json::Value>(json::parse(text));
  outcome.result_text = std::move(text);
  return outcome;
}

net::Exchange exchange_of(net::Phase phase, net::Fault fault) {
  net::Exchange exchange;
  exchange.phase = phase;
  exchange.fault = fault;
  if (phase == net::Phase::response) exchange.status = 200;
  return exchange;
}

}  // namespace

struct Lender::Reply {
  Outcome outcome;
  net::Exchange exchange;
  bool arrives = false;
  bool answers = false;  // by what the lender then has
  Span travels{0};
  Span takes{0};  // until the answer, or its absence
};

Lender::Lender(World& world, Books& books, Process& process, db::Database& store)
    : world_(world),
      books_(books),
      process_(process),
      journal_(store, world, world),
      plugin_(std::make_shared<connectors::Manifest>()) {
  plugin_->id = kLender;
  plugin_->name = "Fake Lender";
  plugin_->reconcile_window_s = kWindowSeconds;
  plugin_->decision_days = 45;
  plugin_->document = std::make_shared<const json::Value>();
  be(Kind::by_key);
  configured_ = std::make_shared<connectors::Manifest>(*plugin_);
  configured_->id = kHandOverPlugin;
  configured_->capabilities = {{std::string(kSubmit), 1, "stable"}};
  configured_->reconcile = ReconcileMode::none;
}

void Lender::be(Kind kind) {
  plugin_->capabilities = {{std::string(kSubmit), 1, "stable"}};
  if (kind != Kind::cannot_ask) {
    for (const std::string_view more : {kStatus, kSend, kAsk}) {
      plugin_->capabilities.push_back({std::string(more), 1, "stable"});
    }
  }
  plugin_->reconcile = kind == Kind::by_key      ? ReconcileMode::by_key
                       : kind == Kind::by_search ? ReconcileMode::by_search
                                                 : ReconcileMode::none;
}

std::shared_ptr<const connectors::Manifest> Lender::manifest(std::string_view id) const {
  if (world_.now() < missing_until_ && !world_.calm()) return nullptr;
  if (id == configured_->id) return configured_;
  return id == kLender ? plugin_ : nullptr;
}

Task<std::vector<connectors::PluginView>> Lender::rescan() {
  co_return std::vector<connectors::PluginView>();
}

// As the doorway of the hub's own connectors answers. The breaker opens for a while; that every
// place is taken holds for this one.
connectors::Admission Lender::admit(std::string_view plugin, const ConnectionId&) {
  const connectors::Admission admitted{std::make_shared<int>(0), {}, {}};
  if (plugin != kLender || world_.calm()) return admitted;
  const bool was_down = world_.now() < down_until_;
  if (!was_down && !world_.strikes(Fault::turned_away)) return admitted;
  const bool is_down = was_down || world_.dice.percent(50);
  if (is_down && !was_down) down_until_ = world_.now() + world_.dice.between(kTurnMost, kDownMost);
  const Span turn = world_.dice.between(kTurnLeast, kTurnMost);
  return {nullptr, is_down ? connectors::kDownCode : connectors::kBusyCode, turn};
}

Task<Outcome> Lender::call(Call call) {
  if (!call.place) world_.wrong("a job calls the lender out of turn: " + call.operation);
  if (world_.strikes(Fault::latency)) {
    const Span span = world_.dice.between(kThinksLeast, kThinksMost);
    co_await world_.sleep(span);
  }
  // People carry it: its connector says so, and reaches nobody.
  if (call.plugin == kHandOverPlugin) {
    co_return done(R"({"lender_application_id":")" + call.idempotency_key +
                   R"(","status":"in_review","lender_status":"handed over"})");
  }
  const bool creates = call.operation == kSubmit || call.operation == kSend;
  Task<Outcome> carried = creates ? create(std::move(call)) : ask(std::move(call));
  co_return co_await std::move(carried);
}

// The order of the hub's own connectors: the journal, the bytes, the answer, the journal.
Task<Outcome> Lender::create(Call call) {
  if (world_.strikes(Fault::unreachable)) co_return ends(OutcomeKind::retryable);
  const auto kept = std::make_shared<const Call>(call);
  connectors::JournalRow row;
  row.call = kept;
  row.effect = connectors::Effect::create;
  row.method = "POST";
  row.url = "https://api.fake.example/applications";
  row.request = "{}";
  const Time intended_at = world_.now();
  std::optional<CallId> id;
  try {
    id = co_await journal_.intend(row);
  } catch (const Error&) {
    id.reset();
  }
  // What the journal would not take has not left.
  if (!id) co_return ends(OutcomeKind::retryable);
  Reply reply;
  if (world_.now() - intended_at > kLeavesWithin) {
    reply.outcome = ends(OutcomeKind::retryable);
    reply.exchange = exchange_of(net::Phase::none, net::Fault::timeout);
  } else {
    reply = next_reply();
    if (reply.arrives) {
      world_.at(world_.now() + reply.travels, [&books = books_, kept] {
        if (kept->operation == kSubmit) books.take_application(kept->idempotency_key);
        if (kept->operation == kSend) books.take_documents(kept->idempotency_key);
      });
    }
    co_await world_.sleep(reply.takes);
    if (world_.strikes(Fault::dies_in_a_call)) co_await process_.die();
  }
  if (reply.answers) reply.outcome = done(answer_to_create(call));
  bool is_kept = true;
  try {
    co_await journal_.end(*id, row, reply.exchange);
  } catch (const Error&) {
    is_kept = false;
  }
  if (!is_kept && reply.exchange.may_have_left()) co_return ends(OutcomeKind::unknown_outcome);
  co_return reply.outcome;
}

Lender::Reply Lender::next_reply() {
  Reply reply;
  reply.takes = world_.dice.between(Span{1}, kTravelMost);
  reply.exchange = exchange_of(net::Phase::response, net::Fault::none);
  if (world_.strikes(Fault::busy)) {
    reply.outcome = ends(OutcomeKind::retryable);
    if (world_.dice.percent(30))
      reply.outcome.retry_after = Span(world_.dice.below(kRetryAfterMost));
    return reply;
  }
  if (world_.strikes(Fault::refuses)) {
    reply.outcome =
        ends(world_.dice.percent(50) ? OutcomeKind::invalid : OutcomeKind::upstream_error);
    return reply;
  }
  if (world_.strikes(Fault::refuses_credentials)) {
    reply.outcome = ends(OutcomeKind::auth_failed);
    return reply;
  }
  reply.outcome = ends(OutcomeKind::unknown_outcome);
  if (world_.strikes(Fault::cut_before_arrival)) {
    reply.exchange = exchange_of(net::Phase::sending, net::Fault::reset);
    return reply;
  }
  reply.arrives = true;
  reply.travels = reply.takes;
  if (world_.strikes(Fault::cut_after_arrival)) {
    reply.exchange = exchange_of(net::Phase::sent, net::Fault::reset);
  } else if (world_.strikes(Fault::arrives_late)) {
    reply.travels = world_.dice.between(kTravelMost, kLateMost);
    reply.exchange = exchange_of(net::Phase::sent, net::Fault::reset);
  } else if (world_.strikes(Fault::half_body)) {
    reply.exchange = exchange_of(net::Phase::response, net::Fault::reset);
  } else if (world_.strikes(Fault::answers_too_late)) {
    reply.takes = kGivesUp;
    reply.exchange = exchange_of(net::Phase::sent, net::Fault::timeout);
  } else if (world_.strikes(Fault::unreadable)) {
    reply.outcome = done(R"({"junk":1})");
  } else {
    reply.answers = true;
    // The answer is made of what arrived a moment before.
    reply.takes += Span{1};
  }
  return reply;
}

std::string Lender::answer_to_create(const Call& call) {
  if (call.operation == kSend) {
    const Papers& papers = *books_.find_papers(call.idempotency_key);
    return R"({"status":")" + papers.status + R"(","lender_document_id":"D-1"})";
  }
  Loan said = *books_.find(call.idempotency_key);
  const std::string other = books_.another_ones_id(call.idempotency_key);
  if (!other.empty() && world_.strikes(Fault::another_ones)) said.id = other;
  return state_text(said);
}

Task<Outcome> Lender::ask(Call call) {
  if (world_.strikes(Fault::unreachable)) co_return ends(OutcomeKind::retryable);
  if (world_.strikes(Fault::cut_after_arrival)) co_return ends(OutcomeKind::unknown_outcome);
  if (world_.strikes(Fault::refuses)) co_return ends(OutcomeKind::upstream_error);
  if (world_.strikes(Fault::refuses_credentials)) co_return ends(OutcomeKind::auth_failed);
  if (world_.strikes(Fault::half_body)) co_return ends(OutcomeKind::internal);
  if (world_.strikes(Fault::unreadable)) co_return done(R"({"junk":1})");
  const Span takes = world_.dice.between(Span{1}, kTravelMost);
  co_await world_.sleep(takes);
  std::string text = call.operation == kStatus ? answer_about_application(call.idempotency_key)
                                               : answer_about_documents(call.idempotency_key);
  if (world_.strikes(Fault::answers_too_late)) {
    co_await world_.sleep(kGivesUp);
    co_return ends(OutcomeKind::unknown_outcome);
  }
  if (world_.strikes(Fault::dies_in_a_call)) co_await process_.die();
  co_return done(std::move(text));
}

std::string Lender::answer_about_application(const std::string& key) {
  Loan* loan = books_.find(key);
  if (loan == nullptr || world_.now() < loan->known_at) {
    world_.happened(loan == nullptr ? Fault::not_found : Fault::not_seen_yet);
    return R"({"found":false})";
  }
  loan->asked_at = world_.now();
  Loan said = *loan;
  const std::string other = books_.another_ones_id(key);
  if (!other.empty() && world_.strikes(Fault::another_ones)) said.id = other;
  return R"({"found":true,"application":)" + state_text(said) + "}";
}

std::string Lender::answer_about_documents(const std::string& key) {
  const Papers* papers = books_.find_papers(key);
  const bool is_known = papers != nullptr && world_.now() >= papers->known_at;
  return R"({"status":")" + (is_known ? papers->status : std::string("none")) + R"("})";
}

}  // namespace lendport::simulation
