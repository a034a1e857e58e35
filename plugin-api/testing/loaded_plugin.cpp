// Opening a connector library by dlopen.
#include "testing/loaded_plugin.hpp"

#include <dlfcn.h>
#include <stdexcept>

namespace lendport::testing {

LoadedPlugin::LoadedPlugin(const std::filesystem::path& library) {
  void* opened = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (opened == nullptr) throw std::runtime_error(dlerror());
  auto entry =
      reinterpret_cast<lendport_plugin_entry_fn>(dlsym(opened, LENDPORT_PLUGIN_ENTRY_SYMBOL));
  if (entry == nullptr) throw std::runtime_error("no " LENDPORT_PLUGIN_ENTRY_SYMBOL);
  table_ = entry();
}

sdk::Json LoadedPlugin::manifest() const {
  lendport_bytes bytes{nullptr, 0};
  if (table_->manifest(&bytes) != LENDPORT_OK) throw std::runtime_error("no manifest");
  return sdk::Json::parse(static_cast<const char*>(bytes.data),
                          static_cast<const char*>(bytes.data) + bytes.size);
}

}  // namespace lendport::testing
