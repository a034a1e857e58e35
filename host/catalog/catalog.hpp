// Which financing products an org has, which of them it quotes, and why not the others.
//
// Products of a connected lender come by themselves (a sync job: on connect, on schedule, on
// demand); configured ones are kept by the org itself (draft → live → retired). A sub-org sees what
// its upstream orgs share and may narrow it further. Reads come from an immutable snapshot per org
// and environment, forgotten within a second of a change on any node.
#pragma once

#include "catalog/product.hpp"
#include "catalog/settings.hpp"
#include "connections/connections.hpp"
#include "connectors/connectors.hpp"
#include "core/error.hpp"
#include "core/task.hpp"
#include "db/database.hpp"
#include "db/idempotency.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lendport {

class OrgCatalog;        // catalog/snapshot.hpp; for this capability's own routes
class CatalogSnapshots;  // catalog/snapshots.hpp
namespace jobs {
struct Lease;
}

// Who changes something, and where.
struct ProductAct {
  Principal caller;
  OrgId org;  // of the path
};

// A product as the caller last saw it: Product::revision is what If-Match named.
struct SeenProduct {
  ProductId id;
  std::int64_t revision = 0;
};

// The changes of a PATCH laid over what there is. May run twice; throws Error{invalid_input}.
using ProductEdit = std::function<ProductDraft(const ProductDraft& before)>;

// How a sync ended.
struct SyncResult {
  enum class End {
    done,     // the new catalogue is in force
    failed,   // the last good one stays; `reason`
    nothing,  // the connection is gone or off, or its connector lists no products
  };
  End end = End::nothing;
  int added = 0;
  int changed = 0;
  int retired = 0;
  int held_back = 0;
  std::string reason;
  std::chrono::milliseconds again_after{0};  // on schedule; of the connection, paused too
};

