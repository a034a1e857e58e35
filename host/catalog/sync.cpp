#include "catalog/sync.hpp"

#include "catalog/rules.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace lendport {
namespace {

using connectors::OutcomeKind;

FetchFailed malformed(std::string reason) {
  return {true, false, std::move(reason)};
}

FetchFailed failure_of(const connectors::Outcome& outcome) {
  FetchFailed failed;
  failed.malformed = outcome.kind == OutcomeKind::internal || outcome.kind == OutcomeKind::invalid;
  failed.auth_failed = outcome.kind == OutcomeKind::auth_failed;
  failed.message = outcome.message;
  failed.reason = failed.message.empty() ? "the lender gave no catalogue" : failed.message;
  return failed;
}

// What has come in so far.
class Harvest {
 public:
  explicit Harvest(ConnectionId connection) : connection_(std::move(connection)) {}

  void take(CatalogPage page) {
    for (ReadProduct& read : page.products) {
      ++items_;
      if (auto* product = std::get_if<LenderProduct>(&read)) {
        take(std::move(*product));
      } else {
        hold_back(std::get<ImpossibleProduct>(read));
      }
    }
  }

  std::size_t items() const { return items_; }

  FetchedCatalog finish() {
    FetchedCatalog fetched;
    for (auto& [id, product] : products_) {
      if (!held_back_.contains(id)) fetched.products.push_back(std::move(product));
    }
    for (auto& [id, reason] : held_back_) fetched.held_back.push_back({connection_, id, reason});
    fetched.complete = complete_;
    return fetched;
  }

 private:
  void take(LenderProduct product) {
    const auto [there, inserted] = products_.try_emplace(product.lender_product_id, product);
    const bool contradicts = !inserted && !(there->second.terms == product.terms);
    if (contradicts) {
      held_back_[product.lender_product_id] = "is listed twice with different terms";
    }
  }

  void hold_back(const ImpossibleProduct& product) {
    if (product.lender_product_id.empty()) {
      complete_ = false;
      held_back_["#" + std::to_string(items_)] = product.reason;
    } else {
      held_back_[product.lender_product_id] = product.reason;
    }
  }

  ConnectionId connection_;
  std::map<std::string, LenderProduct> products_;
  std::map<std::string, std::string> held_back_;
  std::size_t items_ = 0;
  bool complete_ = true;
};

// One sync against the rows that are there.
class Overlay {
 public:
  Overlay(db::Transaction& tx, IdSource& ids, const Connection& connection,
          const std::string& lender, Time now)
      : tx_(tx), ids_(ids), connection_(connection), lender_(lender), now_(now) {}

  SyncCounts lay(const FetchedCatalog& fetched) {
    look(fetched);
    name_all(fetched);
    for (const LenderProduct& product : fetched.products) lay(product);
    for (const HeldBackProduct& product : fetched.held_back) hold_back(product);
    if (fetched.complete) retire_the_rest(fetched);
    counts_.held_back = static_cast<int>(fetched.held_back.size());
    return counts_;
  }

 private:
  // What is offered now and what the lender speaks of: of the retired ones only those, for a lender
  // that renames its products leaves more and more of them.
  void look(const FetchedCatalog& fetched) {
    std::set<std::string> spoken_of;
    for (const LenderProduct& product : fetched.products) {
      spoken_of.insert(product.lender_product_id);
      if (product.supersedes) spoken_of.insert(*product.supersedes);
    }
    for (const HeldBackProduct& held : fetched.held_back) spoken_of.insert(held.lender_product_id);
    keep(catalog_store::of_connection(tx_, connection_.org, connection_.id));
    keep(catalog_store::named(tx_, connection_.org, connection_.id, spoken_of));
  }

  void keep(std::vector<Product> products) {
    for (Product& product : products) {
      std::string name = product.lender_product_id;
      there_.emplace(std::move(name), std::move(product));
    }
  }

  // Ids first: a product may name one further down as its predecessor.
  void name_all(const FetchedCatalog& fetched) {
    for (const auto& [name, product] : there_) id_of_[name] = product.id;
    for (const LenderProduct& product : fetched.products) {
      if (!id_of_.contains(product.lender_product_id)) {
        id_of_[product.lender_product_id] = ids_.next<ProductId>();
      }
    }
  }

  std::optional<ProductId> predecessor_of(const LenderProduct& product) const {
    if (!product.supersedes || *product.supersedes == product.lender_product_id) {
      return std::nullopt;
    }
    const auto found = id_of_.find(*product.supersedes);
    if (found == id_of_.end()) return std::nullopt;
    return found->second;
  }

  void lay(const LenderProduct& fetched) {
    const auto there = there_.find(fetched.lender_product_id);
    if (there == there_.end()) {
      add(fetched);
    } else {
      change(there->second, fetched);
    }
  }

