// What people change: which products an org quotes, and the products it configures itself.
#include "catalog/catalog.hpp"
#include "catalog/json.hpp"
#include "catalog/record.hpp"
#include "catalog/rules.hpp"
#include "catalog/sight.hpp"
#include "catalog/snapshots.hpp"
#include "catalog/store.hpp"
#include "db/versions.hpp"
#include "http/message.hpp"
#include "orgs/orgs.hpp"

namespace lendport {
namespace {

constexpr std::string_view kConfiguredPlugin = "com.lendport.configured";

// One change in its transaction: what the org saw before, and what it sees after.
class Change {
 public:
  Change(const Catalog::Needs& needs, db::Transaction& tx, const ProductAct& act)
      : needs_(needs), tx_(tx), act_(act) {
    tx.lock(catalog_topic(act.org));
    sight_ = sight_of(tx, needs.connections, act.org, act.caller.environment);
  }

  const Sight& sight() const { return sight_; }

  Product seen(const SeenProduct& seen) {
    auto product = find(seen.id);
    if (!product) http::throw_not_found();
    if (product->revision != seen.revision) {
      throw Error(ErrorCode::precondition_failed,
                  "somebody changed it since you read it: read it again and repeat your change");
    }
    return *std::move(product);
  }

  // The row of a configured product of the org itself.
  Product own(const Product& product) {
    if (product.inherited) {
      throw Error(ErrorCode::forbidden, "the upstream org keeps this product");
    }
    if (product.origin == Origin::integrated) {
      throw Error(ErrorCode::conflict,
                  "the lender keeps this product: its terms come with the catalogue");
    }
    return catalog_store::find(tx_, act_.org, product.id).value();
  }

  void require_predecessor(const std::optional<ProductId>& named, const ProductId* itself) {
    if (!named) return;
    const bool fine = (itself == nullptr || *named != *itself) && find(*named).has_value();
    if (fine) return;
    std::vector<Violation> violations{{"/supersedes", "unknown", "there is no such product"}};
    throw Error(std::move(violations));
  }

  // What the org sees now, noted as what was done.
  Product done(std::string_view action, const Product* before, const ProductId& id) {
    sight_ = sight_of(tx_, needs_.connections, act_.org, act_.caller.environment);
    Product after = find(id).value();
    catalog::record(needs_, tx_, act_, action, before, after);
    return after;
  }

  // The same, with whether it may be quoted now; kept if somebody wants it.
  Product kept(const db::Keep<Quotable>& keep, const CatalogSettings& settings, Product after) {
    if (!keep) return after;
    const auto reason = judge(sight_, settings, after, needs_.clock.now());
    keep(tx_, {std::make_shared<const Product>(after), reason});
    return after;
  }

 private:
  std::optional<Product> find(const ProductId& id) {
    return product_in(tx_, needs_.connections, sight_, id, std::nullopt);
  }

