// Which integrated lenders are active for an org: the partnership and its products, two things.
#include "catalog/catalog.hpp"

#include <algorithm>
#include <tuple>

namespace lendport {

Task<std::vector<LenderView>> Catalog::lenders(OrgId org, Environment environment,
                                               Deadline deadline) {
  const auto look = [&](db::Snapshot& at) {
    return needs_.connections.reaching(at, org, environment);
  };
  std::vector<Connection> connections = co_await needs_.db.read(look, deadline);
  const std::vector<Quotable> products = co_await quotable(org, environment, deadline);
  std::vector<LenderView> found;
  for (Connection& connection : connections) {
    LenderView view;
    view.inherited = connection.org != org;
    for (const Quotable& entry : products) {
      if (entry.product->connection == connection.id) view.products.push_back(entry);
    }
    const auto manifest = needs_.connectors.manifest(connection.plugin_id);
    view.lender = manifest ? manifest->name : connection.label;
    view.connection = std::move(connection);
    found.push_back(std::move(view));
  }
  std::sort(found.begin(), found.end(), [](const LenderView& a, const LenderView& b) {
    return std::tie(a.lender, a.connection.id) < std::tie(b.lender, b.connection.id);
  });
  co_return found;
}

}  // namespace lendport
