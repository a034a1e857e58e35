// How a call of a connector ended.
#pragma once

#include "core/violation.hpp"
#include "json/value.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connectors {

// Code branches on this and on nothing else of an outcome.
enum class OutcomeKind {
  done,             // answered; a lender that declines is done as well
  invalid,          // the request must change: `field_errors`
  auth_failed,      // the lender refuses the org's credentials
  retryable,        // for sure nothing happened at the lender; the same key may be sent again
  upstream_error,   // the lender answered with a definite error
  unknown_outcome,  // it may have left without a definite answer: ask later, never send again
  unsupported,      // the connector cannot do that
  internal,         // a defect of the connector or of the hub; nothing that creates has left
  cancelled,        // stopped as asked; nothing happened at the lender
};
std::string_view to_string(OutcomeKind kind);  // "done", "auth_failed", … as on the wire

struct Outcome {
  OutcomeKind kind = OutcomeKind::internal;
  // `done`: the result, checked by its schema; read it with json::Reader. Null for the rest.
  std::shared_ptr<const json::Value> result;
  std::string result_text;  // the same as the connector wrote it
  // Not `done`: a constant word ("lender.timeout") and a sentence that is safe for a sales rep.
  std::string code;
  std::string message;
  std::vector<Violation> field_errors;  // pointers into the request
  std::optional<std::chrono::milliseconds> retry_after;
  int upstream_status = 0;  // the lender's last HTTP status in this call; 0: none came

  bool done() const { return kind == OutcomeKind::done; }
};

}  // namespace lendport::connectors
