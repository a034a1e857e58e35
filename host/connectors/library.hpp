// A plugin's shared library in this process: stored where its content names it, loaded for good.
#pragma once

#include "connectors/inspect.hpp"
#include "lendport/plugin.h"

#include <filesystem>
#include <memory>
#include <string_view>
#include <variant>

namespace lendport::connectors {

// Writes `file` to <store>/<id>/<version>-<sha256>/connector.so, mode 0555, by rename, unless the
// same bytes are there already. A path never changes what it holds, so a loaded file is never
// overwritten, and loading a path never returns an older one.
std::variant<std::filesystem::path, Refusal> store_plugin_file(const std::filesystem::path& store,
                                                               const Inspected& inspected,
                                                               std::string_view file);

// The only user of Boost.DLL. Loads with RTLD_NOW, RTLD_LOCAL and RTLD_NODELETE: the code stays
// until the process ends, whatever becomes of this object. Move-only.
class Library {
 public:
  // Loads a stored file and makes sure that what is mapped is that file. Runs the constructors of
  // the library: inspect it before. One thread at a time.
  static std::variant<Library, Refusal> load(const std::filesystem::path& stored);

  Library(Library&&) noexcept;
  Library& operator=(Library&&) noexcept;
  ~Library();

  // What the entry function returned; static for the life of the process.
  const lendport_plugin& plugin() const { return *plugin_; }

 private:
  struct Handle;
  Library(std::unique_ptr<Handle> handle, const lendport_plugin* plugin);

  std::unique_ptr<Handle> handle_;
  const lendport_plugin* plugin_;
};

}  // namespace lendport::connectors
