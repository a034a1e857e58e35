// The only spelling of an application's fields towards connectors (plugin-api/schema).
#pragma once

#include "applications/application.hpp"
#include "cases/cases.hpp"
#include "core/error.hpp"
#include "core/secret.hpp"
#include "json/value.hpp"
#include "orgs/orgs.hpp"
#include "quotes/quotes.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// What goes to the connector: application.submit/1 as text, from the case and the quote. Frozen
// when the application is made; only the rep is filled in later (`with_rep`).
std::string write_submission(const Application& application, const Case& the_case,
                             const Quote& quote);
std::string with_rep(std::string_view submission, const RepAccount& rep,
                     const std::string& rep_email);
// With the consent that was given after it was frozen.
std::string with_consent(std::string_view submission, const Consent& consent);
// The pointers of `required` that are missing, null or empty in a submission.
std::vector<std::string> missing_in(std::string_view submission,
                                    const std::vector<std::string>& required);
// The borrower of a frozen submission, for `confirm` and the detail page.
Confirmation read_borrower(std::string_view submission);
// Who that is, as `identity_of` spells it; empty where the submission names nobody.
Secret<std::string> read_identity(std::string_view submission);

// `text` of a lender or a connector with what is the applicant's (number, names, birth date,
// e-mail, phone, street) replaced by ***: refusals like to repeat what they refuse, and events
// outlive an erasure.
std::string without_applicant(std::string text, std::string_view submission);

// Requests of the other operations a routed application needs.
std::string write_rep_request(const User& rep, bool create, const std::string& key);
std::string write_status_request(const Application& application);
std::string write_search_request(const Application& application, std::string_view submission);

// Whether two submissions name the same applicants with the same particulars.
bool same_applicants(std::string_view one, std::string_view other);

// How many soft checks the connector allows in how many days, if it says so.
std::optional<CheckLimit> check_limit(const json::Value& manifest);

// Whether the connector lets a person confirm in spite of a difference from the agreement.
bool allows_override(const json::Value& manifest);

// Whether the manifest leaves this mail ("decision", "documents") to the hub. A manifest that does
// not say leaves it to the lender: never both.
bool hub_sends(const json::Value& manifest, const char* mail);

// The payload of an application's jobs, and back.
std::string write_job(const ApplicationId& application);
ApplicationId read_job(std::string_view payload);

// Results of connectors. An Error says that the schema let them pass and the fields did not.
Result<LenderState> read_lender_state(const json::Value& result);
// The result of `application.status/1`: nothing when the lender has no such application.
Result<std::optional<LenderState>> read_status_result(const json::Value& result);
// What a verified webhook says (the result of `webhook.parse/1`). What of it cannot be read says
// only what it is about.
std::vector<HeardWord> read_heard(std::string_view words);
// The rep's account; without a match the connection's generic one; nothing where it has none.
std::optional<RepAccount> read_rep_result(const json::Value& result,
                                          const std::string& generic_account);

}  // namespace lendport
