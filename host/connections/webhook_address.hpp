// The unguessable address of a connection: made, looked up, replaced.
#pragma once

#include "connections/connections.hpp"

#include <string_view>

namespace lendport::connections {

// Whether its connector takes webhooks: verifies and reads them.
bool takes_webhooks(const connectors::Manifest& manifest);

// Gives the connection a new address; the one in use, if any, works for kWebhookOverlap.
WebhookAddress give_address(const Connections::Needs& needs, db::Transaction& tx,
                            const Connection& connection);
// Fills in until when an older one works, and how many webhooks were refused.
void add_history(db::Snapshot& at, const Connection& connection, Time now, WebhookAddress& address);

// What an address is looked up by. Does the same work for any text.
std::string token_hash(std::string_view token);

}  // namespace lendport::connections
