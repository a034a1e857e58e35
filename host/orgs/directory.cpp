#include "orgs/directory.hpp"

#include <cstring>
#include <utility>

namespace lendport {
namespace {

// A network is at most so deep: orgs never change their parent, so there is no cycle either.
constexpr int kNetworkDepthMax = 32;

}  // namespace

// A digest is as good as random: its first bytes are a hash of it.
std::size_t Directory::Hash::operator()(const KeyHash& hash) const {
  std::size_t value = 0;
  std::memcpy(&value, hash.data(), sizeof value);
  return value;
}

Directory::Directory(std::int64_t version, Keys keys, Parents parents)
    : version_(version), keys_(std::move(keys)), parents_(std::move(parents)) {}

const DirectoryKey* Directory::find(const KeyHash& hash) const {
  const auto found = keys_.find(hash);
  return found == keys_.end() ? nullptr : &found->second;
}

void Directory::keep_uses_of(const Directory& before) {
  for (auto& [hash, key] : keys_) {
    const DirectoryKey* same = before.find(hash);
    if (same != nullptr) key.last_used_ms = same->last_used_ms;
  }
}

std::optional<OrgId> Directory::parent_of(const OrgId& org) const {
  const auto found = parents_.find(org);
  if (found == parents_.end()) return std::nullopt;
  return found->second;
}

bool Directory::is_within(const OrgId& org, const OrgId& upstream) const {
  const OrgId* at = &org;
  for (int depth = 0; depth < kNetworkDepthMax; ++depth) {
    if (*at == upstream) return true;
    const auto found = parents_.find(*at);
    if (found == parents_.end() || !found->second) return false;
    at = &*found->second;
  }
  return false;
}

bool Directory::may_act_in(const Principal& principal, const OrgId& org) const {
  if (!knows(org)) return false;
  if (principal.org == org || is_platform(principal.role)) return true;
  if (visibility_of(principal.role) != Visibility::network) return false;
  return is_within(org, principal.org);
}

}  // namespace lendport
