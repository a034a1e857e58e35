#include "core/error.hpp"

namespace lendport {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::internal: return "internal";
    case ErrorCode::malformed_request: return "malformed_request";
    case ErrorCode::invalid_input: return "invalid_input";
    case ErrorCode::unauthenticated: return "unauthenticated";
    case ErrorCode::forbidden: return "forbidden";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::method_not_allowed: return "method_not_allowed";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::capability_missing: return "capability_missing";
    case ErrorCode::idempotency_key_missing: return "idempotency_key_missing";
    case ErrorCode::idempotency_in_flight: return "idempotency_in_flight";
    case ErrorCode::idempotency_mismatch: return "idempotency_mismatch";
    case ErrorCode::precondition_required: return "precondition_required";
    case ErrorCode::precondition_failed: return "precondition_failed";
    case ErrorCode::payload_too_large: return "payload_too_large";
    case ErrorCode::unsupported_media_type: return "unsupported_media_type";
    case ErrorCode::rate_limited: return "rate_limited";
    case ErrorCode::lender_unavailable: return "lender_unavailable";
    case ErrorCode::overloaded: return "overloaded";
    case ErrorCode::database_unavailable: return "database_unavailable";
    case ErrorCode::scanner_unavailable: return "scanner_unavailable";
    case ErrorCode::lease_lost: return "lease_lost";
  }
  return "internal";
}

}  // namespace lendport
