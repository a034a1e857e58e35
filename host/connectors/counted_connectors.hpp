// Counts what lenders are asked and how it ends.
#pragma once

#include "connectors/connectors.hpp"
#include "telemetry/metrics.hpp"

#include <chrono>
#include <string_view>

namespace lendport::connectors {

// Passes everything on to `inner`; both outlive it. Labels are the plugin's id, the operation as
// the manifest declares it, and the outcome's word: the plugins that are installed bound their
// number, and what names no installed plugin is counted as one. Thread-safe as `inner` is.
class CountedConnectors final : public Connectors {
 public:
  CountedConnectors(Connectors& inner, telemetry::Metrics& metrics)
      : inner_(inner), metrics_(metrics) {}

  Task<Outcome> call(Call call) override;
  std::shared_ptr<const Manifest> manifest(std::string_view plugin) const override {
    return inner_.manifest(plugin);
  }
  std::vector<PluginView> plugins() const override { return inner_.plugins(); }
  Task<std::vector<PluginView>> rescan() override { return inner_.rescan(); }
  Task<void> heed_switches(Deadline until) override { return inner_.heed_switches(until); }
  ConnectionHealth health(const ConnectionId& connection) const override {
    return inner_.health(connection);
  }
  Admission admit(std::string_view plugin, const ConnectionId& connection) override {
    return inner_.admit(plugin, connection);
  }
  Circuits* circuits() override { return inner_.circuits(); }

 private:
  using Labels = telemetry::Labels;
  Labels labels_of(const Call& call) const;
  void count(Labels labels, std::string_view outcome, std::chrono::steady_clock::duration took);

  Connectors& inner_;
  telemetry::Metrics& metrics_;
};

}  // namespace lendport::connectors
