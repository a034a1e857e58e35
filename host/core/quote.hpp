// A JSON string of any text, for the places that write JSON without building a document.
#pragma once

#include <string>
#include <string_view>

namespace lendport {

// Appends `text` to `out` as a JSON string with its quotes. Control characters are escaped; a byte
// that is not valid UTF-8 becomes U+FFFD, so the result is valid JSON whatever came in.
void append_quoted(std::string& out, std::string_view text);

std::string json_quoted(std::string_view text);

}  // namespace lendport
