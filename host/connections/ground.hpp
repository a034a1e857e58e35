// What stands in the store before a change: the org, its offers, the connection at its version.
#pragma once

#include "connections/connection.hpp"
#include "db/database.hpp"
#include "orgs/orgs.hpp"

#include <string_view>

namespace lendport::connections {

// Missing, another org's, the other environment's: one answer.
[[noreturn]] void throw_missing();

Org known_org(db::Snapshot& at, const OrgId& id);
Connection own(db::Snapshot& at, const Principal& caller, const OrgId& org, const ConnectionId& id);
// An offer of the plugin reaches the org: its own, or a network's from above.
bool is_offered(db::Snapshot& at, const OrgId& org, std::string_view plugin_id);

// Throws Error{precondition_failed} when it is another.
void require_version(const Connection& connection, std::int64_t version);
// Writes the next version of a connection, unless somebody else did: Error{precondition_failed}.
void store(db::Transaction& tx, const Connection& connection);

}  // namespace lendport::connections
