#include "connectors/counted_connectors.hpp"

#include "connectors/manifest.hpp"
#include "core/error.hpp"

namespace lendport::connectors {

using std::chrono::steady_clock;

Task<Outcome> CountedConnectors::call(Call call) {
  Labels labels = labels_of(call);
  const auto began = steady_clock::now();
  try {  // counted and thrown on: the caller decides
    Outcome outcome = co_await inner_.call(std::move(call));
    count(std::move(labels), to_string(outcome.kind), steady_clock::now() - began);
    co_return outcome;
  } catch (const Error& error) {
    count(std::move(labels), to_string(error.code()), steady_clock::now() - began);
    throw;
  }
}

telemetry::Labels CountedConnectors::labels_of(const Call& call) const {
  const auto manifest = inner_.manifest(call.plugin);
  if (!manifest) return {{"plugin", "not_ready"}, {"operation", "any"}};
  const bool declared = manifest->has(call.operation);
  return {{"plugin", call.plugin}, {"operation", declared ? call.operation : "undeclared"}};
}

void CountedConnectors::count(Labels labels, std::string_view outcome,
                              steady_clock::duration took) {
  metrics_
      .histogram("lendport_lender_call_seconds",
                 "How long an operation of a connector took, with all its requests.", labels)
      .Observe(std::chrono::duration<double>(took).count());
  labels.emplace("outcome", outcome);
  metrics_
      .counter("lendport_lender_calls_total", "Operations of connectors by how they ended.", labels)
      .Increment();
}

}  // namespace lendport::connectors
