#include "cli/open_store.hpp"

#include "db/migrations.hpp"

namespace lendport::cli {

crypto::Keyring keyring_of(const KeySettings& settings) {
  if (settings.text) {
    return crypto::Keyring(crypto::key_encryption_key(*settings.text, "LENDPORT_KEYS_TEXT"));
  }
  return crypto::Keyring(crypto::read_key_encryption_key(settings.file));
}

OpenStore::OpenStore(const Settings& settings)
    : database_(db::open(settings.database)), orgs_(*database_, clock_, ids_) {
  db::migrate(*database_, db::built_in_migrations(), clock_.now());
}

}  // namespace lendport::cli
