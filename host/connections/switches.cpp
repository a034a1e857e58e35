// The org's switches: disable, enable, disconnect; and the one a lender's refusal throws.
#include "connections/attempt.hpp"
#include "connections/connections.hpp"
#include "connections/ground.hpp"
#include "connections/record.hpp"
#include "connections/rules.hpp"
#include "connections/store.hpp"
#include "connections/texts.hpp"

#include <utility>

namespace lendport {
namespace {

namespace texts = connections_texts;

// Tells whether `connection` may be switched on, and throws every reason why not.
void require_available(db::Snapshot& at, const Connection& connection,
                       const connectors::Manifest& manifest) {
  const Org org = connections::known_org(at, connection.org);
  const bool offered = connections::is_offered(at, org.id, connection.plugin_id);
  auto reasons = connections::unavailable(org, manifest, connection.environment, offered);
  if (!reasons.empty())
    throw Error(std::move(reasons), said(row_of(texts::kRefusals, "cannot_be_enabled")));
}

// After the change was written: whoever makes a hold meets that row and waits for this unit, so
// what is counted here is all there can be.
void require_not_held(db::Transaction& tx, const Connection& connection) {
  const std::int64_t open = connections::holds_on(tx, connection.id);
  if (open == 0) return;
  if (open == 1) throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "held_by_one")));
  throw Error(ErrorCode::conflict,
              said(row_of(texts::kRefusals, "held"), {{"count", std::to_string(open)}}));
}

// A lender that cannot be asked now does not keep its connection off.
void switch_on(Connection& connection, const std::optional<ConnectionRefused>& refused) {
  connection.enabled = true;
  const bool bad = refused && refused->code == ErrorCode::invalid_input;
  connection.status = bad ? ConnectionStatus::needs_attention : ConnectionStatus::connected;
  connection.status_reason = bad ? refused->detail : "";
}

}  // namespace

Task<Connection> Connections::disable(Principal caller, OrgId org, ConnectionId id,
                                      std::int64_t version, std::string reason, Deadline deadline,
                                      db::Keep<Connection> keep) {
  co_return co_await needs_.db.write(
      [&](db::Transaction& tx) {
        const Connection before = connections::own(tx, caller, org, id);
        connections::require_version(before, version);
        Connection after = before;
        after.enabled = false;
        after.status = ConnectionStatus::disabled;
        after.status_reason = reason;
        ++after.version;
        after.changed_at = needs_.clock.now();
        connections::store(tx, after);
        connections::record(needs_, tx, caller, "connection.disabled", &before, after);
        if (keep) keep(tx, after);
        return after;
      },
      deadline);
}

Task<Connection> Connections::enable(Principal caller, OrgId org, ConnectionId id,
                                     std::int64_t version, bool with_sub_orgs, Deadline deadline,
                                     db::Keep<Connection> keep) {
  Attempt attempt = co_await prepare_again(caller, org, id, version, ConnectionDraft(), deadline);
  if (!attempt.refused) co_await ask(attempt, caller, deadline);
  co_return co_await needs_.db.write(
      [&](db::Transaction& tx) {
        require_available(tx, attempt.before, *attempt.manifest);
        Connection after = attempt.before;
        switch_on(after, attempt.refused);
        after.with_sub_orgs = with_sub_orgs;
        ++after.version;
        after.changed_at = needs_.clock.now();
        connections::store(tx, after);
        connections::record(needs_, tx, caller, "connection.enabled", &attempt.before, after);
        if (keep) keep(tx, after);
        return after;
      },
      deadline);
}

Task<void> Connections::disconnect(Principal caller, OrgId org, ConnectionId id,
                                   std::int64_t version, Deadline deadline) {
  co_await needs_.db.write(
      [&](db::Transaction& tx) {
        const Connection before = connections::own(tx, caller, org, id);
        connections::require_version(before, version);
        Connection after = before;
        after.enabled = false;
        after.status = ConnectionStatus::disabled;
        after.status_reason = said(row_of(texts::kReasons, "disconnected")).en;
        after.secret_names.clear();
        ++after.version;
        after.disconnected_at = after.changed_at = needs_.clock.now();
        connections::store(tx, after);
        require_not_held(tx, after);
        connections::set_secrets(tx, after, std::nullopt);
        connections::record(needs_, tx, caller, "connection.disconnected", &before, after);
      },
      deadline);
}

void Connections::auth_failed(db::Transaction& tx, const ConnectionId& id,
                              std::int64_t settings_revision, std::string_view message) {
  // Two refusals at once shall not meet at the version: the second finds it said.
  std::string lock = "SELECT id FROM connections WHERE id = $1 ";
  tx.find(lock.append(tx.for_update()), {id});
  const auto before = connections::find_any(tx, id);
  if (!before) return;
  if (before->status != ConnectionStatus::connected &&
      before->status != ConnectionStatus::winding_down) {
    return;
  }
  if (before->settings_revision != settings_revision) return;
  Connection after = *before;
  after.status = ConnectionStatus::needs_attention;
  after.status_reason = message.empty()
                            ? said(row_of(texts::kReasons, "refuses_credentials")).en
                            : connectors::without_secrets(std::string(message),
                                                          connections::opened(needs_, tx, *before));
  ++after.version;
  after.changed_at = needs_.clock.now();
  connections::store(tx, after);
  connections::record(needs_, tx, Principal(), "connection.needs_attention", &*before, after);
}

}  // namespace lendport