  void add(const LenderProduct& fetched) {
    Product product;
    product.id = id_of_.at(fetched.lender_product_id);
    product.org = connection_.org;
    product.supersedes = predecessor_of(fetched);
    product.lender = lender_;
    product.plugin_id = connection_.plugin_id;
    product.connection = connection_.id;
    product.environment = connection_.environment;
    product.lender_product_id = fetched.lender_product_id;
    product.terms = fetched.terms;
    catalog_store::insert(tx_, product, now_, "sync");
    ++counts_.added;
  }

  void change(const Product& before, const LenderProduct& fetched) {
    Product after = before;
    after.lender = lender_;
    after.supersedes = predecessor_of(fetched);
    after.held_back.reset();
    after.status = ProductStatus::live;
    const bool new_terms = !(before.terms == fetched.terms);
    const bool touched = new_terms || before.lender != after.lender || before.held_back ||
                         before.supersedes != after.supersedes || before.status != after.status;
    if (!touched) return;
    ++after.revision;
    if (new_terms) {
      ++after.version;
      after.terms = fetched.terms;
      catalog_store::insert_version(tx_, after, now_, "sync");
    }
    catalog_store::update(tx_, after, now_);
    ++counts_.changed;
  }

  void hold_back(const HeldBackProduct& held) {
    const auto there = there_.find(held.lender_product_id);
    if (there == there_.end() || there->second.held_back == held.reason) return;
    Product product = there->second;
    product.held_back = held.reason;
    ++product.revision;
    catalog_store::update(tx_, product, now_);
    ++counts_.changed;
  }

  void retire_the_rest(const FetchedCatalog& fetched) {
    std::set<std::string_view> listed;
    for (const LenderProduct& product : fetched.products) listed.insert(product.lender_product_id);
    for (const HeldBackProduct& held : fetched.held_back) listed.insert(held.lender_product_id);
    for (auto& [name, product] : there_) {
      if (listed.contains(name) || product.status == ProductStatus::retired) continue;
      product.status = ProductStatus::retired;
      ++product.revision;
      catalog_store::update(tx_, product, now_);
      ++counts_.retired;
    }
  }

  db::Transaction& tx_;
  IdSource& ids_;
  const Connection& connection_;
  const std::string& lender_;
  Time now_;
  std::map<std::string, Product> there_;    // by lender_product_id
  std::map<std::string, ProductId> id_of_;  // likewise
  SyncCounts counts_;
};

catalog_store::Sync sync_of(db::Snapshot& at, const Connection& connection) {
  auto sync = catalog_store::find_sync(at, connection.org, connection.id);
  if (sync) return *std::move(sync);
  catalog_store::Sync first;
  first.connection = connection.id;
  first.org = connection.org;
  first.environment = connection.environment;
  return first;
}

}  // namespace

Task<Fetched> fetch_catalog(connectors::Connectors& connectors, connectors::Call call,
                            CatalogSettings settings) {
  Harvest harvest(call.connection);
  std::set<std::string> pages{""};
  std::string page;
  call.operation = kCatalogOperation;
  do {
    connectors::Call one = call;
    one.request = catalog_request(page);
    const connectors::Outcome outcome = co_await connectors.call(std::move(one));
    if (!outcome.done()) co_return failure_of(outcome);
    if (!outcome.result) co_return malformed("the catalogue came without a result");
    auto read = read_catalog_page(*outcome.result);
    if (auto* sentence = std::get_if<std::string>(&read)) co_return malformed(*sentence);
    page = std::get<CatalogPage>(read).next_page;
    harvest.take(std::get<CatalogPage>(std::move(read)));
    if (harvest.items() > settings.products_max) {
      co_return malformed("the catalogue has more products than the hub takes");
    }
    if (page.empty()) co_return harvest.finish();
    if (!pages.insert(page).second) co_return malformed("the pages of the catalogue go in a loop");
  } while (pages.size() <= settings.pages_max);
  co_return malformed("the catalogue has more pages than the hub takes");
}

SyncCounts apply_catalog(db::Transaction& tx, IdSource& ids, const Connection& connection,
                         const std::string& lender, const FetchedCatalog& fetched, Time now) {
  Overlay overlay(tx, ids, connection, lender, now);
  return overlay.lay(fetched);
}

bool record_success(db::Transaction& tx, const Connection& connection,
                    const FetchedCatalog& fetched, std::chrono::milliseconds age_max, Time now) {
  catalog_store::Sync sync = sync_of(tx, connection);
  const bool seen = !sync.fetched_at || sync.stale || now - *sync.fetched_at > age_max;
  sync.version += seen ? 1 : 0;
  sync.tried_at = now;
  sync.fetched_at = now;
  sync.stale = false;
  sync.problem.clear();
  catalog_store::put_sync(tx, sync);
  catalog_store::replace_held_back(tx, sync, fetched.held_back);
  return seen;
}

bool record_failure(db::Transaction& tx, const Connection& connection, const FetchFailed& failure,
                    Time now) {
  catalog_store::Sync sync = sync_of(tx, connection);
  const bool seen = !sync.stale;
  sync.version += seen ? 1 : 0;
  sync.tried_at = now;
  sync.stale = true;
  sync.problem = failure.reason;
  catalog_store::put_sync(tx, sync);
  return seen;
}

}  // namespace lendport
