// Orgs, a lender that says what a test wants, connections and the catalogue on top of them.
#pragma once

#include "catalog/catalog.hpp"
#include "catalog/counting_database.hpp"
#include "catalog/fake_connectors.hpp"
#include "catalog/sample_terms.hpp"
#include "catalog/snapshot.hpp"
#include "connections/connections.hpp"
#include "db/sealing.hpp"
#include "events/events.hpp"
#include "orgs/stage.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace lendport::test {

// The parts of one node and an org with an admin. Its store is shared by further nodes.
class Market : public testing::TestWithParam<db::Engine> {
 protected:
  Market();
  ~Market() override;

  Catalog::Needs needs() { return {counted_, stage_.clock, stage_.ids, connections_, lender_}; }

  Principal admin_of(const Org& org, Environment environment = Environment::sandbox);
  ProductAct act(Environment environment = Environment::sandbox);

  // Offers the lender to `org` and connects it.
  Connection connect(const Org& org, Environment environment = Environment::sandbox,
                     bool with_sub_orgs = false);

  // The org's own, with a maximum age of the catalogue; and one that gets another.
  Connection connect_with_age(std::chrono::hours age);
  Connection change_age(const Connection& before, std::optional<std::chrono::hours> age);

  SyncResult sync(const Connection& connection);

  std::vector<Quotable> quotable(const OrgId& org, Environment environment = Environment::sandbox);
  std::vector<Quotable> quotable() { return quotable(org_.id); }

  // What the org sees: "a b:not_selected", by the lender's ids or, configured, the lender's name.
  std::string seen(const OrgId& org, Environment environment = Environment::sandbox);
  std::string seen() { return seen(org_.id); }

  // The product with this name, as `org` sees it now.
  Product product(const std::string& name, const OrgId& org);
  Product product(const std::string& name) { return product(name, org_.id); }

  // The types of the org's events about its products, or about its catalogues ("product.",
  // "catalog."), oldest first.
  std::string events(const std::string& prefix, const OrgId& org);
  std::string events(const std::string& prefix) { return events(prefix, org_.id); }

  orgs::Stage stage_{GetParam()};
  CountingDatabase counted_{*stage_.db};
  FakeConnectors lender_;
  crypto::Sealing sealing_{crypto::Keyring(crypto::make_sealing_key("kek_1")), stage_.ids};
  Connections connections_{
      Connections::Needs{*stage_.db, stage_.clock, stage_.ids, sealing_, stage_.orgs, lender_}};
  CatalogSettings settings_;
  Catalog catalog_{needs(), settings_};
  Principal platform_ = stage_.platform_admin();
  Org org_ = stage_.org("Sun and Sons");
  int users_ = 0;
  Principal admin_ = admin_of(org_);
};

}  // namespace lendport::test
