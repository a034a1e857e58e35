#include "webhooks/secrets.hpp"

#include "webhooks/settings.hpp"
#include "webhooks/store.hpp"

namespace lendport::webhooks {
namespace {

crypto::Field field(const WebhookEndpoint& endpoint, std::string_view column) {
  return {"webhook_endpoints", endpoint.id.value, column};
}

}  // namespace

Blob sealed(const crypto::Sealing& sealing, db::Transaction& tx, const WebhookEndpoint& endpoint,
            std::string_view column, const Secret<std::string>& secret) {
  return sealing.seal(tx, endpoint.org, crypto::Sealing::kOrgItself, field(endpoint, column),
                      secret.expose(), endpoint.changed_at);
}

void rotate(const crypto::Sealing& sealing, db::Transaction& tx, NewEndpoint& made, Time now) {
  WebhookEndpoint& endpoint = made.endpoint;
  const SealedSecrets stored = sealed_secrets(tx, endpoint.org, endpoint.id);
  const auto before =
      sealing.unseal(tx, endpoint.org, field(endpoint, kSecretColumn), stored.current);
  SealedSecrets secrets;
  secrets.current = sealed(sealing, tx, endpoint, kSecretColumn, made.secret);
  endpoint.old_secret_until.reset();
  if (before) {
    secrets.old = sealed(sealing, tx, endpoint, kOldSecretColumn, *before);
    endpoint.old_secret_until = now + kSecretOverlap;
  }
  set_secrets(tx, endpoint, secrets);
}

std::vector<Secret<std::string>> signing(const crypto::Sealing& sealing, db::Snapshot& at,
                                         const WebhookEndpoint& endpoint, Time now) {
  std::vector<Secret<std::string>> secrets;
  const SealedSecrets stored = sealed_secrets(at, endpoint.org, endpoint.id);
  auto current = sealing.unseal(at, endpoint.org, field(endpoint, kSecretColumn), stored.current);
  if (!current) return secrets;
  secrets.push_back(*std::move(current));
  if (stored.old && endpoint.old_secret_until && now < *endpoint.old_secret_until) {
    auto old = sealing.unseal(at, endpoint.org, field(endpoint, kOldSecretColumn), *stored.old);
    if (old) secrets.push_back(*std::move(old));
  }
  return secrets;
}

}  // namespace lendport::webhooks
