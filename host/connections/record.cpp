#include "connections/record.hpp"

#include "connections/json.hpp"
#include "connections/store.hpp"
#include "db/sealing.hpp"
#include "db/versions.hpp"
#include "events/audit.hpp"

#include <string>
#include <utility>

namespace lendport::connections {
namespace {

// The topic of `versions` that caches of connections follow.
constexpr std::string_view kTopic = "connections";

struct Change {
  OrgId org;
  std::string_view action;
  events::Subject subject;
  std::string payload;
  std::optional<std::string> before;
  std::string after;
};

void record_change(const Connections::Needs& needs, db::Transaction& tx, const Principal& caller,
                   const Change& change) {
  events::NewEvent event;
  event.id = needs.ids.next<EventId>();
  event.org = change.org;
  event.subject = change.subject;
  event.type = change.action;
  event.payload = change.payload;
  event.actor = caller.user.value.empty() ? "hub" : caller.user.value;
  event.at = needs.clock.now();
  events::record(tx, event, change.before, change.after, caller.request_id);
  db::bump(tx, kTopic);
}

crypto::Field secrets_of(const Connection& connection) {
  return {"connections", connection.id.value, "sealed_secrets"};
}

}  // namespace

void record(const Connections::Needs& needs, db::Transaction& tx, const Principal& caller,
            std::string_view event, const Connection* before, const Connection& after,
            const std::set<std::string>& changed_secrets) {
  Change change;
  change.org = after.org;
  change.action = event;
  change.subject = {"connection", after.id.value};
  if (before != nullptr) change.before = record_text(*before, {});
  change.after = record_text(after, changed_secrets);
  change.payload = event_text(after);
  record_change(needs, tx, caller, change);
}

void record(const Connections::Needs& needs, db::Transaction& tx, const Principal& caller,
            std::string_view event, const Offer& offer) {
  Change change;
  change.org = offer.org;
  change.action = event;
  change.subject = {"offer", offer.id.value};
  change.after = change.payload = record_text(offer);
  record_change(needs, tx, caller, change);
}

std::optional<Blob> sealed(const Connections::Needs& needs, db::Transaction& tx,
                           const Connection& connection, const connectors::Secrets& secrets) {
  if (secrets.empty()) return std::nullopt;
  const Secret<std::string> text = secrets_text(secrets);
  return needs.sealing.seal(tx, connection.org, crypto::Sealing::kOrgItself, secrets_of(connection),
                            text.expose(), needs.clock.now());
}

connectors::Secrets opened(const Connections::Needs& needs, db::Snapshot& at,
                           const Connection& connection) {
  const auto blob = sealed_secrets(at, connection.org, connection.id);
  if (!blob) return {};
  const auto text = needs.sealing.unseal(at, connection.org, secrets_of(connection), *blob);
  return text ? read_secrets(text->expose()) : connectors::Secrets();
}

}  // namespace lendport::connections
