// Which financing products an org has, which of them it quotes, and why not the others.
//
// Products of a connected lender come by themselves (a sync job: on connect, on schedule, on
// demand); configured ones are kept by the org itself (draft → live → retired). Reads come from an
// immutable snapshot per org and environment, built from the database when the version of topic
// `catalog` has risen.
#pragma once

#include "catalog/product.hpp"
#include "catalog/settings.hpp"
#include "core/error.hpp"
#include "core/task.hpp"
#include "http/message.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

class Connections;
class Orgs;
namespace connectors {
class Connectors;
}
namespace db {
class Database;
class Transaction;
class Versions;
}  // namespace db

// Who changes something, for the audit and the environment.
struct ProductChange {
  OrgId org;  // from the path
  ProductId product;
  std::int64_t if_match = 0;  // the revision the caller saw
};

class OrgCatalog;  // catalog/snapshot.hpp; opaque to other capabilities

// Thread-safe. Everything it takes by reference outlives it.
class Catalog {
 public:
  struct Needs {
    db::Database& db;
    db::Versions& versions;
    const Clock& clock;
    IdSource& ids;
    Orgs& orgs;
    Connections& connections;
    connectors::Connectors& connectors;
  };
  Catalog(const Needs& needs, const CatalogSettings& settings);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  ~Catalog();

  // --- for quotes and applications ---

  // Every product `org` can see in `environment` that is not retired, quotable or with the first
  // reason why not; integrated ones first, then by lender and name. From memory.
  Task<std::vector<Quotable>> quotable(OrgId org, Environment environment, Deadline deadline);

  // The product, in its latest version or in `version`; null when `org` cannot see it in
  // `environment` or it never had that version. The latest comes from memory. Earlier versions and
  // retired products are found too: quotes and applications made with them go on.
  Task<std::shared_ptr<const Product>> find(OrgId org, Environment environment, ProductId product,
                                            std::optional<std::int64_t> version, Deadline deadline);

  // The same judgement for one product: none = may be quoted now.
  Task<std::optional<NotQuotable>> why_not_quotable(OrgId org, Environment environment,
                                                    ProductId product, Deadline deadline);

  // --- syncing ---

  // Has the products of `connection` fetched soon, by a job that `tx` brings along. Asking twice
  // before it ran is asking once.
  void enqueue_sync(db::Transaction& tx, const OrgId& org, const ConnectionId& connection);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lendport
