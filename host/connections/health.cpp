#include "connections/health.hpp"

#include "connections/connections.hpp"
#include "connections/ground.hpp"
#include "connections/json.hpp"
#include "connections/store.hpp"
#include "connectors/circuit.hpp"
#include "db/versions.hpp"
#include "events/events.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace lendport {
namespace connections {
namespace {

struct Sentence {
  std::string_view fault;
  const char* english;
  const char* french;
};

constexpr Sentence kSentences[] = {
    {"resolve", "the lender's address was not found", "l'adresse du prêteur est introuvable"},
    {"connect", "the lender could not be reached", "le prêteur était injoignable"},
    {"tls", "no secure connection to the lender came about",
     "aucune connexion sûre avec le prêteur n'a abouti"},
    {"timeout", "the lender did not answer in time", "le prêteur n'a pas répondu à temps"},
    {"reset", "the lender broke the connection off", "le prêteur a rompu la connexion"},
    {"protocol", "the lender's answer was no HTTP", "la réponse du prêteur n'était pas du HTTP"},
    {"too_large", "the lender's answer was too large", "la réponse du prêteur était trop longue"},
    {"denied", "the connector asked for an address it may not reach",
     "le connecteur a demandé une adresse qui lui est interdite"},
    {"busy", "the hub had too many requests under way", "le hub avait trop de requêtes en cours"},
};

std::string of_status(int status, bool french) {
  const std::string number = " (HTTP " + std::to_string(status) + ")";
  if (status == 401 || status == 403) {
    return (french ? "le prêteur refuse les identifiants" : "the lender refused the credentials") +
           number;
  }
  return (french ? "le prêteur a signalé une erreur de son côté"
                 : "the lender reported an error of its own") +
         number;
}

}  // namespace

std::string describe(const CallFailure& failure, std::string_view language) {
  const bool french = language == "fr";
  if (failure.fault == "none") return of_status(failure.http_status, french);
  for (const Sentence& one : kSentences) {
    if (one.fault == failure.fault) return french ? one.french : one.english;
  }
  return french ? "la requête a échoué dans le hub" : "the request failed in the hub";
}

std::vector<ConnectionId> outages(db::Snapshot& at) {
  std::vector<ConnectionId> found;
  for (const db::Row& row :
       at.query("SELECT connection FROM connection_outages WHERE connection IN (SELECT id FROM "
                "connections WHERE disconnected_at_ms IS NULL) ORDER BY connection")) {
    found.push_back(row.id<ConnectionId>("connection"));
  }
  return found;
}

bool begin_outage(db::Transaction& tx, const Connection& connection, Time now) {
  return tx.execute(
             "INSERT INTO connection_outages (connection, org_id, since_ms) VALUES ($1, $2, $3) "
             "ON CONFLICT (connection) DO NOTHING",
             {connection.id, connection.org, now}) == 1;
}

bool end_outage(db::Transaction& tx, const ConnectionId& connection) {
  return tx.execute("DELETE FROM connection_outages WHERE connection = $1", {connection}) == 1;
}

bool is_down(db::Snapshot& at, const ConnectionId& connection) {
  return at.find("SELECT since_ms FROM connection_outages WHERE connection = $1", {connection})
      .has_value();
}

LenderHealth health_of(db::Snapshot& at, const Connection& connection, CallTallies& tallies,
                       Time now) {
  LenderHealth health;
  static_cast<CallTally&>(health) = tallies.of(at, connection.id, now);
  health.connection = connection;
  health.asked_at = now;
  const auto outage =
      at.find("SELECT since_ms FROM connection_outages WHERE connection = $1", {connection.id});
  if (outage) health.down_since = outage->time("since_ms");
  return health;
}

}  // namespace connections

Task<LenderHealth> Connections::health(Principal caller, OrgId org, ConnectionId id,
                                       Deadline deadline) {
  const auto look = [&](db::Snapshot& at) {
    const Connection found = connections::own(at, caller, org, id);
    return connections::health_of(at, found, tallies_, needs_.clock.now());
  };
  LenderHealth health = co_await needs_.db.read(look, deadline);
  health.now = needs_.connectors.health(id);
  co_return health;
}

bool Connections::is_down(db::Snapshot& at, const ConnectionId& id) const {
  return connections::is_down(at, id) ||
         needs_.connectors.health(id).circuit == connectors::Circuit::open;
}

void Connections::tell(db::Transaction& tx, const connectors::CircuitChange& change) {
  const auto connection = connections::find_any(tx, change.connection);
  if (!connection) return;
  const Time now = needs_.clock.now();
  const bool news = change.down ? connections::begin_outage(tx, *connection, now)
                                : connections::end_outage(tx, connection->id);
  if (!news) return;
  db::bump(tx, connections::kOutagesTopic);
  if (!connection->followable()) return;
  events::append(tx, {needs_.ids.next<EventId>(),
                      connection->org,
                      {"connection", connection->id.value},
                      change.down ? "connection.down" : "connection.up",
                      connections::outage_text(*connection, change.down),
                      "hub",
                      now});
}

Task<void> Connections::heed_circuits() {
  connectors::Circuits* circuits = needs_.connectors.circuits();
  if (circuits == nullptr) co_return;
  std::optional<std::vector<ConnectionId>> down;
  std::int64_t version = 0;
  const auto look = [&](db::Snapshot& at) {
    version = db::version_of(at, connections::kOutagesTopic);
    if (version != heeded_outages_) down = connections::outages(at);
  };
  co_await needs_.db.read(look);
  if (down) circuits->expect_down(*down);
  heeded_outages_ = version;
  auto changes = circuits->changes();
  changes.resize(std::min(changes.size(), connections::kToldAtOnce));
  for (const connectors::CircuitChange& change : changes) {
    const auto work = [&](db::Transaction& tx) { tell(tx, change); };
    co_await needs_.db.write(work);
    circuits->told(change);
  }
}

}  // namespace lendport
