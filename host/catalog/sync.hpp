// Fetching a lender's catalogue and laying it over the one that is there.
#pragma once

#include "catalog/json.hpp"
#include "catalog/settings.hpp"
#include "catalog/store.hpp"
#include "connections/connections.hpp"
#include "connectors/connectors.hpp"
#include "core/task.hpp"

#include <string>
#include <variant>
#include <vector>

namespace lendport {

inline constexpr std::string_view kCatalogOperation = "catalog.list/1";
inline constexpr std::string_view kSyncJob = "catalog.sync";

struct FetchedCatalog {
  std::vector<LenderProduct> products;  // each lender_product_id once
  std::vector<HeldBackProduct> held_back;
  // Every item said which product it is; else a product that seems gone may only be garbled.
  bool complete = true;
};
struct FetchFailed {
  bool malformed = false;    // the connector's or the lender's defect: somebody must look
  bool auth_failed = false;  // the lender refuses the org's credentials
  std::string reason;        // one sentence
  std::string message = {};  // what the lender said itself; empty: nothing
};
using Fetched = std::variant<FetchedCatalog, FetchFailed>;

// Calls catalog.list/1 page by page until the last, a failure, or a limit of `settings`. A page
// that was there already, or more than the limits, is a malformed catalogue. All pages share the
// deadline of `call`, which has everything but operation and request. `connectors` outlives it.
Task<Fetched> fetch_catalog(connectors::Connectors& connectors, connectors::Call call,
                            CatalogSettings settings);

struct SyncCounts {
  int added = 0;
  int changed = 0;  // new terms, held back, or back again
  int retired = 0;
  int held_back = 0;

  bool any() const { return added + changed + retired > 0; }
  friend bool operator==(const SyncCounts&, const SyncCounts&) = default;
};

// New products are live, changed terms are the next version of the same product, what is gone is
// retired, what is held back keeps its last good terms and says why it is held back.
SyncCounts apply_catalog(db::Transaction& tx, IdSource& ids, const Connection& connection,
                         const std::string& lender, const FetchedCatalog& fetched, Time now);

// Notes how the sync ended. Returns whether readers see a difference: the first catalogue, the end
// of a failure, or of an age of more than `age_max`. A failure leaves the last good catalogue and
// marks it stale.
bool record_success(db::Transaction& tx, const Connection& connection,
                    const FetchedCatalog& fetched, std::chrono::milliseconds age_max, Time now);
bool record_failure(db::Transaction& tx, const Connection& connection, const FetchFailed& failure,
                    Time now);

}  // namespace lendport
