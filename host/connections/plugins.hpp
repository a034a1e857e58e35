// Stopping a plugin and starting it again while the hub runs: the platform's switch.
#pragma once

#include "connectors/connectors.hpp"
#include "connectors/switches.hpp"
#include "core/ids.hpp"
#include "http/message.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

struct WindDownRequest {
  std::string reason;                   // shown to reps
  std::vector<std::string> successors;  // ids of plugins
};
inline constexpr std::size_t kSuccessorsMax = 10;

// A switch is one transaction with its event and its audit record, in the platform's org. Every
// process on the same database follows within a second; a stopped plugin stays so after a restart.
// Calls under way end as they would have; jobs that need the plugin are put off and go on when it
// is started; its products cannot be quoted meanwhile. Thread-safe.
class Plugins {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    connectors::Connectors& connectors;
  };
  // All outlive this.
  explicit Plugins(const Needs& needs) : needs_(needs) {}

  // Both answer with the switch as it stands then, kept for a repeated Idempotency-Key, and return
  // once this process follows; a start that takes longer than the request may goes on by itself.
  // If-Match names the switch's version. Switching to what is wanted
  // already changes nothing but the reason. Throws not_found for a plugin nobody has ever seen.
  Task<http::Response> stop(const http::Request& request, std::string plugin, std::string reason);
  Task<http::Response> start(const http::Request& request, std::string plugin);

  // The lender stops lending: no new quotes or applications anywhere, what is open is followed,
  // `successors` (ids of plugins) are named to those who ask. Answered like the two above. Throws
  // invalid_input at /successors for a plugin that does not run.
  Task<http::Response> wind_down(const http::Request& request, std::string plugin,
                                 WindDownRequest wanted);
  // It lends again.
  Task<http::Response> resume_lending(const http::Request& request, std::string plugin);

  // Keeps an answer of what no transaction tells, a look at the plugin folder, in one of its own.
  Task<void> keep(const http::Request& request, const http::Response& answer);

  Task<connectors::Switch> find(std::string plugin, Deadline deadline);

 private:
  // What is to change of a switch.
  using Turn = std::function<void(connectors::Switch& plugin)>;
  Task<http::Response> turn(const http::Request& request, const std::string& plugin,
                            const Turn& turn, Deadline until);
  http::Response take(db::Transaction& tx, const http::Request& request, const std::string& plugin,
                      const Turn& turn) const;
  std::vector<connectors::Successor> named(const std::string& plugin,
                                           const std::vector<std::string>& successors) const;
  bool is_known(const connectors::Switch& stored) const;

  Needs needs_;
};

}  // namespace lendport
