// Telling an org's own systems what happens in it, by the rules of Standard Webhooks 1.0.
//
// Every event of an org has a number without gaps. Each endpoint remembers the last number that was
// written down for it; spread() writes deliveries, their jobs and the new number in one
// transaction, so that a kill loses no event and makes none twice. A job then carries its delivery
// until the receiver takes it: at least once, in no promised order.
#pragma once

#include "core/principal.hpp"
#include "core/task.hpp"
#include "db/database.hpp"
#include "db/idempotency.hpp"
#include "events/events.hpp"
#include "jobs/jobs.hpp"
#include "net/http_client.hpp"
#include "webhooks/delivery.hpp"
#include "webhooks/endpoint.hpp"
#include "webhooks/lanes.hpp"
#include "webhooks/settings.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace lendport {

namespace crypto {
class Sealing;
}

// A `keep` comes last in its story's transaction. Every change of an endpoint is one transaction
// with its event and audit record, without secrets and without more of the URL than its host.
// Missing, another org's and the other environment's things are the same not_found. Thread-safe.
class Webhooks {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    const crypto::Sealing& sealing;
    net::HttpClient& client;
    std::function<std::uint64_t(std::uint64_t bound)> random;  // a number below `bound`
    // Ports of this machine lent to a name ("hooks.example:443"), and to http where it is listed:
    // the operator's sandbox. Anything else must be https and public.
    std::map<std::string, net::Detour, std::less<>> detours;
    // Whether an event is told to endpoints of an environment. Empty: all are told everything.
    std::function<bool(db::Snapshot& at, Environment environment, const events::Event& event)>
        belongs = nullptr;
  };
  // All of `needs` outlive this.
  Webhooks(Needs needs, const WebhookSettings& settings);
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  // --- Endpoints ---------------------------------------------------------------------------------

  // Hears of every event after its own creation, of the caller's environment. Conflict when the org
  // has kEndpointsMax.
  Task<NewEndpoint> create(Principal caller, OrgId org, EndpointChange draft, Deadline deadline,
                           db::Keep<NewEndpoint> keep = nullptr);
  Task<WebhookEndpoint> get(Principal caller, OrgId org, EndpointId id, Deadline deadline);
  // Oldest first, those that follow `after`.
  Task<std::vector<WebhookEndpoint>> list(Principal caller, OrgId org,
                                          std::optional<EndpointId> after, int limit,
                                          Deadline deadline);
  // While it is disabled its deliveries are written down as failed: recover() sends them.
  Task<WebhookEndpoint> change(Principal caller, OrgId org, EndpointId id, std::int64_t version,
                               EndpointChange patch, Deadline deadline,
                               db::Keep<WebhookEndpoint> keep = nullptr);
  Task<void> remove(Principal caller, OrgId org, EndpointId id, std::int64_t version,
                    Deadline deadline);
  // The secret before signs beside the new one for kSecretOverlap; the one before that no more.
  Task<NewEndpoint> rotate_secret(Principal caller, OrgId org, EndpointId id, std::int64_t version,
                                  Deadline deadline, db::Keep<NewEndpoint> keep = nullptr);

  // --- Deliveries --------------------------------------------------------------------------------

  // Sends a message of type webhook.ping. Conflict while the endpoint is disabled or kPendingMax
  // deliveries wait, as below.
  Task<WebhookDelivery> ping(Principal caller, OrgId org, EndpointId id, Deadline deadline,
                             db::Keep<WebhookDelivery> keep = nullptr);
  // Newest first, those before `after`.
  Task<std::vector<WebhookDelivery>> deliveries(Principal caller, OrgId org, EndpointId id,
                                                DeliveryFilter filter,
                                                std::optional<DeliveryPosition> after, int limit,
                                                Deadline deadline);
  struct Told {
    WebhookDelivery delivery;
    std::vector<DeliveryAttempt> attempts;  // the latest kAttemptsShown
  };
  Task<Told> delivery(Principal caller, OrgId org, EndpointId id, DeliveryId delivery,
                      Deadline deadline);
  // The same message once more, whatever became of it; with all its tries.
  Task<WebhookDelivery> resend(Principal caller, OrgId org, EndpointId id, DeliveryId delivery,
                               Deadline deadline, db::Keep<WebhookDelivery> keep = nullptr);
  // Up to kRecoverMax failed deliveries made since `since`, the oldest first, are sent again; fewer
  // when kPendingMax would wait.
  Task<Recovered> recover(Principal caller, OrgId org, EndpointId id, Time since, Deadline deadline,
                          db::Keep<Recovered> keep = nullptr);

  // --- Work --------------------------------------------------------------------------------------

  // Writes deliveries of what happened, for a bounded number of orgs and events; 0 when nothing was
  // left to do here. Side by side with other processes each event is written once. Where one org's
  // rows cannot be spread, the log says so and the others are told all the same.
  Task<int> spread();
  // Runs a job of kind kDeliverJob: one request, or none when the endpoint has enough in flight.
  Task<void> deliver(jobs::Lease lease, Deadline deadline);
  // Removes some deliveries that are past WebhookSettings::keep; says how many.
  std::int64_t purge(db::Transaction& tx, Time now) const;

 private:
  struct Request;  // what one attempt sends

  Task<int> spread_to(OrgId org);
  int spread_in(db::Transaction& tx, const OrgId& org) const;
  void spread_over(db::Transaction& tx, const std::vector<events::Event>& happened,
                   WebhookEndpoint& endpoint) const;
  std::string spread_from();
  void spread_on_from(const std::string& org);
  void enqueue(db::Transaction& tx, const WebhookDelivery& delivery, Time now) const;
  void queue_again(db::Transaction& tx, WebhookDelivery& delivery, Time now) const;
  WebhookEndpoint require_enabled(db::Transaction& tx, const Principal& caller, const OrgId& org,
                                  const EndpointId& id) const;
  void set_enabled(db::Transaction& tx, WebhookEndpoint& endpoint, DisabledBecause reason) const;
  void save(db::Transaction& tx, const Principal& caller, const WebhookEndpoint& before,
            WebhookEndpoint& after, std::string_view event) const;
  void record(db::Transaction& tx, const Principal& caller, std::string_view event,
              const WebhookEndpoint* before, const WebhookEndpoint& after) const;
  void apply(const EndpointChange& change, WebhookEndpoint& endpoint) const;

  Task<std::optional<Request>> begin(const jobs::Lease& lease);
  std::optional<Request> begin_in(db::Transaction& tx, const jobs::Lease& lease) const;
  Task<net::Exchange> send(const Request& request, Deadline deadline);
  void finish(db::Transaction& tx, const jobs::Lease& lease, const Request& request,
              const net::Exchange& exchange) const;
  void settle_failure(db::Transaction& tx, const jobs::Lease& lease, WebhookEndpoint& endpoint,
                      WebhookDelivery& delivery, const net::Exchange& exchange) const;
  void disable(db::Transaction& tx, WebhookEndpoint& endpoint, DisabledBecause reason) const;
  void put_off(db::Transaction& tx, const jobs::Lease& lease, WebhookDelivery& delivery,
               const DeliveryAttempt& attempt, std::string_view reason) const;

  Needs needs_;
  const WebhookSettings settings_;
  std::shared_ptr<const net::EgressRules> rules_;
  webhooks::Lanes lanes_;
  std::mutex mutex_;         // protects what follows
  std::string spread_from_;  // the org the next round begins after
};

}  // namespace lendport
