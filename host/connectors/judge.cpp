#include "connectors/judge.hpp"

#include "connectors/json.hpp"
#include "connectors/schemas.hpp"
#include "connectors/texts.hpp"
#include "telemetry/log.hpp"

namespace lendport::connectors {
namespace {

using connectors_texts::kOutcomes;

OutcomeKind kind_of(std::int32_t number) {
  switch (number) {
    case LENDPORT_DONE: return OutcomeKind::done;
    case LENDPORT_FAIL_INVALID: return OutcomeKind::invalid;
    case LENDPORT_FAIL_AUTH: return OutcomeKind::auth_failed;
    case LENDPORT_FAIL_RETRYABLE: return OutcomeKind::retryable;
    case LENDPORT_FAIL_UPSTREAM: return OutcomeKind::upstream_error;
    case LENDPORT_FAIL_UNKNOWN_OUTCOME: return OutcomeKind::unknown_outcome;
    case LENDPORT_FAIL_UNSUPPORTED: return OutcomeKind::unsupported;
    case LENDPORT_CANCELLED: return OutcomeKind::cancelled;
    default: return OutcomeKind::internal;
  }
}

Outcome broken(const Operation& operation, const char* code, const std::string& reason) {
  telemetry::log(telemetry::Level::error, "connector_broke_its_contract",
                 {{"plugin", operation.call().plugin},
                  {"operation", operation.call().operation},
                  {"connection", operation.call().connection},
                  {"code", code},
                  {"reason", reason},
                  {"request_id", operation.call().request_id}});
  return refused_outcome(OutcomeKind::internal, code, row_of(kOutcomes, "mistake"));
}

std::string first_of(const std::vector<Violation>& violations) {
  return violations.empty() ? "" : violations[0].pointer + " " + violations[0].detail;
}

Outcome judge_result(const Operation& operation, const RawCompletion& raw) {
  const json::Schema* schema = find_schema(schema_name(operation.call().operation, "result"));
  JsonBox result;
  try {
    result = parse_box(raw.result);
  } catch (const Error& error) {
    return broken(operation, "connector.junk", error.detail());
  }
  if (schema != nullptr) {
    const auto violations = schema->check(*result);
    if (!violations.empty()) {
      return broken(operation, "connector.bad_result", first_of(violations));
    }
  }
  Outcome outcome;
  outcome.kind = OutcomeKind::done;
  outcome.result = std::move(result);
  outcome.result_text = raw.result;
  return outcome;
}

Outcome judge_failure(const Operation& operation, const RawCompletion& raw) {
  const OutcomeKind kind = kind_of(raw.outcome);
  Outcome outcome;
  try {
    auto read = read_error(*parse_box(raw.result));
    if (read) {
      outcome = std::move(*read);
      outcome.kind = kind;
      return outcome;
    }
    outcome = broken(operation, "connector.bad_error", first_of(read.error().violations()));
  } catch (const Error& error) {
    outcome = broken(operation, "connector.junk", error.detail());
  }
  // Junk for detail does not make a request unsent.
  if (kind == OutcomeKind::unknown_outcome) outcome.kind = kind;
  return outcome;
}

Outcome judge_start(const RawCompletion& raw) {
  switch (raw.outcome) {
    case LENDPORT_FAIL_UNSUPPORTED:
      return refused_outcome(OutcomeKind::unsupported, "connector.unsupported",
                             row_of(kOutcomes, "unsupported"));
    case LENDPORT_FAIL_INVALID:
      return refused_outcome(OutcomeKind::invalid, "connector.settings_refused",
                             row_of(kOutcomes, "settings_refused"));
    case LENDPORT_FAIL_RETRYABLE:
      return refused_outcome(OutcomeKind::retryable, "hub.busy",
                             row_of(kOutcomes, "too_much_waits"));
    default:
      return refused_outcome(OutcomeKind::internal, "connector.refused",
                             row_of(kOutcomes, "not_taken"));
  }
}

Outcome first_judgement(const Operation& operation, const RawCompletion& raw) {
  switch (raw.by) {
    case RawCompletion::By::start_refused: return judge_start(raw);
    case RawCompletion::By::hub:
      return broken(operation, "connector.late", "it did not complete in time");
    case RawCompletion::By::too_large:
      return broken(operation, "connector.oversized", "its result is over the limit");
    case RawCompletion::By::connector: break;
  }
  return raw.outcome == LENDPORT_DONE ? judge_result(operation, raw)
                                      : judge_failure(operation, raw);
}

// Whether the hub's own knowledge contradicts `kind`.
bool outcome_is_unknown(const Operation& operation, OutcomeKind kind) {
  if (kind == OutcomeKind::done || kind == OutcomeKind::unknown_outcome) return false;
  if (operation.effect_unanswered()) return true;
  const bool says_nothing = kind == OutcomeKind::internal || kind == OutcomeKind::cancelled;
  return says_nothing && operation.effect_may_have_left();
}

// A store of the hub's that is overloaded or gone says nothing of the lender: nothing left, and the
// same may be sent again.
bool hub_kept_it(const Operation& operation, OutcomeKind kind) {
  if (operation.effect_may_have_left()) return false;
  switch (operation.intent()) {
    case Operation::Intent::awaited: return kind == OutcomeKind::internal;
    case Operation::Intent::failed:
      return kind == OutcomeKind::internal || kind == OutcomeKind::upstream_error;
    default: return false;
  }
}

void hide_secrets(const Secrets& secrets, Outcome& outcome) {
  outcome.message = without_secrets(std::move(outcome.message), secrets);
  for (Violation& error : outcome.field_errors) {
    error.detail = without_secrets(std::move(error.detail), secrets);
  }
}

}  // namespace

Outcome judge(const Operation& operation, const RawCompletion& raw) {
  Outcome outcome = first_judgement(operation, raw);
  hide_secrets(operation.call().secrets, outcome);
  if (outcome.upstream_status == 0) outcome.upstream_status = operation.upstream_status();
  if (outcome_is_unknown(operation, outcome.kind)) {
    outcome.kind = OutcomeKind::unknown_outcome;
    outcome.code = "lender.outcome_unknown";
    outcome.message = row_of(kOutcomes, "outcome_unknown").en;
    outcome.field_errors.clear();
  } else if (hub_kept_it(operation, outcome.kind)) {
    outcome = refused_outcome(OutcomeKind::retryable, "hub.busy", row_of(kOutcomes, "hub_busy"));
  }
  return outcome;
}

Outcome refused_outcome(OutcomeKind kind, std::string_view code, const Wording& row) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.code = code;
  outcome.message = row.en;
  return outcome;
}

std::optional<Outcome> refused_request(const Call& call) {
  const json::Schema* schema = find_schema(schema_name(call.operation, "request"));
  const JsonBox request = parse_box(call.request);
  if (schema == nullptr) return std::nullopt;
  auto violations = schema->check(*request);
  if (violations.empty()) return std::nullopt;
  Outcome outcome = refused_outcome(OutcomeKind::invalid, "request.invalid",
                                    row_of(kOutcomes, "request_invalid"));
  outcome.field_errors = std::move(violations);
  return outcome;
}

}  // namespace lendport::connectors
