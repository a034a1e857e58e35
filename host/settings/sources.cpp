// Reads the settings file, the environment and the command line into one map.
#include "settings/sources.hpp"

#include "core/error.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <sstream>

namespace lendport::settings {
namespace {

const std::string kEnvironment = "the environment";

// With the prefix and not the hub's: what scripts/run leaves in demo.env, scripts and tests take,
// and Kubernetes sets for services whose names begin with lendport.
constexpr std::array kOthersVariables = {
    "LENDPORT_URL",     "LENDPORT_ORG",       "LENDPORT_ORG_OTHER",    "LENDPORT_ADMIN_KEY",
    "LENDPORT_REP_KEY", "LENDPORT_OTHER_KEY", "LENDPORT_PLATFORM_KEY", "LENDPORT_CRASH_AT",
    "LENDPORT_KILLS",   "LENDPORT_SEED",      "LENDPORT_SKIP_SETUP",   "LENDPORT_MIRROR",
    "LENDPORT_SANITIZE"};
constexpr std::array kOthersPrefixes = {"LENDPORT_TEST_", "LENDPORT_CHROOT"};
// LENDPORT_PORT, LENDPORT_DB_SERVICE_HOST, LENDPORT_DB_PORT_5432_TCP_ADDR, …
constexpr std::array kKubernetesParts = {"_SERVICE_HOST", "_SERVICE_PORT", "_PORT"};

bool is_of_others(std::string_view name) {
  const auto begins = [&](const char* prefix) { return name.starts_with(prefix); };
  const auto holds = [&](std::string_view part) {
    const std::size_t found = name.find(part);
    return found != name.npos &&
           (found + part.size() == name.size() || name[found + part.size()] == '_');
  };
  return std::find(kOthersVariables.begin(), kOthersVariables.end(), name) !=
             kOthersVariables.end() ||
         std::any_of(kOthersPrefixes.begin(), kOthersPrefixes.end(), begins) ||
         std::any_of(kKubernetesParts.begin(), kKubernetesParts.end(), holds);
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw Error(ErrorCode::invalid_input, file.string() + ": the settings file cannot be read");
  }
  std::ostringstream text;
  text << in.rdbuf();
  if (text.view().size() > kFileBytesMax) {
    throw Error(ErrorCode::invalid_input, file.string() + ": a settings file has at most 1 MiB");
  }
  return std::move(text).str();
}

std::optional<Given::Strings> strings_of(const toml::array& array) {
  Given::Strings strings;
  for (const toml::node& item : array) {
    const auto text = item.value_exact<std::string>();
    if (!text) return std::nullopt;
    strings.push_back(*text);
  }
  return strings;
}

std::optional<Given::Table> table_of(const toml::table& table) {
  Given::Table strings;
  for (const auto& [name, item] : table) {
    const auto text = item.value_exact<std::string>();
    if (!text) return std::nullopt;
    strings.emplace(name.str(), *text);
  }
  return strings;
}

std::optional<Given::Content> content_of(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return *number;
  if (const auto flag = node.value_exact<bool>()) return *flag;
  if (node.is_array()) {
    if (auto strings = strings_of(*node.as_array())) return *std::move(strings);
  }
  if (node.is_table()) {
    if (auto strings = table_of(*node.as_table())) return *std::move(strings);
  }
  return std::nullopt;
}

bool contains(const std::vector<std::string>& keys, const std::string& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// Carries the walk through the tables of one file.
struct Walk {
  Sources& sources;
  const std::vector<std::string>& keys;
  std::string file;

  void add(const std::string& key, const toml::node& node) {
    if (node.is_table() && !contains(keys, key)) {
      for (const auto& [name, item] : *node.as_table()) {
        add(key.empty() ? std::string(name.str()) : key + "." + std::string(name.str()), item);
      }
      return;
    }
    const std::string source = file + ", line " + std::to_string(node.source().begin.line);
    auto content = content_of(node);
    if (!content) {
      throw Error(ErrorCode::invalid_input,
                  key + " (" + source +
                      ") must be a string, a whole number, true or false, or a list of strings");
    }
    sources.insert_or_assign(key, Given(key, *std::move(content), source));
  }
};

}  // namespace

void add_file(Sources& sources, const std::filesystem::path& file,
              const std::vector<std::string>& keys) {
  const std::string text = read_file(file);
  try {  // toml++ reports bad syntax by its own exception; ours carries the line to the person
    const toml::table document = toml::parse(text, file.filename().string());
    Walk{sources, keys, file.filename().string()}.add("", document);
  } catch (const toml::parse_error& failure) {
    throw Error(ErrorCode::invalid_input, file.string() + ", line " +
                                              std::to_string(failure.source().begin.line) + ": " +
                                              std::string(failure.description()));
  }
}

std::string environment_name(std::string_view key) {
  std::string name(kEnvironmentPrefix);
  for (char c : key) {
    name += c == '.' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return name;
}

void add_environment(Sources& sources, const char* const* environment,
                     const std::vector<std::string>& keys) {
  std::map<std::string, std::string> by_name;
  for (const std::string& key : keys) by_name.emplace(environment_name(key), key);
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    const std::size_t equals = variable.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name(variable.substr(0, equals));
    std::string value(variable.substr(equals + 1));
    if (const auto named = by_name.find(name); named != by_name.end()) {
      const std::string& key = named->second;
      sources.insert_or_assign(key, Given(key, std::move(value), environment_source(key)));
    } else if (name.starts_with(kEnvironmentPrefix) && !is_of_others(name)) {
      sources.insert_or_assign(name, Given(name, std::move(value), kEnvironment));
    }
  }
}

std::string environment_source(std::string_view key) {
  return kEnvironment + (", " + environment_name(key));
}

void add_command_line(Sources& sources, const std::vector<std::string>& pairs) {
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorCode::invalid_input, "--set " + pair + ": write it as --set key=value");
    }
    const std::string key = pair.substr(0, equals);
    sources.insert_or_assign(key, Given(key, pair.substr(equals + 1), "the command line"));
  }
}

}  // namespace lendport::settings
