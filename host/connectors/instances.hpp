// The instances that live, by connection.
#pragma once

#include "connectors/instance.hpp"
#include "connectors/settings.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

namespace lendport::connectors {

// Thread-safe. Holds at most one instance of a connection and environment: that of its newest
// settings revision. Older ones end with their last operation.
class Instances {
 public:
  // Beyond, the one that was used least recently is let go (and made again when needed).
  static constexpr std::size_t kInstancesMax = 2048;

  Instances(Pool& pool, boost::asio::any_io_executor io,
            std::map<std::string, net::Detour, std::less<>> sandboxes)
      : pool_(pool), io_(std::move(io)), sandboxes_(std::move(sandboxes)) {}

  // The instance for the call, made if there is none. A draft's is never kept.
  std::shared_ptr<Instance> take(const std::shared_ptr<LoadedPlugin>& plugin, const Call& call);
  // Lets every instance of the plugin go.
  void drop(const LoadedPlugin& plugin);
  // Whether a callback of the connection's instance hangs.
  bool hung(const ConnectionId& connection) const;
  std::size_t size() const;

 private:
  using Key = std::tuple<ConnectionId, Environment>;
  struct Kept {
    std::shared_ptr<Instance> instance;
    std::int64_t revision = 0;
    std::uint64_t used = 0;
  };
  std::shared_ptr<Instance> make(const std::shared_ptr<LoadedPlugin>& plugin, const Call& call);
  Kept make_room();

  Pool& pool_;
  boost::asio::any_io_executor io_;
  const std::map<std::string, net::Detour, std::less<>> sandboxes_;
  mutable std::mutex mutex_;
  // State below is protected by mutex_.
  std::map<Key, Kept> kept_;
  std::uint64_t uses_ = 0;
};

}  // namespace lendport::connectors
