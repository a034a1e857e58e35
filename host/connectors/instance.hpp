// A connector's instance for one (connection, environment, settings revision): its lane and its
// tokens.
#pragma once

#include "connectors/loaded_plugin.hpp"
#include "connectors/operation.hpp"
#include "connectors/pool.hpp"
#include "core/secret.hpp"
#include "net/egress.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace lendport::connectors {

// One answer to what a connector asked for, before it becomes a lendport_event.
struct Answer {
  std::uint32_t kind = 0;
  lendport_token token = 0;
  std::int32_t status = LENDPORT_NET_OK;
  std::int32_t http_status = 0;
  std::uint32_t phase = LENDPORT_PHASE_NONE;
  std::uint64_t bytes_sent = 0;
  std::string meta;
  std::string body;
};

using Strand = boost::asio::strand<boost::asio::any_io_executor>;

// A bearer token and those who wait for the one that is being fetched. On the instance's strand.
struct TokenSlot {
  Secret<std::string> token;
  std::chrono::steady_clock::time_point good_until{};
  bool fetching = false;
  std::shared_ptr<boost::asio::steady_timer> fetched;  // never fires; cancelled when it is there
};

// Made by the first call that needs it; the connector's own create runs on the lane before the
// first operation starts. Immutable settings. When the last operation and the cache let it go, the
// connector's destroy runs, on the lane again, when nothing of the instance runs any more.
class Instance : public std::enable_shared_from_this<Instance> {
 public:
  Instance(std::shared_ptr<LoadedPlugin> plugin, std::string instance_json, std::string base_url,
           std::shared_ptr<const net::EgressRules> rules, std::shared_ptr<Lane> lane,
           boost::asio::any_io_executor io);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance();

  // Posts the operation to the lane. It is completed if it cannot be started. Thread-safe.
  void start(const OperationPtr& operation);
  // The same on the caller's thread. REQUIRES: it runs on the lane.
  void start_here(const OperationPtr& operation);
  // Posts an event: dropped when its token is closed by then. Thread-safe.
  void deliver(const OperationPtr& operation, Answer answer);
  // Posts cancel(). Thread-safe.
  void cancel(const OperationPtr& operation, std::int32_t reason);

  LoadedPlugin& plugin() { return *plugin_; }
  const std::string& base_url() const { return base_url_; }
  const std::shared_ptr<const net::EgressRules>& rules() const { return rules_; }
  Lane& lane() { return *lane_; }
  const Strand& strand() const { return strand_; }

  // By auth profile; only on `strand`.
  std::map<std::string, TokenSlot> tokens;

 private:
  struct Farewell;
  bool ensure_created(const OperationPtr& operation);
  void hand_over(const OperationPtr& operation, const Answer& answer);

  std::shared_ptr<LoadedPlugin> plugin_;
  const std::string instance_json_;
  const std::string base_url_;
  const std::shared_ptr<const net::EgressRules> rules_;
  const std::shared_ptr<Lane> lane_;
  const Strand strand_;
  // State below is used on the lane only.
  lendport_instance* made_ = nullptr;
};

}  // namespace lendport::connectors
