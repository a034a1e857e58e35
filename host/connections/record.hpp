// What every change of a connection leaves behind: its event, its audit record, sealed secrets.
#pragma once

#include "connections/connections.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace lendport::connections {

// Appends the event and the audit entry of a change and bumps the version `connections`; comes last
// in a transaction. `before` is null for a new connection. Secrets appear as "changed" only.
void record(const Connections::Needs& needs, db::Transaction& tx, const Principal& caller,
            std::string_view event, const Connection* before, const Connection& after,
            const std::set<std::string>& changed_secrets = {});
void record(const Connections::Needs& needs, db::Transaction& tx, const Principal& caller,
            std::string_view event, const Offer& offer);

// The secrets under the org's key, bound to this connection; nothing when there are none.
std::optional<Blob> sealed(const Connections::Needs& needs, db::Transaction& tx,
                           const Connection& connection, const connectors::Secrets& secrets);
// And back; empty when there are none or the org's key was destroyed.

connectors::Secrets opened(const Connections::Needs& needs, db::Snapshot& at,
                           const Connection& connection);

}  // namespace lendport::connections
