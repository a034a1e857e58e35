// What the registry of plugins says about each plugin file.
#pragma once

#include "connectors/manifest.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace lendport::connectors {

// `draining` lasts until its deinit has come back.
enum class PluginState { found, refused, ready, draining, stopped };
std::string_view to_string(PluginState state);

// Why a plugin file is not used: a stable code and one sentence that says what is wrong, what was
// expected and what to do.
struct Refusal {
  std::string code;  // "LP-E-…"
  std::string sentence;
};

// One plugin as the API lists it.
struct PluginView {
  std::string folder;   // name of its folder below the plugin directory
  std::string id;       // empty when it was refused before its manifest could be read
  std::string version;  // likewise
  std::string sha256;   // of the file, lower-case hex; empty when it could not be read
  PluginState state = PluginState::found;
  bool switched_off = false;                 // an operator stopped it: see switches.hpp
  Refusal refusal;                           // of the file, whatever still runs; else empty
  std::shared_ptr<const Manifest> manifest;  // of the last one that ran in this process
};

}  // namespace lendport::connectors
