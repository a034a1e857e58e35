// Where settings come from: the file, then the environment, then the command line.
#pragma once

#include "settings/given.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lendport::settings {

inline constexpr std::size_t kFileBytesMax = 1024 * 1024;
inline constexpr std::string_view kEnvironmentPrefix = "LENDPORT_";

// Values by key ("http.bind"). A later source replaces an earlier one's value of the same key.
using Sources = std::map<std::string, Given>;

// Adds every value of a TOML file. Tables become dots; a table of strings that `keys` names whole
// ("sandbox.hosts") stays one value. Throws Error{invalid_input} with the line for bad TOML.
void add_file(Sources& sources, const std::filesystem::path& file,
              const std::vector<std::string>& keys);

// Adds the variables that name a key: "http.listen" is LENDPORT_HTTP_LISTEN. One with the prefix
// that names no key is added under its own name, to be reported; those of others (scripts, tests,
// orchestrators: a list in sources.cpp) are left alone.
void add_environment(Sources& sources, const char* const* environment,
                     const std::vector<std::string>& keys);

// Adds "key=value" pairs of `--set`.
void add_command_line(Sources& sources, const std::vector<std::string>& pairs);

// LENDPORT_HTTP_LISTEN for "http.listen".
std::string environment_name(std::string_view key);

// What Given::source() says of a key's value from the environment, and of no other.
std::string environment_source(std::string_view key);

}  // namespace lendport::settings
