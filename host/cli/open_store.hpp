// What the commands about orgs, users and keys work on: the store, opened and up to date.
#pragma once

#include "core/time.hpp"
#include "crypto/random.hpp"
#include "db/open.hpp"
#include "db/sealing.hpp"
#include "orgs/orgs.hpp"
#include "settings/settings.hpp"

#include <memory>

namespace lendport::cli {

// Opens the database and brings its tables up to date; throws as those do. Blocks.
class OpenStore {
 public:
  explicit OpenStore(const Settings& settings);

  db::Database& database() { return *database_; }
  Orgs& orgs() { return orgs_; }
  const Clock& clock() const { return clock_; }

 private:
  SystemClock clock_;
  crypto::RandomIds ids_{clock_};
  std::unique_ptr<db::Database> database_;
  Orgs orgs_;
};

// The key-encryption keys the settings name.
crypto::Keyring keyring_of(const KeySettings& settings);

}  // namespace lendport::cli
