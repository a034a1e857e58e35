// Which commit the program was built from.
#pragma once

#include <string_view>

namespace lendport {

// In hexadecimal; empty when it was not built from a git tree of its own.
std::string_view built_from_commit();

}  // namespace lendport
