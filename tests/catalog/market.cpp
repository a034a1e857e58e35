#include "catalog/market.hpp"

#include <nlohmann/json.hpp>

namespace lendport::test {

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

}  // namespace lendport::test
