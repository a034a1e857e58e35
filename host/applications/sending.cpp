#include "applications/sending.hpp"

#include "applications/json_connector.hpp"
#include "core/text.hpp"

namespace lendport {
namespace {

using connectors::Outcome;
using connectors::OutcomeKind;

// What a person reads, and events keep: whatever a lender finds wrong, it fits into an event.
constexpr std::size_t kFailureBytesMax = 2'048;
constexpr std::size_t kFailureCodeBytesMax = 128;

}  // namespace

TechnicalFailure failure_of(const Wording& row) {
  return failure_of(row, row.code);
}

TechnicalFailure failure_of(const Wording& row, std::string_view code) {
  return TechnicalFailure::as_it_came(std::string(code), std::string(row.en));
}

TechnicalFailure failure_of(const Outcome& outcome, std::string_view submission) {
  std::string message = outcome.message;
  for (const Violation& error : outcome.field_errors) {
    message += "; " + error.pointer + ": " + (error.detail.empty() ? error.code : error.detail);
  }
  // Cut last: half a name is not found any more.
  return TechnicalFailure::as_it_came(
      outcome.code.empty() ? std::string(to_string(outcome.kind))
                           : cut(outcome.code, kFailureCodeBytesMax),
      cut(without_applicant(std::move(message), submission), kFailureBytesMax));
}

bool may_send_again(const Outcome& outcome) {
  return outcome.kind == OutcomeKind::retryable || outcome.kind == OutcomeKind::cancelled;
}

connectors::Fence fence_of(const jobs::Lease& lease) {
  return [lease](db::Transaction& tx) { jobs::require_held(tx, lease); };
}

}  // namespace lendport
