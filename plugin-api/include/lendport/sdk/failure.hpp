// How an operation ends without a result.
#pragma once

#include <lendport/abi.h>

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lendport::sdk {

// The numbers of complete(); what each means is said in abi.h.
enum class Outcome : std::int32_t {
  done = LENDPORT_DONE,
  invalid = LENDPORT_FAIL_INVALID,
  auth_failed = LENDPORT_FAIL_AUTH,
  retryable = LENDPORT_FAIL_RETRYABLE,
  upstream_error = LENDPORT_FAIL_UPSTREAM,
  unknown_outcome = LENDPORT_FAIL_UNKNOWN_OUTCOME,
  unsupported = LENDPORT_FAIL_UNSUPPORTED,
  internal = LENDPORT_FAIL_INTERNAL,
  cancelled = LENDPORT_CANCELLED,
};

// One thing to change, by JSON Pointer into the request or the settings.
struct FieldError {
  FieldError(std::string at, std::string error_code, std::string for_people = {})
      : pointer(std::move(at)), code(std::move(error_code)), detail(std::move(for_people)) {}

  std::string pointer;
  std::string code;
  std::string detail;
};

// Why an operation ended without a result. A handler throws it or `co_return`s it:
//
//     co_return Failure(Outcome::upstream_error, "lender.closed", "The lender is closed today");
//
// `code` is a constant word with a prefix; `message` is read by a sales rep: no personal data, no
// text of the lender's that was not meant for people.
class Failure : public std::exception {
 public:
  Failure(Outcome how, std::string error_code, std::string for_people)
      : outcome(how), code(std::move(error_code)), message(std::move(for_people)) {}

  Failure& field(std::string pointer, std::string error_code, std::string detail = {}) {
    field_errors.emplace_back(std::move(pointer), std::move(error_code), std::move(detail));
    return *this;
  }

  const char* what() const noexcept override { return code.c_str(); }

  Outcome outcome;
  std::string code;
  std::string message;
  std::vector<FieldError> field_errors;
  std::optional<std::chrono::milliseconds> retry_after;
  std::optional<int> upstream_status;
  // Set by the SDK where a request that only reads went wrong. If something that creates or changes
  // was done before it in the same operation, the operation ends as `unknown_outcome`.
  bool while_reading = false;
};

// Thrown out of an await when the hub cancels the operation. Not a std::exception, so that a
// handler's own catch does not take it for an error. Let it pass: the SDK completes with
// `cancelled`, or with `unknown_outcome` if something that creates or changes may have left.
struct Cancelled {};

}  // namespace lendport::sdk
