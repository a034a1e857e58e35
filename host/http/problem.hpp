// Errors on the wire: application/problem+json (RFC 9457), and the page its `type` leads to.
#pragma once

#include "core/error.hpp"
#include "http/head.hpp"
#include "http/language.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lendport::http {

// What a code is on the wire, in both languages. `help` says what the caller can do.
struct ProblemType {
  ErrorCode code;
  unsigned status;
  std::string_view title_en;
  std::string_view title_fr;
  std::string_view help_en;
  std::string_view help_fr;
};

const ProblemType& problem_type(ErrorCode code);
const std::vector<ErrorCode>& problem_codes();

// The last segment of the problem's `type`: "not-found".
std::string slug_of(ErrorCode code);

// The whole answer. The detail of `internal` stays here: log it. Two not_found errors render alike
// whatever their details, but for the request id.
Response problem(const Error& error, Language language, std::string_view request_id);

// An answer of the guard: malformed_request with the refusal's own status.
Response problem(const Refusal& refusal, std::string_view request_id);

// The page of one type, for people. Nothing for a slug that names none.
std::optional<Response> problem_page(std::string_view slug, Language language);

}  // namespace lendport::http
