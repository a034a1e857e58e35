// Texts that come from elsewhere, cut to what there is room for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lendport {

// `text` (UTF-8), at most its first `bytes_max` bytes and never half a character: what is cut may
// be stored, where half a character would be refused. Shorter by up to three bytes than the limit.
// Bytes that are no UTF-8 are kept as they are.
std::string cut(std::string_view text, std::size_t bytes_max);

}  // namespace lendport
