// The hub's texts of the notice of adverse action and of what staff are told, in English and
// French.
#pragma once

#include "mail/letter.hpp"

namespace lendport::mail {

// Follows the model forms of Regulation B, appendix C. The French one repeats in English what the
// law words.
const Texts& adverse_action_texts(Language language);
const Texts& staff_notice_texts(Language language);

}  // namespace lendport::mail
