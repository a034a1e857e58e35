// The two languages texts come in, and which one a caller wants.
#pragma once

#include <string>
#include <string_view>

namespace lendport::http {

enum class Language { en, fr };

std::string_view to_string(Language language);

// By Accept-Language (RFC 9110, 12.5.4); English when it says nothing, or neither.
Language pick_language(std::string_view accept_language);

}  // namespace lendport::http
