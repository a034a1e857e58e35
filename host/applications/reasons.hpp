// The hub's own codes for a creditor's reasons, one table with the words that a notice of adverse
// action may use for each (12 CFR 1002.9(b)(2); the wording of form C-1 in appendix C). Pure.
#pragma once

#include "mail/mail.hpp"

#include <string_view>

namespace lendport::reasons {

// For every reason that no other code names.
inline constexpr std::string_view kOther = "other";

// Whether a connector may say it: one of plugin-api/schema's list, `other` among them.
bool is_known(std::string_view unified_code);

// Empty for `other` and for what is not known.
std::string_view text_of(std::string_view unified_code, mail::Language language);

}  // namespace lendport::reasons
