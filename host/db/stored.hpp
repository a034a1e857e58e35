// A word of the store as the value it stands for.
#pragma once

#include "core/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lendport::db {

// What `text` was parsed to. Throws Error{internal} when that is nothing: only this program writes
// the words of its rows.
template <class T>
T stored(const std::optional<T>& value, std::string_view text) {
  if (!value) throw Error(ErrorCode::internal, "unknown word in the store: " + std::string(text));
  return *value;
}

}  // namespace lendport::db
