// lendport-cases: runs the recorded cases of a connector and says what differs.
#include "testing/case.hpp"

#include <cstdio>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

namespace {

using lendport::testing::Json;

constexpr const char* kUsage =
    "usage: lendport-cases CONNECTOR.so CASES_FOLDER [--update] [CASE...]\n"
    "Runs every case, or those named. --update writes expected.json instead of comparing:\n"
    "read the difference before committing it.\n";

struct Options {
  std::string library;
  std::string cases;
  bool update = false;
  std::vector<std::string> names;
};

void write_expected(const std::filesystem::path& folder, const Json& actual) {
  std::ofstream(folder / "expected.json") << actual.dump(2) << "\n";
}

bool passes(const lendport::testing::LoadedPlugin& plugin, const std::filesystem::path& folder,
            bool update) {
  Json actual = lendport::testing::run_case(plugin, folder);
  if (update) {
    write_expected(folder, actual);
    return true;
  }
  Json expected = Json::parse(lendport::testing::read_file(folder / "expected.json"));
  auto difference = lendport::testing::difference(expected, actual);
  if (difference) std::printf("%s\n", difference->c_str());
  return !difference;
}

// A case that cannot be run fails by itself; the rest still runs.
bool passes_or_says_why(const lendport::testing::LoadedPlugin& plugin,
                        const std::filesystem::path& folder, bool update) {
  try {
    return passes(plugin, folder, update);
  } catch (const std::exception& error) {
    std::printf("%s\n", error.what());
    return false;
  }
}

int run(const Options& options) {
  lendport::testing::LoadedPlugin plugin(options.library);
  int failed = 0;
  int ran = 0;
  for (const auto& folder : lendport::testing::cases_in(options.cases)) {
    std::string name = folder.filename();
    auto wanted = std::find(options.names.begin(), options.names.end(), name);
    if (!options.names.empty() && wanted == options.names.end()) continue;
    bool passed = passes_or_says_why(plugin, folder, options.update);
    std::printf("%s %s\n", passed ? "pass" : "FAIL", name.c_str());
    failed += passed ? 0 : 1;
    ++ran;
  }
  std::printf("%d cases, %d failed\n", ran, failed);
  return failed == 0 && ran > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (const std::string& argument : std::vector<std::string>(argv + 1, argv + argc)) {
    if (argument == "--update") {
      options.update = true;
    } else if (options.library.empty()) {
      options.library = argument;
    } else if (options.cases.empty()) {
      options.cases = argument;
    } else {
      options.names.push_back(argument);
    }
  }
  if (options.cases.empty()) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  try {
    return run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lendport-cases: %s\n", error.what());
    return 1;
  }
}
