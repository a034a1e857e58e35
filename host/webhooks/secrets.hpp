// An endpoint's signing secrets at rest: sealed with the org's key, each bound to its column.
#pragma once

#include "core/blob.hpp"
#include "core/secret.hpp"
#include "db/sealing.hpp"
#include "webhooks/endpoint.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lendport::webhooks {

inline constexpr std::string_view kSecretColumn = "sealed_secret";
inline constexpr std::string_view kOldSecretColumn = "sealed_old_secret";

Blob sealed(const crypto::Sealing& sealing, db::Transaction& tx, const WebhookEndpoint& endpoint,
            std::string_view column, const Secret<std::string>& secret);

// Stores `made`'s secret; the one it replaces signs until kSecretOverlap after `now`, which
// `made.endpoint` then says.
void rotate(const crypto::Sealing& sealing, db::Transaction& tx, NewEndpoint& made, Time now);

// Those that sign at `now`, the current one first. Empty when the org's key was destroyed.
std::vector<Secret<std::string>> signing(const crypto::Sealing& sealing, db::Snapshot& at,
                                         const WebhookEndpoint& endpoint, Time now);

}  // namespace lendport::webhooks
