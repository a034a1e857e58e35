// A lender's decision in JSON: read from connectors and people, written for the API and the store.
#pragma once

#include "applications/application.hpp"
#include "json/reader.hpp"
#include "json/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// Of a person, or of the store. Notes violations in `at`; unknown members are left to the caller.
Decision read_decision(json::Reader at);

// Of a lender. A member that cannot be read (an impossible date, a currency the hub does not know)
// does not lose the decision: it counts as not said, and its pointer is added to `left_out`.
Decision read_lender_decision(json::Reader at, std::vector<std::string>& left_out);

// A lender's words in `field`, if they are there: at most `characters_max` characters, with blanks
// for control characters. Never a violation but for something that is no text.
std::string read_words(json::Reader& at, std::string_view field, std::size_t characters_max);

// Writes the decision into `into`, which becomes an object.
void write_decision(const Decision& decision, json::Value& into);

}  // namespace lendport
