// Lender calls as /metrics shows them: by plugin, operation and outcome, and nothing of an org.
#include "connectors/counted_connectors.hpp"

#include "connectors/manifest.hpp"
#include "core/error.hpp"
#include "support/run_task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lendport::connectors {
namespace {

using testing::HasSubstr;
using testing::Not;

// One plugin, "p.one", with one operation; it answers what it is told to.
class Told final : public Connectors {
 public:
  Told() { manifest_->capabilities.emplace_back().id = "catalog.list/1"; }

  Task<Outcome> call(Call call) override {
    if (call.plugin != "p.one") throw Error(ErrorCode::lender_unavailable, "not ready");
    if (call.operation != "catalog.list/1") throw Error(ErrorCode::capability_missing, "none");
    Outcome outcome;
    outcome.kind = next;
    co_return outcome;
  }
  std::shared_ptr<const Manifest> manifest(std::string_view plugin) const override {
    return plugin == "p.one" ? manifest_ : nullptr;
  }
  std::vector<PluginView> plugins() const override { return {}; }
  Task<std::vector<PluginView>> rescan() override { co_return std::vector<PluginView>(); }
  ConnectionHealth health(const ConnectionId&) const override { return {}; }

  OutcomeKind next = OutcomeKind::done;

 private:
  std::shared_ptr<Manifest> manifest_ = std::make_shared<Manifest>();
};

TEST(CountedConnectors, CountEachCallByHowItEnds) {
  Told inner;
  telemetry::Metrics metrics;
  CountedConnectors counted(inner, metrics);
  struct Row {
    const char* plugin;
    const char* operation;
    OutcomeKind next;
    std::string line;
  };
  const std::string known = "{operation=\"catalog.list/1\",outcome=\"";
  const Row rows[] = {
      {"p.one", "catalog.list/1", OutcomeKind::done, known + "done\",plugin=\"p.one\"} 1\n"},
      {"p.one", "catalog.list/1", OutcomeKind::done, known + "done\",plugin=\"p.one\"} 2\n"},
      {"p.one", "catalog.list/1", OutcomeKind::auth_failed,
       known + "auth_failed\",plugin=\"p.one\"} 1\n"},
      {"p.one", "made/up", OutcomeKind::done,
       "{operation=\"undeclared\",outcome=\"capability_missing\",plugin=\"p.one\"} 1\n"},
      {"p.gone", "catalog.list/1", OutcomeKind::done,
       "{operation=\"any\",outcome=\"lender_unavailable\",plugin=\"not_ready\"} 1\n"},
  };
  for (const Row& row : rows) {
    inner.next = row.next;
    Call call;
    call.plugin = row.plugin;
    call.org = OrgId{"org_secret"};
    call.connection = ConnectionId{"conn_secret"};
    call.operation = row.operation;
    try {
      EXPECT_EQ(support::run_task(counted.call(call)).kind, row.next);
    } catch (const Error&) {
      EXPECT_NE(row.line.find("1\n"), std::string::npos) << "what is thrown is thrown on";
    }
    EXPECT_THAT(metrics.text(), HasSubstr("lendport_lender_calls_total" + row.line));
  }
  EXPECT_THAT(metrics.text(),
              HasSubstr("lendport_lender_call_seconds_count{operation=\"catalog.list/1\","
                        "plugin=\"p.one\"} 3\n"));
  EXPECT_THAT(metrics.text(), Not(HasSubstr("secret")));
  EXPECT_THAT(metrics.text(), Not(HasSubstr("p.gone")));
}

}  // namespace
}  // namespace lendport::connectors
