// What can go wrong, in one type: the only exception the host throws.
#pragma once

#include "core/violation.hpp"

#include <boost/system/result.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// Why something could not be done. Free of any protocol: `http/problem.cpp` gives each code its
// status and title, and does not compile when one is missing there.
enum class ErrorCode {
  internal,                 // a bug or a surprise of ours; the detail stays in the log
  malformed_request,        // cannot be read at all: framing, JSON syntax, cursor
  invalid_input,            // read, but fields are wrong; `violations` names them
  unauthenticated,          // no key, an unknown, expired or revoked one
  forbidden,                // known caller, missing permission
  not_found,                // missing, or another org's: never told apart
  method_not_allowed,       // the path exists, the method does not
  conflict,                 // state does not allow it: already confirmed, id taken
  capability_missing,       // the connector does not declare the operation
  idempotency_key_missing,  // a POST that reaches a lender came without its key
  idempotency_in_flight,    // the first request with this key still runs
  idempotency_mismatch,     // the key was used with another body
  precondition_required,    // If-Match is missing
  precondition_failed,      // If-Match names an older version
  payload_too_large,        // a named limit of size was passed
  unsupported_media_type,   // the body is not what the route reads
  rate_limited,             // the caller's quota is used up; retry later
  lender_unavailable,       // the lender or its connector gave no usable answer
  overloaded,               // a queue of ours is full, or time ran out before anything began
  database_unavailable,     // the store cannot be reached or refused to commit
  scanner_unavailable,      // the malware scanner did not answer: nothing was kept
  lease_lost,               // another worker holds the job by now; nothing was written
};

// The code as it is written on the wire and in logs: `not_found`.
std::string_view to_string(ErrorCode code);

// An error with what a person needs to act on it. `detail` is one sentence that is safe to show to
// the caller, except for `internal`, whose detail goes to the log only. `detail_fr` is the same in
// French for callers who read it; empty where there is none.
class Error : public std::exception {
 public:
  Error() = default;
  Error(ErrorCode code, std::string detail) : code_(code), detail_(std::move(detail)) {}
  Error(ErrorCode code, Sentence detail)
      : code_(code), detail_(std::move(detail.en)), detail_fr_(std::move(detail.fr)) {}
  // Bad input: every wrong field at once. REQUIRES: `violations` is not empty.
  explicit Error(std::vector<Violation> violations)
      : Error(std::move(violations),
              Sentence{"the request is not valid", "la requête n'est pas valable"}) {}
  Error(std::vector<Violation> violations, std::string detail)
      : code_(ErrorCode::invalid_input),
        detail_(std::move(detail)),
        violations_(std::move(violations)) {}
  Error(std::vector<Violation> violations, Sentence detail)
      : code_(ErrorCode::invalid_input),
        detail_(std::move(detail.en)),
        detail_fr_(std::move(detail.fr)),
        violations_(std::move(violations)) {}

  ErrorCode code() const { return code_; }
  const std::string& detail() const { return detail_; }
  const std::string& detail_fr() const { return detail_fr_; }
  const std::vector<Violation>& violations() const { return violations_; }
  const char* what() const noexcept override { return detail_.c_str(); }

 private:
  ErrorCode code_ = ErrorCode::internal;
  std::string detail_;
  std::string detail_fr_;
  std::vector<Violation> violations_;
};

// A value, or why there is none. For functions whose callers branch on the outcome; callers that
// do not branch write `.value()`, which throws the Error it holds.
template <class T>
using Result = boost::system::result<T, Error>;

// Found by boost::system::result through argument-dependent lookup.
[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location&) {
  throw error;
}

}  // namespace lendport
