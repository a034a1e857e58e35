#include "core/secret.hpp"

#include <cstring>

namespace lendport {

void wipe(void* at, std::size_t size) noexcept {
  if (size > 0) explicit_bzero(at, size);
}

}  // namespace lendport
