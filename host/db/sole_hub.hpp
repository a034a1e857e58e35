// One hub on one SQLite file.
#pragma once

#include "db/open.hpp"

namespace lendport::db {

// Held by a hub from before it opens its store until the store is closed. On SQLite it locks
// `<file>.hub` beside the database, of the file that a symbolic link leads to; the kernel lets the
// lock go with the process, however that ends, and the file stays. Commands take no such lock and
// work beside a hub. On PostgreSQL, which several hubs may share, it holds nothing.
class SoleHub {
 public:
  // Throws Error{conflict} when another hub holds it, Error{database_unavailable} when the lock
  // cannot be made. Waits for nothing.
  explicit SoleHub(const Settings& settings);
  SoleHub(const SoleHub&) = delete;
  SoleHub& operator=(const SoleHub&) = delete;
  ~SoleHub();

  // Whether no other process runs jobs of this store.
  bool is_sole() const { return file_ >= 0; }

 private:
  int file_ = -1;
};

}  // namespace lendport::db
