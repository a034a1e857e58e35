#include "orgs/orgs.hpp"

#include "core/error.hpp"
#include "crypto/tokens.hpp"
#include "db/versions.hpp"
#include "orgs/record.hpp"
#include "orgs/store.hpp"
#include "orgs/stories.hpp"

#include <algorithm>
#include <utility>

namespace lendport {
namespace {

template <class T>
T kept(const db::Keep<T>& keep, db::Transaction& tx, T made) {
  if (keep) keep(tx, made);
  return made;
}

}  // namespace

// What one read of the store gives.
struct Orgs::Loaded {
  Time began;
  std::int64_t version = 0;
  std::shared_ptr<Directory> directory;  // null: the one in memory is that version
};

Orgs::Orgs(db::Database& db, const Clock& clock, IdSource& ids)
    : db_(db),
      clock_(clock),
      ids_(ids),
      directory_(std::make_shared<const Directory>(-1, Directory::Keys(), Directory::Parents())) {}

Orgs::~Orgs() = default;

std::shared_ptr<const Directory> Orgs::directory() const {
  const std::lock_guard lock(mutex_);
  return directory_;
}

bool Orgs::is_fresh(Time now) const {
  // A clock that was set back says nothing about how much time has passed.
  const auto age = now - confirmed_at_;
  return age >= Time::duration::zero() && age <= kDirectoryFreshFor;
}

http::Identity Orgs::identify(std::string_view token) const {
  const KeyHash hash = crypto::hash_of_api_key(token);
  const Time now = clock_.now();
  std::shared_ptr<const Directory> directory;
  {
    const std::lock_guard lock(mutex_);
    if (!is_fresh(now)) return {http::Standing::uncertain, {}};
    directory = directory_;
  }
  const DirectoryKey* key = directory->find(hash);
  if (key == nullptr) {
    // Only here: a key that is known has its checksum right.
    if (!crypto::environment_of_api_key(token)) return {http::Standing::unknown, {}};
    return {standing_of_unknown(hash), {}};
  }
  if (key->expires_at && *key->expires_at <= now) return {http::Standing::unknown, {}};
  key->last_used_ms->store(to_unix_ms(now), std::memory_order_relaxed);
  return {http::Standing::known, key->principal};
}

http::Standing Orgs::standing_of_unknown(const KeyHash& hash) const {
  const std::lock_guard lock(mutex_);
  const bool asked = unknown_.contains(hash) || unknown_.size() >= kUnknownKeysMax;
  return asked ? http::Standing::unknown : http::Standing::uncertain;
}

Task<std::optional<Principal>> Orgs::identify_in_store(std::string token) {
  if (!crypto::environment_of_api_key(token)) co_return std::nullopt;
  const KeyHash hash = crypto::hash_of_api_key(token);
  std::int64_t version = 0;
  const auto key = co_await db_.read([&](db::Snapshot& at) {
    version = db::version_of(at, orgs::kTopic);
    return orgs::live_key(at, hash);
  });
  if (!key) {
    const std::lock_guard lock(mutex_);
    const bool same = directory_->version() == version;
    if (same && unknown_.size() < kUnknownKeysMax) unknown_.insert(hash);
    co_return std::nullopt;
  }
  if (key->expires_at && *key->expires_at <= clock_.now()) co_return std::nullopt;
  // Made by another process just now: its org may be as new.
  if (directory()->find(hash) == nullptr) co_await show_change();
  co_return key->principal;
}

bool Orgs::may_act_in(const Principal& principal, const OrgId& org) const {
  return directory()->may_act_in(principal, org);
}

Orgs::Loaded Orgs::load(db::Snapshot& at) const {
  Loaded loaded;
  loaded.began = clock_.now();
  loaded.version = db::version_of(at, orgs::kTopic);
  if (directory()->version() == loaded.version) return loaded;
  loaded.directory =
      std::make_shared<Directory>(loaded.version, orgs::live_keys(at), orgs::parents(at));
  return loaded;
}

void Orgs::take(Loaded loaded) {
  const std::lock_guard lock(mutex_);
  if (loaded.version < directory_->version()) return;  // another read was later and faster
  if (loaded.directory && loaded.version > directory_->version()) {
    loaded.directory->keep_uses_of(*directory_);
    directory_ = std::move(loaded.directory);
    unknown_.clear();
  }
  confirmed_at_ = std::max(confirmed_at_, loaded.began);
}

Task<void> Orgs::refresh() {
  auto loaded = co_await db_.read([&](db::Snapshot& at) { return load(at); });
  take(std::move(loaded));
}

void Orgs::load_now() {
  Loaded loaded;
  db_.read_now([&](db::Snapshot& at) { loaded = load(at); });
  take(std::move(loaded));
}

Task<void> Orgs::show_change() {
  // The change is on disk and stays: what fails here only delays its being seen, and an answer of
  // "failed" would be wrong.
  try {
    co_await refresh();
  } catch (const Error&) {
    const std::lock_guard lock(mutex_);
    confirmed_at_ = Time{};
  }
}

template <class Story, class T>
Task<T> Orgs::change(Story story, Deadline deadline) {
  const orgs::Needs needs{clock_, ids_};
  const auto told = [&](db::Transaction& tx) { return story(needs, tx); };
  if constexpr (std::is_void_v<T>) {
    co_await db_.write(told, deadline);
    co_await show_change();
  } else {
    T result = co_await db_.write(told, deadline);
    co_await show_change();
    co_return result;
  }
}

Task<Org> Orgs::create_org(Principal caller, OrgDraft draft, Deadline deadline,
                           db::Keep<Org> keep) {
  const auto story = [&](const orgs::Needs& needs, db::Transaction& tx) {
    return kept(keep, tx, orgs::create_org(needs, tx, caller, draft));
  };
  co_return co_await change(story, deadline);
}

Task<Org> Orgs::change_org(Principal caller, OrgId org, std::int64_t version, OrgPatch patch,
                           Deadline deadline) {
  const auto story = [&](const orgs::Needs& needs, db::Transaction& tx) {
    return orgs::change_org(needs, tx, caller, org, version, patch);
  };
  co_return co_await change(story, deadline);
}

Task<User> Orgs::create_user(Principal caller, OrgId org, UserDraft draft, Deadline deadline,
                             db::Keep<User> keep) {
  const auto story = [&](const orgs::Needs& needs, db::Transaction& tx) {
    return kept(keep, tx, orgs::create_user(needs, tx, caller, org, draft));
  };
  co_return co_await change(story, deadline);
}

Task<User> Orgs::change_user(Principal caller, OrgId org, UserId user, std::int64_t version,
                             UserPatch patch, Deadline deadline) {
  const auto story = [&](const orgs::Needs& needs, db::Transaction& tx) {
    return orgs::change_user(needs, tx, caller, org, user, version, patch);
  };
  co_return co_await change(story, deadline);
}

Task<NewKey> Orgs::create_key(Principal caller, OrgId org, KeyDraft draft, Deadline deadline,
                              db::Keep<NewKey> keep) {
  const auto story = [&](const orgs::Needs& needs, db::Transaction& tx) {
    return kept(keep, tx, orgs::create_key(needs, tx, caller, org, draft));
  };
  co_return co_await change(story, deadline);
}

Task<void> Orgs::revoke_key(Principal caller, OrgId org, KeyId key, std::int64_t version,
                            Deadline deadline) {
  const auto story = [&](const orgs::Needs& needs, db::Transaction& tx) {
    orgs::revoke_key(needs, tx, caller, org, key, version);
  };
  co_await change(story, deadline);
}

Task<void> Orgs::store_last_used() {
  const auto directory = this->directory();
  std::int64_t stored = 0;
  {
    const std::lock_guard lock(mutex_);
    stored = uses_stored_ms_;
  }
  std::vector<orgs::Use> uses = orgs::uses_after(*directory, stored);
  while (!uses.empty()) {
    const std::size_t kept = uses.size() - std::min(uses.size(), kLastUsedBatchMax);
    co_await db_.write([&](db::Transaction& tx) {
      for (std::size_t i = kept; i < uses.size(); ++i) orgs::set_last_used(tx, uses[i]);
    });
    for (std::size_t i = kept; i < uses.size(); ++i) stored = std::max(stored, uses[i].used_ms);
    uses.resize(kept);
  }
  const std::lock_guard lock(mutex_);
  uses_stored_ms_ = stored;
}

}  // namespace lendport
