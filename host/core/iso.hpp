// The codes that standards list: countries, states, languages.
#pragma once

#include <string_view>

namespace lendport {

// ISO 3166-1 alpha-2: "US", in capitals. Only codes that are assigned to a country.
bool is_country(std::string_view code);

// The two letters of the US Postal Service: states, the District of Columbia, territories, and the
// armed forces' AA, AE, AP.
bool is_us_state(std::string_view code);

// ISO 639-1: "en".
bool is_language(std::string_view code);

// A language, with a country or without: "fr", "fr-CA".
bool is_locale(std::string_view tag);

// BCP 47 as far as people are addressed by it: a language (ISO 639-1, or three letters), then a
// script and a region where wanted: "es", "es-419", "zh-Hant-TW".
bool is_language_tag(std::string_view tag);

}  // namespace lendport
