// Texts that come from elsewhere: cut to what there is room for, and what was meant by a word.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// `text` (UTF-8), at most its first `bytes_max` bytes and never half a character: what is cut may
// be stored, where half a character would be refused. Shorter by up to three bytes than the limit.
// Bytes that are no UTF-8 are kept as they are.
std::string cut(std::string_view text, std::size_t bytes_max);

// The word of `known` that `word` was probably meant to be, by edits of single bytes; empty when
// none is near enough, or `known` is empty.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace lendport
