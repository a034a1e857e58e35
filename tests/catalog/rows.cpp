#include "catalog/rows.hpp"

namespace lendport::test {

StoreTest::StoreTest() {
  db::migrate(*database_, db::built_in_migrations(), now_);
}

StoreTest::~StoreTest() = default;

Product StoreTest::configured(const std::string& lender) {
  Product product;
  product.id = ids_.next<ProductId>();
  product.org = org_;
  product.lender = lender;
  product.plugin_id = "configured";
  product.origin = Origin::configured;
  product.integration_status = IntegrationStatus::none;
  product.terms = level_loan();
  return product;
}

Connection StoreTest::connection(const OrgId& org) {
  Connection connection;
  connection.id = ids_.next<ConnectionId>();
  connection.org = org;
  connection.plugin_id = "com.example.fake";
  connection.environment = Environment::sandbox;
  connection.status = ConnectionStatus::connected;
  return connection;
}

}  // namespace lendport::test
