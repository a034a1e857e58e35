// What the catalogue does later: the sync of each connection, again and again.
#pragma once

#include "catalog/catalog.hpp"
#include "jobs/worker.hpp"

namespace lendport {

// How long one sync may take, all pages together.
inline constexpr std::chrono::minutes kSyncPatience{2};
// After a failed sync the next try comes sooner than the schedule's.
inline constexpr std::chrono::minutes kSyncAgainAfterFailure{5};
// However a sync ended, the next one leaves so much time.
inline constexpr std::chrono::minutes kBetweenSyncsMin{1};

// Both outlive the other's use of them.
void add_catalog_jobs(jobs::Worker& worker, Catalog& catalog);

}  // namespace lendport
