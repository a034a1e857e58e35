// A connector library opened in a test process.
#pragma once

#include <lendport/plugin.h>
#include <lendport/sdk/json.hpp>

#include <filesystem>

namespace lendport::testing {

// Opens a connector with RTLD_NOW | RTLD_LOCAL and never closes it: the test process ends first.
// Throws std::runtime_error with the loader's words if it cannot. For tests: checks nothing before
// the library's code runs, which the hub does.
class LoadedPlugin {
 public:
  explicit LoadedPlugin(const std::filesystem::path& library);

  const lendport_plugin& table() const { return *table_; }
  sdk::Json manifest() const;

 private:
  const lendport_plugin* table_ = nullptr;
};

}  // namespace lendport::testing