// Every change is one transaction with its event and audit record. Missing, another org's and the
// other environment's products are the same not_found. Thread-safe.
class Catalog {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    Connections& connections;
    connectors::Connectors& connectors;
  };
  // All outlive this.
  Catalog(const Needs& needs, const CatalogSettings& settings);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  ~Catalog();

  // --- For quotes and applications -------------------------------------------------------------

  // Every product `org` sees in `environment` that is not retired, quotable or with the first
  // reason why not; by id. From memory.
  Task<std::vector<Quotable>> quotable(OrgId org, Environment environment, Deadline deadline);

  // The product, in its latest version or in `version`; null when `org` cannot see it in
  // `environment` or it never had that version. The latest comes from memory. Earlier versions and
  // retired products are found too: quotes and applications made with them go on.
  Task<std::shared_ptr<const Product>> find(OrgId org, Environment environment, ProductId product,
                                            std::optional<std::int64_t> version, Deadline deadline);
  // The same inside a view or a transaction of the caller's.
  std::optional<Product> find(db::Snapshot& at, const OrgId& org, Environment environment,
                              const ProductId& product, std::optional<std::int64_t> version);

  // The judgement of quotable() for one product: nothing = may be quoted now. Throws not_found.
  Task<std::optional<NotQuotable>> why_not_quotable(OrgId org, Environment environment,
                                                    ProductId product, Deadline deadline);

  // --- Reading ---------------------------------------------------------------------------------

  // What quotable() is made of, ready to be sent.
  Task<std::shared_ptr<const OrgCatalog>> snapshot(OrgId org, Environment environment,
                                                   Deadline deadline);
  // Retired products the org keeps, by id: at most `limit` that follow `after`.
  Task<std::vector<Quotable>> retired(OrgId org, Environment environment, std::string after,
                                      std::size_t limit, Deadline deadline);
  // The dated versions of a product, newest first.
  Task<std::vector<ProductRevision>> revisions(OrgId org, Environment environment,
                                               ProductId product, Deadline deadline);
  Task<OrgSelection> selection(OrgId org, Environment environment, Deadline deadline);
  // How the catalogue of a connection that reaches the org stands.
  Task<CatalogState> state(OrgId org, Environment environment, ConnectionId connection,
                           Deadline deadline);

  // The connections that reach the org, each with its products, by the lender's name: "which
  // integrated lenders are active for this org?"
  Task<std::vector<LenderView>> lenders(OrgId org, Environment environment, Deadline deadline);

  // --- Changing --------------------------------------------------------------------------------
  // Each answers the product as the org sees it then. Throws precondition_failed for another
  // revision than the stored one, forbidden for a product an upstream org keeps. `keep` comes last
  // in the transaction.

  // Selects a product or leaves it out. The first one left out narrows the choice: what is there
  // stays selected, what comes later waits for an admin. Throws conflict when an upstream org does
  // not quote it.
  Task<Product> choose(ProductAct act, SeenProduct seen, bool selected, Deadline deadline);

  // All of the org's products in the caller's environment at once. Narrowed: new ones wait from now
  // on, the others stay as they are. Not narrowed: back to all, whatever was left out. Throws
  // precondition_failed when the org's catalogue changed since `version`.
  Task<OrgSelection> select(ProductAct act, std::int64_t version, bool narrowed, Deadline deadline);

  // A configured product, as a draft. A predecessor that is not there is a violation.
  Task<Product> create(ProductAct act, ProductDraft draft, Deadline deadline,
                       db::Keep<Quotable> keep = nullptr);
  // A draft changes freely; a live product takes another dealer fee, limits and texts as a dated
  // revision, and refuses another APR, term or promo ("needs_new_product").
  Task<Product> change(ProductAct act, SeenProduct seen, ProductEdit edit, Deadline deadline);
  // draft → live. Refuses PACE that is not integrated.
  Task<Product> release(ProductAct act, SeenProduct seen, Deadline deadline,
                        db::Keep<Quotable> keep = nullptr);
  // draft or live → retired. Integrated products retire when their lender takes them back.
  Task<Product> retire(ProductAct act, SeenProduct seen, Deadline deadline,
                       db::Keep<Quotable> keep = nullptr);

  // --- Syncing ---------------------------------------------------------------------------------

  // Has the products of `connection` fetched soon, by a job that `tx` brings along. Asking twice
  // before it ran is asking once.
  void enqueue_sync(db::Transaction& tx, const OrgId& org, const ConnectionId& connection);
  // The same on a person's demand; the connection is the org's own.
  // What is kept: how its catalogue stands until then.
  Task<void> request_sync(ProductAct act, ConnectionId connection, Deadline deadline,
                          db::Keep<CatalogState> keep = nullptr);
  // Fetches and takes over the catalogue of one connection; what the job does. A lender that is
  // down or talks nonsense is a result, not an exception.
  Task<SyncResult> sync(OrgId org, ConnectionId connection, Deadline deadline);
  // The job itself (catalog/jobs.hpp): syncs and queues the next time. `lease` outlives the call.
  Task<void> run_sync(const jobs::Lease& lease, Deadline deadline);

  // --- Keeping up ------------------------------------------------------------------------------

  // Forgets what changed in the database since the last call and sees that every connected
  // connection has its sync job. The hub calls it every 300 ms and on a notice of a new version; a
  // change made here is visible here when its call returns.
  Task<void> refresh();

  const CatalogSettings& settings() const { return settings_; }

 private:
  CatalogState state_in(db::Snapshot& at, const Connection& connection) const;
  Task<void> look_for_changes();
  Task<void> enqueue_missing();
  bool lists_products(const Connection& connection) const;
  Task<std::shared_ptr<const OrgCatalog>> load(OrgId org, Environment environment,
                                               Deadline deadline);

  const Needs needs_;
  const CatalogSettings settings_;
  std::unique_ptr<CatalogSnapshots> snapshots_;
};

}  // namespace lendport
