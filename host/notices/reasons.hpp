// A creditor's principal reasons in the words of its notice of adverse action. Pure.
#pragma once

#include "applications/applications.hpp"
#include "mail/mail.hpp"

#include <string>
#include <vector>

namespace lendport::notices {

// More than four are not likely to be helpful to the applicant (comment 9(b)(2)-1).
inline constexpr std::size_t kReasonsMax = 4;

// At most kReasonsMax, in the lender's order, none twice: the text of the unified code, else the
// lender's own words.
std::vector<std::string> principal_reasons(const Decision& decision, mail::Language language);

}  // namespace lendport::notices
