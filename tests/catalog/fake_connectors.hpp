// Connectors whose lender says exactly what a test wants it to say.
#pragma once

#include "connectors/connectors.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lendport::test {

// Answers catalog.list/1 from `pages`, by the page asked for; every other operation with an empty
// object. Not thread-safe.
class FakeConnectors final : public connectors::Connectors {
 public:
  // The text of a result by page token; "" is the first page. A page that is not there is an
  // outage.
  std::map<std::string, std::string> pages;
  // Set: every call of catalog.list/1 ends like this.
  std::optional<connectors::OutcomeKind> failure;
  std::string failure_message = "the lender did not answer";
  std::vector<std::string> requests;  // of catalog.list/1
  std::optional<Deadline> heeded_until;
  std::shared_ptr<connectors::Manifest> plugin = std::make_shared<connectors::Manifest>();
  connectors::ConnectionHealth health_now;  // of every connection

  FakeConnectors();
  ~FakeConnectors() override;

  void lists(const std::string& products);

  Task<connectors::Outcome> call(connectors::Call call) override;
  std::shared_ptr<const connectors::Manifest> manifest(std::string_view id) const override;
  std::vector<connectors::PluginView> plugins() const override { return {}; }
  Task<std::vector<connectors::PluginView>> rescan() override;
  Task<void> heed_switches(Deadline until) override;
  connectors::ConnectionHealth health(const ConnectionId&) const override { return health_now; }
};

}  // namespace lendport::test
