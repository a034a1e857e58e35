// A creditor's principal reasons in words that a notice of adverse action may use (12 CFR
// 1002.9(b)(2); the wording of form C-1 in appendix C). Pure.
#pragma once

#include "applications/applications.hpp"
#include "mail/mail.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lendport::notices {

// More than four are not likely to be helpful to the applicant (comment 9(b)(2)-1).
inline constexpr std::size_t kReasonsMax = 4;

// The text of a unified reason code; empty for `other` and any it does not know.
std::string_view text_of(std::string_view unified_code, mail::Language language);

// At most kReasonsMax, in the lender's order, none twice: the text of the unified code, else the
// lender's own words.
std::vector<std::string> principal_reasons(const Decision& decision, mail::Language language);

}  // namespace lendport::notices
