// The only spelling of an application's fields: on the wire, in the store and towards connectors.
#pragma once

#include "applications/application.hpp"
#include "json/value.hpp"

#include <string>
#include <string_view>

namespace lendport {

// What `POST …/applications` takes.
struct NewApplication {
  QuoteId quote;
  Consent consent;
};
// `org`'s ids are checked by the caller. Throws Error{invalid_input} with every violation.
NewApplication read_new_application(const json::Value& body, Time now);

// What `POST …:confirm` takes.
Confirmation read_confirmation(const json::Value& body);

// What `POST …:decide` takes: a decision a person heard from the lender.
struct ManualDecision {
  std::string status;  // "approved", "conditional", "declined", "needs_info", "funded", …
  Decision decision;
  std::string note;
};
ManualDecision read_manual_decision(const json::Value& body);

// The application as the API answers it. Holds nothing of the applicant.
json::Value write_application(const Application& application);

// The borrower of a frozen request, for `confirm` and the detail page.
Confirmation read_borrower(const json::Value& submission);
json::Value write_confirmation(const Confirmation& confirmation);

// Results of connectors. Junk throws Error{invalid_input}: the schema let it pass, the fields did
// not.
LenderState read_lender_state(const json::Value& result);
// The result of `application.status/1`: nothing when the lender has no such application.
std::optional<LenderState> read_status_result(const json::Value& result);
RepAccount read_rep_result(const json::Value& result, const std::string& generic_account);

// The decision as the store keeps it.
std::string write_stored_decision(const Decision& decision);
Decision read_stored_decision(std::string_view text);

}  // namespace lendport
