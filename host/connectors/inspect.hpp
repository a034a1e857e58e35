// Judges a plugin file before any of its code runs.
#pragma once

#include "connectors/plugins.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

namespace lendport::connectors {

inline constexpr std::size_t kPluginFileBytesMax = 64U << 20U;

// What a sound file says of itself, in its ELF note.
struct Inspected {
  std::string id;
  std::string version;
  std::uint32_t abi_minor = 0;
  std::string manifest_sha256;
  std::string sha256;  // of the file
};

// The whole file, read through one descriptor: what is inspected, hashed, stored and loaded are the
// same bytes. Refused: missing, not a regular file, over kPluginFileBytesMax.
std::variant<std::string, Refusal> read_plugin_file(const std::filesystem::path& path);

// Machine, one exported symbol of our ABI major, our note, only known libraries needed, nothing
// undefined. The refusal says what is wrong, what was expected, what to do.
std::variant<Inspected, Refusal> inspect(std::string_view file);

}  // namespace lendport::connectors
