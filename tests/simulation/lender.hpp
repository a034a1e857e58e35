// The lender as one process reaches it: the connectors port, with the journal and with faults.
#pragma once

#include "connectors/connectors.hpp"
#include "connectors/journal.hpp"
#include "simulation/books.hpp"
#include "simulation/world.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::simulation {

class Process;

inline constexpr std::string_view kLender = "com.example.fake";

// What one seed's connector can do.
enum class Kind { by_key, by_search, cannot_find, cannot_ask };

class Lender final : public connectors::Connectors {
 public:
  Lender(World& world, Books& books, Process& process, db::Database& store);

  void be(Kind kind);
  // Not loaded until then.
  void be_missing_until(Time time) { missing_until_ = time; }

  Task<connectors::Outcome> call(connectors::Call call) override;
  std::shared_ptr<const connectors::Manifest> manifest(std::string_view id) const override;
  std::vector<connectors::PluginView> plugins() const override { return {}; }
  Task<std::vector<connectors::PluginView>> rescan() override;
  connectors::ConnectionHealth health(const ConnectionId&) const override { return {}; }
  connectors::Admission admit(std::string_view plugin, const ConnectionId& connection) override;

 private:
  struct Reply;  // what the lender does with a create

  Task<connectors::Outcome> create(connectors::Call call);
  Task<connectors::Outcome> ask(connectors::Call call);
  Reply next_reply();
  std::string answer_to_create(const connectors::Call& call);
  std::string answer_about_application(const std::string& key);
  std::string answer_about_documents(const std::string& key);

  World& world_;
  Books& books_;
  Process& process_;
  connectors::Journal journal_;
  std::shared_ptr<connectors::Manifest> plugin_;
  std::shared_ptr<connectors::Manifest> configured_;
  Time missing_until_{};
  Time down_until_{};  // as this process's breaker sees it
};

}  // namespace lendport::simulation
