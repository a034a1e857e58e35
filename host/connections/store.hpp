// Rows of offers and connections.
#pragma once

#include "connections/connection.hpp"
#include "db/database.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace lendport::connections {

// False when the org already has an offer of the plugin.
bool insert(db::Transaction& tx, const Offer& offer);
// Writes the scope, as version `offer.version`; false when the stored one is not the one before.
bool update(db::Transaction& tx, const Offer& offer);
bool remove(db::Transaction& tx, const OrgId& org, const OfferId& offer, std::int64_t version);
std::optional<Offer> find_offer(db::Snapshot& at, const OrgId& org, std::string_view plugin_id);
std::optional<Offer> find_offer(db::Snapshot& at, const OrgId& org, const OfferId& offer);
std::vector<Offer> offers_of(db::Snapshot& at, const OrgId& org);

// `secrets` sealed; nothing = there are none. Throws Error{conflict} for a second connection of one
// plugin in one environment.
void insert(db::Transaction& tx, const Connection& connection, const std::optional<Blob>& secrets);
// Writes everything but the secrets, as version `connection.version`; false when the stored one is
// not the one before.
bool update(db::Transaction& tx, const Connection& connection);
void set_secrets(db::Transaction& tx, const Connection& connection,
                 const std::optional<Blob>& secrets);
std::optional<Blob> sealed_secrets(db::Snapshot& at, const OrgId& org, const ConnectionId& id);

// Of the org itself, not disconnected.
std::optional<Connection> find_own(db::Snapshot& at, const OrgId& org, Environment environment,
                                   const ConnectionId& id);
bool is_taken(db::Snapshot& at, const OrgId& org, std::string_view plugin_id,
              Environment environment);
std::optional<Connection> find_any(db::Snapshot& at, const ConnectionId& id);
std::vector<Connection> list_own(db::Snapshot& at, const OrgId& org, Environment environment,
                                 std::string_view after, int limit);
// Connected and enabled, all orgs.
std::vector<Connection> list_connected(db::Snapshot& at, std::string_view after, int limit);

}  // namespace lendport::connections
