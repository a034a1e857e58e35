// The port through which capabilities reach lenders: one call of one operation of one connector.
#pragma once

#include "connectors/manifest.hpp"
#include "connectors/outcome.hpp"
#include "connectors/plugins.hpp"
#include "core/blob.hpp"
#include "core/ids.hpp"
#include "core/principal.hpp"
#include "core/task.hpp"
#include "core/time.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::db {
class Transaction;
}

namespace lendport::connectors {

// Encrypts a body for the journal under the key of the person it is about. It opens in that column
// of that call's row alone. Thread-safe; its result is what the caller can open again.
using Seal =
    std::function<Blob(const CallId& call, std::string_view column, std::string_view plain)>;

// Run in the transaction that journals a request which creates or changes something, before it
// leaves; what it throws keeps the request from leaving. A worker's fence throws when its job is
// another worker's by now. It may run after the call ended. In a call with a fence every request
// but GET and HEAD counts as an effect, whatever the connector says of it.
using Fence = std::function<void(db::Transaction& tx)>;

// A document that a connector may name as a part of a request: its bytes never enter it.
struct Document {
  std::string file_name;
  std::string content_type;
  std::shared_ptr<const std::string> bytes;
};
using Documents = std::map<std::string, Document, std::less<>>;  // by id

// A place among the calls that may be under way for one connection and for its plugin; given back
// when the last copy goes.
using Place = std::shared_ptr<const void>;

// Whether a call for a connection may begin now.
struct Admission {
  Place place;            // for Call::place; null: not now
  std::string_view code;  // then: kDownCode or kBusyCode
  std::chrono::milliseconds retry_after{0};
};
inline constexpr std::string_view kDownCode = "lender.unavailable";  // the circuit is open
inline constexpr std::string_view kBusyCode = "hub.busy";            // every place is taken

// One operation to carry out for one connection.
struct Call {
  std::string plugin;  // the manifest's id
  OrgId org;
  ConnectionId connection;
  Environment environment = Environment::sandbox;
  std::int64_t settings_revision = 0;
  std::string settings = "{}";  // JSON object text without the secrets
  Secrets secrets;              // by setting's name; never shown to the connector
  std::string operation;        // "application.submit/1"
  std::string request = "{}";   // JSON text by the operation's request schema
  std::string payload = {};     // raw bytes that must not be re-encoded: a webhook's body
  Documents documents = {};     // that its requests may carry; any other id is refused
  // Settings that are not saved yet: no instance is kept, no circuit breaker counts.
  bool draft = false;

  // What the connector is told beside the request.
  std::string idempotency_key = {};  // fixed for the life of an application
  int attempt = 1;
  std::string request_id = {};  // of the request that caused it; empty: nobody's
  // That request's W3C traceparent, or empty. What leaves has its trace id and a span of its own.
  std::string traceparent = {};
  std::string locale = {};
  std::string rep_id = {};

  // For the journal. Bodies are kept only if there is a `seal`.
  std::string subject = {};  // id of what the call is about: "app_…"; empty: nothing
  // Whose the subject, and so the journal's row, is: the connection may be an upstream org's.
  // Empty: `org`.
  OrgId subject_org = {};
  Seal seal = {};

  Fence fence = {};

  // From admit(). Without one the call waits for a place, briefly.
  Place place = {};

  Deadline deadline;
};

enum class Circuit { closed, open, half_open };
std::string_view to_string(Circuit circuit);

struct ConnectionHealth {
  Circuit circuit = Circuit::closed;
  std::chrono::milliseconds probe_in{0};  // open: until the next call is let in
  int in_flight = 0;
  bool hung = false;  // a callback of its connector did not come back in time
};

// `text` with "***" in place of every secret in it: lenders repeat what they were sent. Secrets of
// less than four bytes stand in every text and stay.
std::string without_secrets(std::string text, const Secrets& secrets);

class Circuits;

// Thread-safe. Implementations: LoadedConnectors (plugins in this process); a simulation's own.
class Connectors {
 public:
  virtual ~Connectors() = default;

  // Carries out one operation, at most until `deadline` plus the grace for cancelling. Everything
  // that can go wrong with a connector or a lender is an outcome, not an exception.
  // Throws Error{capability_missing} when the connector does not declare the operation and
  // Error{lender_unavailable} when there is no such plugin or it is not ready.
  // Name the Call, then `co_await connectors.call(std::move(call))`.
  // REQUIRES: the caller runs on a strand (or on an io_context with one thread).
  virtual Task<Outcome> call(Call call) = 0;

  // The manifest of a plugin that is ready, or null.
  virtual std::shared_ptr<const Manifest> manifest(std::string_view plugin) const = 0;

  // Every plugin folder, sorted by its name.
  virtual std::vector<PluginView> plugins() const = 0;

  // Looks at the plugin folders again: takes what is new, swaps what has changed (the old one
  // drains), drains what is gone. Returns the new list.
  virtual Task<std::vector<PluginView>> rescan() = 0;

  // Takes over which plugins are stopped (connectors/switches.hpp): the calls of a stopped one end
  // as they would have, new ones are refused like those of a plugin that is not there. That holds
  // when it returns; for what is started it waits until `until` at most, which may be over already,
  // and a plugin that takes longer follows by itself. Called every so often: it also starts what
  // could not be started before. Cheap when nothing was switched. Without plugins of its own there
  // is nothing to do.
  virtual Task<void> heed_switches(Deadline until) {
    (void)until;
    co_return;
  }

  virtual ConnectionHealth health(const ConnectionId& connection) const = 0;

  // A place for a call, at once or not at all: for jobs, which are better put off than waiting.
  // Refused while the lender is down, and while the connection or its plugin has calls enough.
  virtual Admission admit(std::string_view plugin, const ConnectionId& connection) {
    (void)plugin, (void)connection;
    return {std::make_shared<int>(0), {}, {}};
  }

  // The breakers of this process; null where there are none.
  virtual Circuits* circuits() { return nullptr; }
};

}  // namespace lendport::connectors
