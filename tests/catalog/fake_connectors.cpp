#include "catalog/fake_connectors.hpp"

#include <nlohmann/json.hpp>

namespace lendport::test {

FakeConnectors::FakeConnectors() {
  plugin->id = "com.example.fake";
  plugin->name = "Fake Lender";
  plugin->version = "1.0.0";
  plugin->kind = "lender";
  plugin->capabilities = {{"catalog.list/1", 1, "stable"}};
  plugin->base_urls = {{"sandbox", "https://sandbox.example.com"},
                       {"production", "https://api.example.com"}};
  plugin->countries = {"US"};
  plugin->segments = {"residential"};
  plugin->document = std::make_shared<const json::Value>(
      json::parse(R"({"settings":{"version":"1","schema":{"type":"object","properties":{}}}})"));
}

Task<connectors::Outcome> FakeConnectors::call(connectors::Call call) {
  connectors::Outcome outcome;
  outcome.kind = connectors::OutcomeKind::done;
  std::string text = "{}";
  if (call.operation == "catalog.list/1") {
    requests.push_back(call.request);
    const auto found = pages.find(json::parse(call.request).value("page", ""));
    if (failure || found == pages.end()) {
      outcome.kind = failure.value_or(connectors::OutcomeKind::retryable);
      outcome.code = "lender.down";
      outcome.message = failure_message;
      co_return outcome;
    }
    text = found->second;
  }
  outcome.result = std::make_shared<const json::Value>(json::parse(text));
  outcome.result_text = text;
  co_return outcome;
}

std::shared_ptr<const connectors::Manifest> FakeConnectors::manifest(std::string_view id) const {
  return id == plugin->id ? plugin : nullptr;
}

Task<std::vector<connectors::PluginView>> FakeConnectors::rescan() {
  co_return std::vector<connectors::PluginView>();
}

Task<void> FakeConnectors::heed_switches(Deadline until) {
  heeded_until = until;
  co_return;
}

FakeConnectors::~FakeConnectors() = default;

void FakeConnectors::lists(const std::string& products) {
  pages = {{"", R"({"products":[)" + products + "]}"}};
}

}  // namespace lendport::test
