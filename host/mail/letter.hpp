// The letters the hub writes: which there are, what may stand in them, and what stands in them
// until an org writes its own.
#pragma once

#include "core/money.hpp"
#include "core/rate.hpp"
#include "core/time.hpp"
#include "core/violation.hpp"
#include "http/language.hpp"
#include "mail/template.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::mail {

using http::Language;

enum class Letter {
  decision,        // mail 1: approved, conditionally approved or prequalified
  loan_documents,  // mail 2: the documents wait in the lender's portal
  adverse_action,  // the creditor's notice to an applicant it said no to (12 CFR 1002.9)
  staff_notice,    // to the org's own people; names a case, never an applicant
};
inline constexpr std::array kLetters{Letter::decision, Letter::loan_documents,
                                     Letter::adverse_action, Letter::staff_notice};

// Spelled as on the wire.
std::string_view to_string(Letter letter);
std::optional<Letter> parse_letter(std::string_view text);
std::optional<Language> parse_language(std::string_view text);

inline constexpr std::size_t kSubjectBytesMax = 480;
inline constexpr std::size_t kTextBytesMax = 32U * 1024;
inline constexpr std::size_t kHtmlBytesMax = 64U * 1024;
inline constexpr std::size_t kFactBytesMax = 500;

// Three templates. Rendered they are what is sent.
struct Texts {
  std::string subject;
  std::string text;
  std::string html;

  friend bool operator==(const Texts&, const Texts&) = default;
};

const Texts& built_in_texts(Letter letter, Language language);

// The variables of a letter. Of `decision` one of approved, conditional, prequalified has a value.
const std::vector<std::string_view>& variables_of(Letter letter);

// Whether no org may write its own: the notice is the creditor's, and the law's in good part.
bool is_fixed(Letter letter);

// Sizes, header text, tags: everything that is wrong. Pointers: "/subject", "/text", "/html".
std::vector<Violation> problems_of(Letter letter, const Texts& texts);

// REQUIRES: problems_of(texts) is empty. Values lose control characters (the subject's also line
// ends) and are cut; the HTML has them escaped. The text has no two empty lines in a row.
Texts render(const Texts& texts, const Facts& facts);

// For people: "USD 25,000.00", "25 000,00 USD"; "5.99%", "5,99 %".
std::string shown(Money money, Language language);
std::string shown(Rate rate, Language language);

// What a preview shows.
Facts sample_facts(Letter letter, Language language);

}  // namespace lendport::mail
