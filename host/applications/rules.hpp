// Decisions about applications that need nothing but values: do two people have the same name, what
// is missing before a lender can be asked.
#pragma once

#include "applications/application.hpp"
#include "cases/cases.hpp"
#include "core/secret.hpp"
#include "core/violation.hpp"
#include "mail/mail.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// Whether two spellings are one person's name. Case, accents, order, punctuation and middle names
// are tolerated ("José Luis GARCÍA" is "Garcia, Jose"); a different first or last name is not.
bool same_name(std::string_view first_name, std::string_view last_name, std::string_view full_name);

// An address on one line, as it is shown, confirmed and compared everywhere.
std::string address_line(const Address& address);

// Whether two spellings are one postal address: case, accents, punctuation and the usual
// abbreviations (St, Ave, Apt) are tolerated.
bool same_address(std::string_view a, std::string_view b);

// Whether two spellings are one mailbox, as far as it can be told without asking: case is
// tolerated.
bool same_email(std::string_view a, std::string_view b);

// Whether two spellings are one telephone number: only digits count, a leading country code 1 or an
// international prefix is tolerated.
bool same_phone(std::string_view a, std::string_view b);

// Who a borrower is, spelled the same wherever the same person is meant, for a mark: the digits of
// the social security number, else mailbox, first given and last names, folded as above. Empty
// where none of it is known. Never shown or stored as it is.
Secret<std::string> identity_of(std::string_view ssn, std::string_view email,
                                std::string_view first_name, std::string_view last_name);

// What the installation agreement says. Empty fields were not typed.
struct AgreementText {
  std::string name;
  std::string address;
  std::string email;
};

// The language of the hub's letters to an applicant: the consent's where the lender approved its
// texts in it, else the first approved one; of those the hub writes. English where there is none.
mail::Language language_of_letters(std::string_view consented,
                                   const std::vector<std::string>& approved_locales);

// What is wrong with a consent in a language the lender has no approved texts in, said in `reader`.
std::optional<Violation> unapproved_language(std::string_view consented,
                                             const std::vector<std::string>& approved_locales,
                                             std::string_view reader);

// Where the borrower differs from the agreement: one violation a field, each with both spellings.
// A lender does not countersign such a loan.
std::vector<Violation> differences(const Confirmation& borrower, const AgreementText& agreement);

// Where what the person confirmed differs from what is on the application, with both values.
std::vector<Violation> differences(const Confirmation& confirmed, const Confirmation& stored);

}  // namespace lendport
