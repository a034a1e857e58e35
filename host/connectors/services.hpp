// The hub's work for connectors: requests with credentials and journal, timers, codes, the log.
#pragma once

#include "connectors/circuit.hpp"
#include "connectors/host_api.hpp"
#include "connectors/instance.hpp"
#include "connectors/json.hpp"
#include "core/task.hpp"

#include <mutex>
#include <optional>

namespace lendport::connectors {

struct Authorised;

// Thread-safe. What it refers to outlives it.
class HostServices final : public Services, public std::enable_shared_from_this<HostServices> {
 public:
  HostServices(net::HttpClient& client, Journal journal, const Clock& clock, Circuits& circuits)
      : client_(client), journal_(journal), clock_(clock), circuits_(circuits) {}

  void http(OperationPtr operation, lendport_token token, Effect effect, std::string request,
            std::string body) override;
  void crypto(OperationPtr operation, lendport_token token, std::string_view request,
              std::string_view data) override;
  void timer(OperationPtr operation, lendport_token token,
             std::chrono::milliseconds delay) override;
  void log(const std::string& plugin, const Operation* operation, std::int32_t severity,
           std::string_view code, std::string_view fields) override;
  Time now() const override { return clock_.now(); }
  bool fill_random(void* out, std::size_t size) override;

  // Lines of one second, of all connectors together; more are dropped and counted.
  static constexpr int kLinesPerSecondMax = 200;

 private:
  struct Errand;  // one request on its way
  // What is to go out, or why it does not.
  static std::optional<Answer> prepare(Errand& errand, net::OutboundRequest& plain);
  Task<Answer> carry_out(std::shared_ptr<Errand> errand);
  Answer not_authorised(const Errand& errand, const Authorised& authorised);
  Task<net::Exchange> send(std::shared_ptr<Errand> errand, net::OutboundRequest request,
                           Deadline deadline);
  Task<net::Exchange> send_effect(std::shared_ptr<Errand> errand, net::OutboundRequest request,
                                  Deadline deadline);
  void record_read(const std::shared_ptr<Errand>& errand, const net::Exchange& exchange);
  bool may_log();

  net::HttpClient& client_;
  Journal journal_;
  const Clock& clock_;
  Circuits& circuits_;
  std::mutex mutex_;
  // State below is protected by mutex_.
  std::chrono::steady_clock::time_point second_begin_{};
  int lines_ = 0;
};

}  // namespace lendport::connectors
