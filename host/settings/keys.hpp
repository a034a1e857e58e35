// The table of keys: what may be set, and where each value goes.
#pragma once

#include "settings/given.hpp"
#include "settings/settings.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace lendport::settings {

// One key. `apply` puts the value where it belongs or throws Error{invalid_input}.
struct Key {
  std::string_view name;
  std::function<void(Settings&, const Given&)> apply;
};

// In the order of config/lendport.toml, which documents each.
const std::vector<Key>& keys();

}  // namespace lendport::settings
