// What the hub says of notices, in both languages side by side. Why a letter was not written, and
// why a record is refused, stand in applications/texts.hpp: they are kept with the application.
#pragma once

#include "core/wording.hpp"

namespace lendport::notices_texts {

inline constexpr Wording kRefusals[] = {
    {"sent_on", "must lie between the day before the lender can have decided and today",
     "doit se situer entre la veille du jour où le prêteur a pu décider et aujourd'hui"},
    {"not_a_state", "must be one of: read, unread", "doit être l'un de : read, unread"},
    {"changed_since", "the preferences were changed since",
     "les préférences ont été modifiées depuis"},
};

}  // namespace lendport::notices_texts
