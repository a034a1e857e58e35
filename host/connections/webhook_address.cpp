#include "connections/webhook_address.hpp"

#include "connections/ground.hpp"
#include "connections/inbound_store.hpp"
#include "connections/record.hpp"
#include "connections/texts.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "db/sealing.hpp"

namespace lendport {
namespace {

crypto::Field token_of(const std::string& token_hash) {
  return {"webhook_addresses", token_hash, "sealed_token"};
}

}  // namespace

namespace connections {

bool takes_webhooks(const connectors::Manifest& manifest) {
  return manifest.has("webhook.verify/1") && manifest.has("webhook.parse/1");
}

std::string token_hash(std::string_view token) {
  return crypto::hex(crypto::sha256(token));
}

void add_history(db::Snapshot& at, const Connection& connection, Time now,
                 WebhookAddress& address) {
  address.previous_until = older_until(at, connection.org, connection.id, now);
  address.refused_last_day =
      refused_since(at, connection.id, now - std::chrono::hours{24}, kRefusedCountedMax);
}

WebhookAddress give_address(const Connections::Needs& needs, db::Transaction& tx,
                            const Connection& connection) {
  const Time now = needs.clock.now();
  const std::string token = crypto::base64url(crypto::random_bytes(kWebhookTokenBytes));
  Address address{token_hash(token), connection.org, connection.id, {}, now, {}};
  address.sealed_token = needs.sealing.seal(tx, connection.org, crypto::Sealing::kOrgItself,
                                            token_of(address.token_hash), token, now);
  retire(tx, connection.org, connection.id, now + kWebhookOverlap, now);
  insert(tx, address);
  WebhookAddress given{Secret<std::string>(token), now, {}, 0};
  add_history(tx, connection, now, given);
  return given;
}

}  // namespace connections

Task<std::optional<WebhookAddress>> Connections::webhook_address(Connection connection,
                                                                 Deadline deadline) {
  const auto look = [&](db::Snapshot& at) -> std::optional<WebhookAddress> {
    const auto found = connections::find_address(at, connection.org, connection.id);
    if (!found) return std::nullopt;
    auto token =
        needs_.sealing.unseal(at, connection.org, token_of(found->token_hash), found->sealed_token);
    if (!token) return std::nullopt;
    WebhookAddress address{*std::move(token), found->created_at, {}, 0};
    connections::add_history(at, connection, needs_.clock.now(), address);
    return address;
  };
  co_return co_await needs_.db.read(look, deadline);
}

Task<void> Connections::rotate_webhook(Principal caller, OrgId org, ConnectionId id,
                                       std::int64_t version, Deadline deadline,
                                       db::Keep<RotatedWebhook> keep) {
  const auto work = [&](db::Transaction& tx) {
    const Connection before = connections::own(tx, caller, org, id);
    connections::require_version(before, version);
    const auto manifest = needs_.connectors.manifest(before.plugin_id);
    if (!manifest || !connections::takes_webhooks(*manifest)) {
      throw Error(ErrorCode::capability_missing,
                  said(row_of(connections_texts::kRefusals, "no_webhooks"),
                       {{"plugin", before.plugin_id}}));
    }
    Connection after = before;
    ++after.version;
    after.changed_at = needs_.clock.now();
    connections::store(tx, after);
    WebhookAddress address = connections::give_address(needs_, tx, after);
    connections::record(needs_, tx, caller, "connection.webhook_rotated", &before, after);
    if (keep) keep(tx, {after, std::move(address)});
  };
  co_await needs_.db.write(work, deadline);
}

}  // namespace lendport
