// The commands about connector files: judged, never run.
#include "cli/commands.hpp"
#include "connectors/inspect.hpp"

#include <algorithm>
#include <cstdio>

namespace lendport::cli {
namespace {

// One line about a file; whether it may be used.
bool report(const std::string& name, const std::filesystem::path& file) {
  const auto bytes = connectors::read_plugin_file(file);
  const connectors::Refusal* refusal = std::get_if<connectors::Refusal>(&bytes);
  std::variant<connectors::Inspected, connectors::Refusal> judged;
  if (refusal == nullptr) {
    judged = connectors::inspect(std::get<std::string>(bytes));
    refusal = std::get_if<connectors::Refusal>(&judged);
  }
  if (refusal != nullptr) {
    std::printf("%s\trefused\t%s\t%s\n", name.c_str(), refusal->code.c_str(),
                refusal->sentence.c_str());
    return false;
  }
  const auto& sound = std::get<connectors::Inspected>(judged);
  std::printf("%s\tsound\t%s\t%s\tsha256:%s\n", name.c_str(), sound.id.c_str(),
              sound.version.c_str(), sound.sha256.c_str());
  return true;
}

}  // namespace

int list_plugins(const SettingsGiven& given) {
  const std::filesystem::path folder = settings::load(given).connectors.plugin_folder;
  std::vector<std::filesystem::path> found;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
    std::error_code ignored;
    if (std::filesystem::exists(entry.path() / "connector.so", ignored)) {
      found.push_back(entry.path());
    }
  }
  if (problem) {
    throw Error(ErrorCode::invalid_input,
                "plugins.folder " + folder.string() + " cannot be read: " + problem.message());
  }
  std::sort(found.begin(), found.end());
  bool all_sound = true;
  for (const auto& path : found) {
    all_sound = report(path.filename().string(), path / "connector.so") && all_sound;
  }
  return all_sound ? 0 : 1;
}

int inspect_plugin(const std::filesystem::path& file) {
  return report(file.string(), file) ? 0 : 1;
}

}  // namespace lendport::cli
