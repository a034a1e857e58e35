// Enums and the words they are written with.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace lendport {

// The value whose word is `text`; `words` has one for each value, in the enum's order, whose first
// is 0. Nothing when `text` is none of them.
template <class Enum, class Words>
std::optional<Enum> enum_of(std::string_view text, const Words& words) {
  std::size_t value = 0;
  for (std::string_view word : words) {
    if (word == text) return static_cast<Enum>(value);
    ++value;
  }
  return std::nullopt;
}

}  // namespace lendport
