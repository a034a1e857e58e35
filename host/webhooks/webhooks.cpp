// Endpoints: made, changed, disabled, removed; secrets rotated.
#include "webhooks/webhooks.hpp"

#include "core/error.hpp"
#include "db/sealing.hpp"
#include "events/audit.hpp"
#include "http/message.hpp"
#include "webhooks/json.hpp"
#include "webhooks/rules.hpp"
#include "webhooks/secrets.hpp"
#include "webhooks/signature.hpp"
#include "webhooks/store.hpp"

#include <utility>

namespace lendport {

namespace {

std::shared_ptr<const net::EgressRules> rules_of(const Webhooks::Needs& needs) {
  net::EgressRules rules;
  rules.any_public = true;
  rules.detours = needs.detours;
  return std::make_shared<const net::EgressRules>(std::move(rules));
}

void require_version(const WebhookEndpoint& endpoint, std::int64_t version) {
  if (endpoint.version == version) return;
  throw Error(ErrorCode::precondition_failed, "the endpoint was changed meanwhile: read it again");
}

WebhookEndpoint locked(db::Transaction& tx, const Principal& caller, const OrgId& org,
                       const EndpointId& id, std::int64_t version) {
  auto found = webhooks::lock_endpoint(tx, org, caller.environment, id);
  if (!found) http::throw_not_found();
  require_version(*found, version);
  return *std::move(found);
}

std::string_view event_of(const WebhookEndpoint& before, const WebhookEndpoint& after) {
  if (before.enabled() == after.enabled()) return "webhook_endpoint.changed";
  return after.enabled() ? "webhook_endpoint.enabled" : "webhook_endpoint.disabled";
}

}  // namespace

Webhooks::Webhooks(Needs needs, const WebhookSettings& settings)
    : needs_(std::move(needs)),
      settings_(settings),
      rules_(rules_of(needs_)),
      lanes_(settings.per_endpoint_at_once) {}

void Webhooks::record(db::Transaction& tx, const Principal& caller, std::string_view event,
                      const WebhookEndpoint* before, const WebhookEndpoint& after) const {
  events::NewEvent happened;
  happened.id = needs_.ids.next<EventId>();
  happened.org = after.org;
  happened.subject = {"webhook_endpoint", after.id.value};
  happened.type = event;
  happened.payload = webhooks::record_text(after);
  happened.actor = caller.user.value.empty() ? "hub" : caller.user.value;
  happened.at = needs_.clock.now();
  std::optional<std::string> text_before;
  if (before != nullptr) text_before = webhooks::record_text(*before);
  events::record(tx, happened, text_before, happened.payload, caller.request_id);
}

void Webhooks::apply(const EndpointChange& change, WebhookEndpoint& endpoint) const {
  if (change.url) {
    if (auto problem = webhooks::url_problem(*change.url, *rules_)) {
      throw Error({*std::move(problem)});
    }
    endpoint.url = *change.url;
  }
  if (change.description) endpoint.description = *change.description;
  if (change.event_types) endpoint.event_types = *change.event_types;
  if (!change.enabled) return;
  endpoint.disabled_because = *change.enabled      ? DisabledBecause::nothing
                              : endpoint.enabled() ? DisabledBecause::by_hand
                                                   : endpoint.disabled_because;
}

Task<NewEndpoint> Webhooks::create(Principal caller, OrgId org, EndpointChange draft,
                                   Deadline deadline, db::Keep<NewEndpoint> keep) {
  NewEndpoint made;
  made.endpoint.id = needs_.ids.next<EndpointId>();
  made.endpoint.org = org;
  made.endpoint.environment = caller.environment;
  made.endpoint.created_at = made.endpoint.changed_at = needs_.clock.now();
  apply(draft, made.endpoint);
  made.secret = webhooks::new_secret();
  const auto unit = [&](db::Transaction& tx) {
    tx.lock("webhook_endpoints/" + org.value);
    if (webhooks::count_endpoints(tx, org) >= webhooks::kEndpointsMax) {
      throw Error(ErrorCode::conflict,
                  "an org has " + std::to_string(webhooks::kEndpointsMax) +
                      " webhook endpoints at most, both environments together: "
                      "delete one");
    }
    const Blob sealed =
        webhooks::sealed(needs_.sealing, tx, made.endpoint, webhooks::kSecretColumn, made.secret);
    record(tx, caller, "webhook_endpoint.created", nullptr, made.endpoint);
    // The org's record is held since the line above: everything after has a higher number.
    made.endpoint.event_sequence = events::last_sequence(tx, org);
    webhooks::insert(tx, made.endpoint, sealed);
    if (keep) keep(tx, made);
  };
  co_await needs_.db.write(unit, deadline);
  co_return made;
}

Task<WebhookEndpoint> Webhooks::get(Principal caller, OrgId org, EndpointId id, Deadline deadline) {
  const auto look = [&](db::Snapshot& at) {
    return webhooks::find_endpoint(at, org, caller.environment, id);
  };
  auto found = co_await needs_.db.read(look, deadline);
  if (!found) http::throw_not_found();
  co_return *std::move(found);
}

Task<std::vector<WebhookEndpoint>> Webhooks::list(Principal caller, OrgId org,
                                                  std::optional<EndpointId> after, int limit,
                                                  Deadline deadline) {
  const std::string from = after ? after->value : std::string();
  const auto look = [&](db::Snapshot& at) {
    return webhooks::list_endpoints(at, org, caller.environment, from, limit);
  };
  co_return co_await needs_.db.read(look, deadline);
}

void Webhooks::set_enabled(db::Transaction& tx, WebhookEndpoint& endpoint,
                           DisabledBecause reason) const {
  endpoint.disabled_because = reason;
  endpoint.failing_since.reset();
  if (!endpoint.enabled()) {
    webhooks::fail_pending(tx, endpoint, "endpoint_disabled", needs_.clock.now());
  }
}

void Webhooks::save(db::Transaction& tx, const Principal& caller, const WebhookEndpoint& before,
                    WebhookEndpoint& after, std::string_view event) const {
  after.version = before.version + 1;
  after.changed_at = needs_.clock.now();
  webhooks::update(tx, after);
  record(tx, caller, event, &before, after);
}

Task<WebhookEndpoint> Webhooks::change(Principal caller, OrgId org, EndpointId id,
                                       std::int64_t version, EndpointChange patch,
                                       Deadline deadline, db::Keep<WebhookEndpoint> keep) {
  const auto unit = [&](db::Transaction& tx) {
    const WebhookEndpoint before = locked(tx, caller, org, id, version);
    WebhookEndpoint after = before;
    apply(patch, after);
    if (before.enabled() != after.enabled()) set_enabled(tx, after, after.disabled_because);
    save(tx, caller, before, after, event_of(before, after));
    if (keep) keep(tx, after);
    return after;
  };
  co_return co_await needs_.db.write(unit, deadline);
}

Task<void> Webhooks::remove(Principal caller, OrgId org, EndpointId id, std::int64_t version,
                            Deadline deadline) {
  const auto unit = [&](db::Transaction& tx) {
    const WebhookEndpoint gone = locked(tx, caller, org, id, version);
    webhooks::fail_pending(tx, gone, "endpoint_deleted", needs_.clock.now());
    webhooks::remove(tx, org, id, version);
    record(tx, caller, "webhook_endpoint.deleted", &gone, gone);
  };
  co_await needs_.db.write(unit, deadline);
}

Task<NewEndpoint> Webhooks::rotate_secret(Principal caller, OrgId org, EndpointId id,
                                          std::int64_t version, Deadline deadline,
                                          db::Keep<NewEndpoint> keep) {
  const Secret<std::string> secret = webhooks::new_secret();
  const auto unit = [&](db::Transaction& tx) {
    const WebhookEndpoint before = locked(tx, caller, org, id, version);
    NewEndpoint made{before, secret};
    webhooks::rotate(needs_.sealing, tx, made, needs_.clock.now());
    save(tx, caller, before, made.endpoint, "webhook_endpoint.secret_rotated");
    if (keep) keep(tx, made);
    return made;
  };
  co_return co_await needs_.db.write(unit, deadline);
}

}  // namespace lendport