  const Catalog::Needs& needs_;
  db::Transaction& tx_;
  const ProductAct& act_;
  Sight sight_;
};

void require_none(std::vector<Violation> violations) {
  if (!violations.empty()) throw Error(std::move(violations));
}

bool upstream_selects(const Sight& sight, const Product& product) {
  for (std::size_t i = 1; i < sight.orgs.size(); ++i) {
    if (!sight.choices[i].selects(product.id)) return false;
    if (sight.orgs[i] == product.org) return true;
  }
  return true;
}

// From here on new products wait for an admin; those that are there stay as they were.
void narrow(db::Transaction& tx, const OrgId& org, const Sight& sight) {
  catalog_store::set_narrowed(tx, org, sight.environment);
  for (const Product& product : products_in(tx, sight)) {
    catalog_store::keep_selected(tx, org, product.id);
  }
}

// Back to all. What nobody chose yet gets an entry: its tag must not stay the same.
bool widen(db::Transaction& tx, const OrgId& org, const Sight& sight) {
  for (const Product& product : products_in(tx, sight)) {
    const catalog_store::Choices& own = sight.choices.front();
    if (!own.selects(product.id)) catalog_store::set_selected(tx, org, product.id, true);
  }
  return catalog_store::set_all_selected(tx, org, sight.environment);
}

OrgSelection selection_of(db::Snapshot& at, const OrgId& org, Environment environment) {
  if (!find_org(at, org)) http::throw_not_found();
  return {catalog_store::choices_of(at, org, environment).narrowed,
          db::version_of(at, catalog_topic(org))};
}

ProductDraft draft_of(const Product& product) {
  return {product.lender, product.lender_product_id, product.supersedes, product.terms};
}

void take(Product& product, ProductDraft draft) {
  product.lender = std::move(draft.lender);
  product.lender_product_id = std::move(draft.lender_product_id);
  product.supersedes = std::move(draft.supersedes);
  product.terms = std::move(draft.terms);
}

std::vector<Violation> violations_of_live_change(const Product& before, const ProductDraft& after) {
  std::vector<Violation> found = violations_of_change(before.terms, after.terms);
  const auto fixed = [&](bool same, const std::string& field) {
    if (!same) {
      found.push_back(
          {"/" + field, "needs_new_product", "does not change once the product is live"});
    }
  };
  fixed(before.lender == after.lender, "lender");
  fixed(before.supersedes == after.supersedes, "supersedes");
  return found;
}

[[noreturn]] void throw_retired() {
  throw Error(ErrorCode::conflict, "the product is retired: create a new one that names it");
}

}  // namespace

Task<Product> Catalog::choose(ProductAct act, SeenProduct seen, bool selected, Deadline deadline) {
  const auto story = [&](db::Transaction& tx) {
    Change change(needs_, tx, act);
    const Product before = change.seen(seen);
    const Sight& sight = change.sight();
    if (selected && !upstream_selects(sight, before)) {
      throw Error(ErrorCode::conflict, "the upstream org does not quote this product");
    }
    if (sight.choices.front().selects(before.id) == selected) return before;
    if (!selected && !sight.choices.front().narrowed) narrow(tx, act.org, sight);
    catalog_store::set_selected(tx, act.org, before.id, selected);
    return change.done(selected ? "product.selected" : "product.deselected", &before, before.id);
  };
  const Product after = co_await needs_.db.write(story, deadline);
  co_await look_for_changes();
  co_return after;
}

Task<OrgSelection> Catalog::selection(OrgId org, Environment environment, Deadline deadline) {
  const auto look = [&](db::Snapshot& at) { return selection_of(at, org, environment); };
  co_return co_await needs_.db.read(look, deadline);
}

Task<OrgSelection> Catalog::select(ProductAct act, std::int64_t version, bool narrowed,
                                   Deadline deadline) {
  const Environment environment = act.caller.environment;
  const auto story = [&](db::Transaction& tx) {
    Change change(needs_, tx, act);
    const OrgSelection before = selection_of(tx, act.org, environment);
    if (before.version != version) {
      throw Error(ErrorCode::precondition_failed,
                  "the catalogue changed since you read it: read it again and repeat your change");
    }
    const Sight& sight = change.sight();
    const bool changes = narrowed ? !before.narrowed : widen(tx, act.org, sight);
    if (!changes) return before;
    if (narrowed) narrow(tx, act.org, sight);
    catalog::record_selection(needs_, tx, act, selection_text(before), selection_text({narrowed}));
    return selection_of(tx, act.org, environment);
  };
  const OrgSelection after = co_await needs_.db.write(story, deadline);
  co_await look_for_changes();
  co_return after;
}

Task<Product> Catalog::create(ProductAct act, ProductDraft draft, Deadline deadline,
                              db::Keep<Quotable> keep) {
  const ProductId id = needs_.ids.next<ProductId>();
  const auto story = [&](db::Transaction& tx) {
    Change change(needs_, tx, act);
    change.require_predecessor(draft.supersedes, nullptr);
    Product product;
    product.id = id;
    product.org = act.org;
    product.plugin_id = kConfiguredPlugin;
    product.origin = Origin::configured;
    product.status = ProductStatus::draft;
    product.integration_status = IntegrationStatus::none;
    take(product, draft);
    catalog_store::insert(tx, product, needs_.clock.now(), act.caller.user.value);
    return change.kept(keep, settings_, change.done("product.created", nullptr, id));
  };
  const Product after = co_await needs_.db.write(story, deadline);
  co_await look_for_changes();
  co_return after;
}

Task<Product> Catalog::change(ProductAct act, SeenProduct seen, ProductEdit edit,
                              Deadline deadline) {
  const auto story = [&](db::Transaction& tx) {
    Change change(needs_, tx, act);
    const Product before = change.seen(seen);
    Product product = change.own(before);
    if (product.status == ProductStatus::retired) throw_retired();
    ProductDraft draft = edit(draft_of(product));
    if (draft == draft_of(product)) return before;
    const bool live = product.status == ProductStatus::live;
    if (live) require_none(violations_of_live_change(product, draft));
    if (draft.supersedes != product.supersedes) {
      change.require_predecessor(draft.supersedes, &product.id);
    }
    take(product, std::move(draft));
    ++product.revision;
    const Time now = needs_.clock.now();
    const std::string& by = act.caller.user.value;
    if (live) {
      ++product.version;
      catalog_store::insert_version(tx, product, now, by);
    } else {
      catalog_store::replace_terms(tx, product, now, by);
    }
    catalog_store::update(tx, product, now);
    return change.done(live ? "product.revised" : "product.changed", &before, product.id);
  };
  const Product after = co_await needs_.db.write(story, deadline);
  co_await look_for_changes();
  co_return after;
}

Task<Product> Catalog::release(ProductAct act, SeenProduct seen, Deadline deadline,
                               db::Keep<Quotable> keep) {
  const auto story = [&](db::Transaction& tx) {
    Change change(needs_, tx, act);
    const Product before = change.seen(seen);
    Product product = change.own(before);
    if (product.status == ProductStatus::retired) throw_retired();
    if (product.status == ProductStatus::live) {
      throw Error(ErrorCode::conflict, "the product is live already");
    }
    require_none(violations_of_release(product));
    product.status = ProductStatus::live;
    ++product.revision;
    catalog_store::update(tx, product, needs_.clock.now());
    return change.kept(keep, settings_, change.done("product.released", &before, product.id));
  };
  const Product after = co_await needs_.db.write(story, deadline);
  co_await look_for_changes();
  co_return after;
}

Task<Product> Catalog::retire(ProductAct act, SeenProduct seen, Deadline deadline,
                              db::Keep<Quotable> keep) {
  const auto story = [&](db::Transaction& tx) {
    Change change(needs_, tx, act);
    const Product before = change.seen(seen);
    Product product = change.own(before);
    if (product.status == ProductStatus::retired) throw_retired();
    product.status = ProductStatus::retired;
    ++product.revision;
    catalog_store::update(tx, product, needs_.clock.now());
    return change.kept(keep, settings_, change.done("product.retired", &before, product.id));
  };
  const Product after = co_await needs_.db.write(story, deadline);
  co_await look_for_changes();
  co_return after;
}

}  // namespace lendport
