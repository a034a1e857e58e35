// Raw bytes, told apart from text by their type.
#pragma once

#include <string>

namespace lendport {

struct Blob {
  std::string bytes;

  friend bool operator==(const Blob&, const Blob&) = default;
};

}  // namespace lendport
