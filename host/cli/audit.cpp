// The command about the record of who did what.
#include "cli/audit.hpp"

#include "cli/commands.hpp"
#include "cli/open_store.hpp"

#include <cstdio>

namespace lendport::cli {

std::string broken_chains(const std::vector<events::VerifiedChain>& chains) {
  std::string text;
  for (const auto& chain : chains) {
    if (!chain.broken_at) continue;
    text += (text.empty() ? "" : "; ") + chain.org.value + " is broken at entry " +
            std::to_string(*chain.broken_at);
  }
  return text;
}

int verify_audit(const SettingsGiven& given, const std::string& org) {
  OpenStore store(settings::load(given));
  const std::optional<OrgId> wanted = org.empty() ? std::nullopt : std::optional(OrgId{org});
  const auto chains = events::verify_chains(store.database(), wanted);
  for (const auto& chain : chains) {
    const std::string state =
        chain.broken_at ? "broken at entry " + std::to_string(*chain.broken_at) : "whole";
    std::printf("%s\t%lld entries\t%s\n", chain.org.value.c_str(),
                static_cast<long long>(chain.entries), state.c_str());
  }
  if (wanted && chains.empty()) {
    throw Error(ErrorCode::not_found, "nothing was recorded of an org " + org);
  }
  return broken_chains(chains).empty() ? 0 : 1;
}

}  // namespace lendport::cli
