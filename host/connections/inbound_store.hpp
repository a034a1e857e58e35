// Rows of webhooks that lenders sent, and of the addresses they are sent to.
#pragma once

#include "connections/inbound_webhook.hpp"
#include "core/blob.hpp"
#include "db/database.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::connections {

// --- Addresses ---

struct Address {
  std::string token_hash;
  OrgId org;
  ConnectionId connection;
  Blob sealed_token;
  Time created_at{};
  std::optional<Time> ends_at;
};

// REQUIRES: the connection has none in use (see retire()).
void insert(db::Transaction& tx, const Address& address);
// The address in use ends at `ends_at`; those that are over already are forgotten.
void retire(db::Transaction& tx, const OrgId& org, const ConnectionId& connection, Time ends_at,
            Time now);
// The one in use.
std::optional<Address> find_address(db::Snapshot& at, const OrgId& org,
                                    const ConnectionId& connection);
// When the last of the older ones ends, if one still works.
std::optional<Time> older_until(db::Snapshot& at, const OrgId& org, const ConnectionId& connection,
                                Time now);
// Whose address it is: of a connection that is still there. The hash is the authority.
std::optional<std::pair<OrgId, ConnectionId>> whose_address(db::Snapshot& at,
                                                            std::string_view token_hash, Time now);

// --- Webhooks ---

struct StoredWebhook {
  InboundWebhook webhook;
  std::string body_hash;
  Blob headers;
  Blob body;
};

void insert(db::Transaction& tx, const StoredWebhook& stored);
// How many of the connection nobody has looked at, counted up to `most`.
std::int64_t waiting(db::Snapshot& at, const ConnectionId& connection, std::int64_t most);
// Locked until the unit ends where several writers exist.
std::optional<StoredWebhook> find_for_update(db::Transaction& tx, const OrgId& org,
                                             const InboundId& id);
// Whether the event was listened to before; without an id, whether the same bytes were since
// `since`.
bool is_known(db::Snapshot& at, const StoredWebhook& stored, std::string_view event_id, Time since);
// The end of looking at it. `words` sealed, for one that is to be heard.
void settle(db::Transaction& tx, const InboundWebhook& webhook, const std::optional<Blob>& words);
std::optional<Blob> sealed_words(db::Snapshot& at, const OrgId& org, const InboundId& id);
// Counted up to `most`.
std::int64_t refused_since(db::Snapshot& at, const ConnectionId& connection, Time since,
                           std::int64_t most);

// Newest first.
std::vector<InboundWebhook> list_webhooks(db::Snapshot& at, const OrgId& org,
                                          const ConnectionId& connection,
                                          const std::optional<std::pair<Time, std::string>>& after,
                                          int limit);

}  // namespace lendport::connections
