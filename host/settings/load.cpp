// From file, environment and command line to one immutable value.
#include "core/error.hpp"
#include "core/text.hpp"
#include "settings/keys.hpp"
#include "settings/sources.hpp"

namespace lendport::settings {
namespace {

std::string nearest_setting(const std::string& key, const std::vector<std::string>& known) {
  if (!key.starts_with(kEnvironmentPrefix)) return nearest(key, known);
  std::vector<std::string> variables;
  for (const std::string& one : known) variables.push_back(environment_name(one));
  return nearest(key, variables);
}

std::string unknown(const Given& given, const std::vector<std::string>& known) {
  std::string problem = given.key() + " (" + given.source() + ") is not a setting";
  const std::string meant = nearest_setting(given.key(), known);
  return meant.empty() ? problem + ": see config/lendport.toml"
                       : problem + ": did you mean " + meant + "?";
}

void require_consistent(const Settings& settings, std::vector<std::string>& problems) {
  const auto& tls = settings.http.tls;
  if (tls && (tls->certificate_file.empty() || tls->key_file.empty())) {
    problems.emplace_back("http.tls_certificate and http.tls_key go together: set both");
  }
  if (settings.database.url.empty()) {
    problems.emplace_back("database.url is required, such as sqlite:///var/lib/lendport/hub.db");
  }
  if (settings.keys.file.empty() && !settings.keys.text) {
    problems.emplace_back("keys.file is required: a file of mode 0600 with 64 hexadecimal digits");
  }
  for (const std::string& problem : problems_of(settings.mail)) problems.push_back(problem);
}

}  // namespace

std::vector<std::string> known_keys() {
  std::vector<std::string> names;
  for (const Key& key : keys()) names.emplace_back(key.name);
  return names;
}

Settings load(const SettingsGiven& given) {
  const std::vector<std::string> known = known_keys();
  Sources sources;
  if (given.file) add_file(sources, *given.file, known);
  add_environment(sources, given.environment, known);
  add_command_line(sources, given.pairs);

  Settings settings;
  std::vector<std::string> problems;
  for (const Key& key : keys()) {
    const auto found = sources.find(std::string(key.name));
    if (found == sources.end()) continue;
    try {  // every problem is told at once, so one wrong value does not hide the next
      key.apply(settings, found->second);
    } catch (const Error& problem) {
      problems.push_back(problem.detail());
    }
    sources.erase(found);
  }
  for (const auto& [name, left] : sources) problems.push_back(unknown(left, known));
  require_consistent(settings, problems);
  if (problems.empty()) return settings;
  std::string all;
  for (const std::string& problem : problems) all += (all.empty() ? "" : "\n") + problem;
  throw Error(ErrorCode::invalid_input, all);
}

}  // namespace lendport::settings
