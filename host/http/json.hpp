// The two things the front door does with whole JSON documents.
#pragma once

#include <string>
#include <string_view>

namespace lendport::http {

// Compact, members in the order of their names: the same text for every spelling of a document.
// Empty for an empty text; throws malformed_request for what is not JSON.
std::string canonical_json(std::string_view text);

// Two spaces a level, for people. REQUIRES: `text` is JSON.
std::string indented_json(std::string_view text);

}  // namespace lendport::http
