#include "catalog/market.hpp"

#include <nlohmann/json.hpp>

namespace lendport::test {

Market::Market() = default;
Market::~Market() = default;

Principal Market::admin_of(const Org& org, Environment environment) {
  const std::string name = "admin" + std::to_string(++users_);
  return orgs::principal_of(stage_.user(org, Role::org_admin, name), environment);
}

ProductAct Market::act(Environment environment) {
  Principal caller = admin_;
  caller.environment = environment;
  return {caller, org_.id};
}

Connection Market::connect(const Org& org, Environment environment, bool with_sub_orgs) {
  const Deadline deadline = orgs::Stage::soon();
  stage_.run(connections_.offer(platform_, org.id, lender_.plugin->id, OfferScope::org, deadline));
  ConnectionDraft draft;
  draft.plugin_id = lender_.plugin->id;
  draft.environment = environment;
  draft.settings = std::make_shared<json::Value>(json::Value::object());
  draft.with_sub_orgs = with_sub_orgs;
  const auto outcome = stage_.run(
      connections_.connect(admin_of(org, environment), org.id, std::move(draft), deadline));
  if (const auto* refused = std::get_if<ConnectionRefused>(&outcome)) {
    std::string why = refused->detail;
    for (const Violation& violation : refused->violations) why += "; " + violation.detail;
    throw std::logic_error("not connected: " + why);
  }
  return std::get<Connection>(outcome);
}

Connection Market::connect_with_age(std::chrono::hours age) {
  return change_age(connect(org_), age);
}

Connection Market::change_age(const Connection& before, std::optional<std::chrono::hours> age) {
  ConnectionDraft draft;
  draft.plugin_id = before.plugin_id;
  draft.environment = before.environment;
  draft.label = before.label;
  draft.settings = std::make_shared<json::Value>(json::Value::object());
  draft.catalog_age_max = age;
  const auto outcome =
      stage_.run(connections_.change(admin_of(org_, before.environment), org_.id, before.id,
                                     before.version, std::move(draft), orgs::Stage::soon()));
  stage_.run(catalog_.refresh());
  return std::get<Connection>(outcome);
}

SyncResult Market::sync(const Connection& connection) {
  return stage_.run(catalog_.sync(connection.org, connection.id, orgs::Stage::soon()));
}

std::vector<Quotable> Market::quotable(const OrgId& org, Environment environment) {
  return stage_.run(catalog_.quotable(org, environment, orgs::Stage::soon()));
}

std::string Market::seen(const OrgId& org, Environment environment) {
  std::string text;
  for (const Quotable& entry : quotable(org, environment)) {
    const Product& product = *entry.product;
    if (!text.empty()) text += ' ';
    text += product.lender_product_id.empty() ? product.lender : product.lender_product_id;
    if (entry.reason) text += ":" + std::string(to_string(*entry.reason));
  }
  return text;
}

Product Market::product(const std::string& name, const OrgId& org) {
  for (const Quotable& entry : quotable(org)) {
    const Product& product = *entry.product;
    if (product.lender_product_id == name || product.lender == name) return product;
  }
  throw std::logic_error("no product " + name);
}

std::string Market::events(const std::string& prefix, const OrgId& org) {
  std::string types;
  stage_.db->read_now([&](db::Snapshot& at) {
    types.clear();
    for (const auto& event : lendport::events::list(at, org, 0, 200)) {
      if (event.type.starts_with(prefix)) types += (types.empty() ? "" : " ") + event.type;
    }
  });
  return types;
}

}  // namespace lendport::test
