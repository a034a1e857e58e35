// Reading terms field by field, from whoever sends them.
#pragma once

#include "catalog/product.hpp"
#include "json/reader.hpp"

#include <map>
#include <string>
#include <string_view>

namespace lendport {

inline constexpr std::size_t kNameBytesMax = 256;
inline constexpr std::size_t kWordingBytesMax = 8192;
inline constexpr std::size_t kLocalesMax = 32;
inline constexpr std::size_t kTextsMax = 64;
inline constexpr std::size_t kFeesMax = 16;

// Reads the shape of terms and notes what is wrong with it; what is possible is rules.hpp's.
Terms read_terms(json::Reader& body);

// "en", "fr-CA"; from a lender any that looks like one.
bool may_be_locale(const json::Reader& body, const std::string& text);

// One text per locale, each at most `bytes_max`. In json.cpp, which may look into values.
LocalText read_local_text(json::Reader& body, std::string_view field, std::size_t bytes_max);
// Member "texts": names to texts; empty when it is not there.
std::map<std::string, LocalText> read_texts(json::Reader& body);

}  // namespace lendport
