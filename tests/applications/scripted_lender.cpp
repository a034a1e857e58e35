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

ScriptedLender::ScriptedLender(db::Database& db, const Clock& clock, IdSource& ids)
    : journal_(db, clock, ids) {
  plugin = std::make_shared<connectors::Manifest>();
  plugin->id = kLender;
  plugin->name = "Fake Lender";
  plugin->capabilities = {{"application.submit/1", 1, "stable"},
                          {"application.status/1", 1, "stable"}};
  plugin->reconcile = connectors::ReconcileMode::by_key;
  plugin->reconcile_window_s = 60;
  plugin->decision_days = 45;
  plugin->document = std::make_shared<const json::Value>();
  configured = std::make_shared<connectors::Manifest>(*plugin);
  configured->id = "com.lendport.configured";
  configured->capabilities = {{"application.submit/1", 1, "stable"}};
  configured->reconcile = connectors::ReconcileMode::none;
}

std::shared_ptr<const connectors::Manifest> ScriptedLender::manifest(std::string_view id) const {
  if (id == configured->id) return configured;
  return id == kLender ? plugin : nullptr;
}

Task<std::vector<connectors::PluginView>> ScriptedLender::rescan() {
  co_return std::vector<connectors::PluginView>();
}

connectors::Admission ScriptedLender::admit(std::string_view id, const ConnectionId& connection) {
  return closed ? *closed : Connectors::admit(id, connection);
}

int ScriptedLender::asked(const std::string& operation) const {
  int count = 0;
  for (const connectors::Call& call : calls) count += call.operation == operation ? 1 : 0;
  return count;
}

ScriptedLender::~ScriptedLender() = default;

void ScriptedLender::submits(Answer answer) {
  script_["application.submit/1"].push_back(std::move(answer));
}

void ScriptedLender::says(Answer answer) {
  script_["application.status/1"].push_back(std::move(answer));
}

void ScriptedLender::sends(Answer answer) {
  script_["documents.send/1"].push_back(std::move(answer));
}

void ScriptedLender::documents(Answer answer) {
  script_["documents.status/1"].push_back(std::move(answer));
}

void ScriptedLender::takes(Answer answer) {
  script_["documents.upload/1"].push_back(std::move(answer));
}

void ScriptedLender::has(Answer answer) {
  script_["documents.uploaded/1"].push_back(std::move(answer));
}

void ScriptedLender::reps(Answer answer) {
  script_["rep.ensure/1"].push_back(std::move(answer));
}

std::string state_json(const std::string& status, const std::string& word, const std::string& more,
                       const std::string& id) {
  return R"({"lender_application_id":")" + id + R"(","status":")" + status +
         R"(","lender_status":")" + word + "\"" + more + "}";
}

std::string found_json(const std::string& status, const std::string& word, const std::string& more,
                       const std::string& id) {
  return R"({"found":true,"application":)" + state_json(status, word, more, id) + "}";
}

Answer done(std::string result) {
  return {connectors::OutcomeKind::done, std::move(result), Reaches::lender};
}

Answer ends(connectors::OutcomeKind kind, Reaches reaches) {
  return {kind, "", reaches};
}

Answer dies(Reaches reaches) {
  Answer answer{connectors::OutcomeKind::done, "", reaches};
  answer.dies = true;
  answer.ends_in_journal = false;
  return answer;
}

}  // namespace lendport::applications
