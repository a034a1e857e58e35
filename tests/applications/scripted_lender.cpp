#include "applications/scripted_lender.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace lendport::applications {
namespace {

connectors::Outcome outcome_of(const Answer& answer) {
  connectors::Outcome outcome;
  outcome.kind = answer.kind;
  if (outcome.done()) {
    outcome.result = std::make_shared<const json::Value>(json::parse(answer.result));
    outcome.result_text = answer.result;
    return outcome;
  }
  outcome.code = "lender.said_so";
  outcome.message = answer.message;
  outcome.field_errors = answer.field_errors;
  outcome.retry_after = answer.retry_after;
  return outcome;
}

net::Exchange answered() {
  net::Exchange exchange;
  exchange.phase = net::Phase::response;
  exchange.status = 200;
  return exchange;
}

}  // namespace

Answer ScriptedLender::next(const connectors::Call& call) {
  if (decide) return decide(call);
  std::deque<Answer>& answers = script_[call.operation];
  if (answers.empty()) return ends(connectors::OutcomeKind::retryable);
  Answer answer = std::move(answers.front());
  answers.pop_front();
  return answer;
}

Task<connectors::Outcome> ScriptedLender::call(connectors::Call call) {
  calls.push_back(call);
  const Answer answer = next(call);
  if (meanwhile) std::exchange(meanwhile, nullptr)();
  const bool creates = call.operation == "application.submit/1" ||
                       call.operation == "documents.send/1" ||
                       call.operation == "documents.upload/1";
  if (creates && answer.reaches != Reaches::nobody) {
    connectors::JournalRow row;
    row.call = std::make_shared<const connectors::Call>(call);
    row.effect = connectors::Effect::create;
    row.method = "POST";
    row.url = "https://api.fake.example/applications";
    row.request = call.request;
    bool fenced = false;
    CallId id;
    try {
      id = co_await journal_.intend(row);
    } catch (const Error&) {
      fenced = true;
    }
    // As the hub's own connectors: what the journal would not take has not left.
    if (fenced) co_return outcome_of(ends(connectors::OutcomeKind::internal));
    if (answer.reaches == Reaches::lender) ++book[call.idempotency_key];
    const net::Exchange exchange = answered();
    if (answer.ends_in_journal) co_await journal_.end(id, row, exchange);
  }
  if (answer.dies) throw ProcessDied();
  co_return outcome_of(answer);
}

}  // namespace lendport::applications
