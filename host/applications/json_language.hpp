// What the hub says in an application's JSON, for a reader of another language than the store's.
#pragma once

#include "json/value.hpp"

#include <string_view>

namespace lendport {

// `written` is an application, an upload, or the payload of one of its events, in English. The
// hub's own sentences in it become those of `language`; a lender's words, and what an older build
// said otherwise, stay.
void put_in_language(json::Value& written, std::string_view language);

}  // namespace lendport
