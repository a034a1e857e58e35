// What an operator may set about the catalogue.
#pragma once

#include <chrono>
#include <cstddef>

namespace lendport {

// After so long without word from the database a snapshot may hide a change: it is asked first.
inline constexpr std::chrono::milliseconds kCatalogFreshFor{900};

struct CatalogSettings {
  // Every connection's products are fetched again this often.
  std::chrono::minutes sync_interval{60};
  // Past this age of the last good catalogue its products are not quoted, where the connection has
  // no limit of its own.
  std::chrono::hours age_max{24 * 7};
  // A catalogue with more is refused whole.
  std::size_t pages_max = 100;
  std::size_t products_max = 2000;
  // Orgs (times two environments) whose catalogue stays in memory; the longest unused goes first.
  std::size_t snapshots_max = 4096;
  // Not an operator's: zero for whoever has to see the same whatever time passes.
  std::chrono::milliseconds fresh_for = kCatalogFreshFor;
};

}  // namespace lendport
