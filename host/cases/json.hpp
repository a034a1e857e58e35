// The spelling of cases: in requests, in answers, and inside what is sealed.
#pragma once

#include "cases/case.hpp"
#include "json/value.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::cases {

// A document made for an answer; `*written` is what http::ok() and its like take.
using Written = std::shared_ptr<const json::Value>;

// Throws Error{malformed_request} for what is not JSON, Error{invalid_input} with everything that
// is wrong, unknown fields included. Phones and SSNs come out normalised.
// In a new case what is null is not given; in a change it takes the field away, and what every case
// has (its number, segment, applicants …) is refused as "required".
CaseChange read_new(std::string_view body);
CaseChange read_change(std::string_view body);

// SSN, date of birth and income are `kMasked` where there is one, null where there is none.
Written write(const Case& subject);
Written write(const std::vector<Case>& cases);

// What is sealed: all of a person; the address and the agreement of a project. The texts hold
// secrets in clear. Reading back a text that cannot be read is a bug: Error{internal}.
Secret<std::string> person_text(const Applicant& person);
Applicant person_in(std::string_view text);
struct SealedProject {
  Address address;
  std::optional<Agreement> agreement;
};
Secret<std::string> project_text(const SealedProject& project);
SealedProject project_in(std::string_view text);

// Cost lines as a column holds them; the currency is the case's.
std::string lines_text(const std::vector<CostLine>& lines);
std::vector<CostLine> lines_in(std::string_view text);

// {"fields":["number", …]}: which fields a change touched, for events and the audit.
std::string fields_text(const std::vector<std::string>& fields);

}  // namespace lendport::cases
