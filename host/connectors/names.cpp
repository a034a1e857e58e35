// The words of the port's enums, as on the wire.
#include "connectors/connectors.hpp"
#include "connectors/journal.hpp"

namespace lendport::connectors {

std::string_view to_string(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::done: return "done";
    case OutcomeKind::invalid: return "invalid";
    case OutcomeKind::auth_failed: return "auth_failed";
    case OutcomeKind::retryable: return "retryable";
    case OutcomeKind::upstream_error: return "upstream_error";
    case OutcomeKind::unknown_outcome: return "unknown_outcome";
    case OutcomeKind::unsupported: return "unsupported";
    case OutcomeKind::internal: return "internal";
    case OutcomeKind::cancelled: return "cancelled";
  }
  return "internal";
}

std::string_view to_string(PluginState state) {
  switch (state) {
    case PluginState::found: return "found";
    case PluginState::refused: return "refused";
    case PluginState::ready: return "ready";
    case PluginState::draining: return "draining";
    case PluginState::stopped: return "stopped";
  }
  return "stopped";
}

std::string_view to_string(Circuit circuit) {
  switch (circuit) {
    case Circuit::closed: return "closed";
    case Circuit::open: return "open";
    case Circuit::half_open: return "half_open";
  }
  return "closed";
}

std::string_view to_string(Effect effect) {
  switch (effect) {
    case Effect::read: return "read";
    case Effect::create: return "create";
    case Effect::update: return "update";
  }
  return "create";
}

std::string without_secrets(std::string text, const Secrets& secrets) {
  constexpr std::size_t kBytesMin = 4;
  constexpr std::string_view kMask = "***";
  for (const auto& [name, secret] : secrets) {
    const std::string& word = secret.expose();
    if (word.size() < kBytesMin) continue;
    for (std::size_t at = text.find(word); at != std::string::npos;
         at = text.find(word, at + kMask.size())) {
      text.replace(at, word.size(), kMask);
    }
  }
  return text;
}

}  // namespace lendport::connectors
