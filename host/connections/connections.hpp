// Connecting an org to a lender once, and what the rest of the hub needs to call that lender.
#pragma once

#include "connections/connection.hpp"
#include "connections/diagnostics.hpp"
#include "connections/health.hpp"
#include "connections/inbound_webhook.hpp"
#include "connectors/connectors.hpp"
#include "core/error.hpp"
#include "core/task.hpp"
#include "db/database.hpp"
#include "db/idempotency.hpp"
#include "json/value.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lendport {

namespace connectors {
struct CircuitChange;
}
class Orgs;
namespace crypto {
class Sealing;
}

// What a form sent. Nothing of it is lost on an error: a refusal gives it back, secrets masked.
struct ConnectionDraft {
  std::string plugin_id;
  Environment environment = Environment::sandbox;
  std::string label;                            // empty: the plugin's name
  std::shared_ptr<const json::Value> settings;  // the form, secrets in it; "***" = the stored one
  DealerFeePolicy dealer_fee;
  RepPolicy rep_policy;
  DocumentsPolicy documents;
  std::optional<std::chrono::hours> catalog_age_max;  // none: the hub's setting
  bool with_sub_orgs = false;
};

// Why nothing was saved. `code` is invalid_input, or lender_unavailable when the lender gave no
// usable answer.
struct ConnectionRefused {
  ErrorCode code = ErrorCode::invalid_input;
  std::string detail;
  std::string detail_fr = {};                    // a lender's own words are `detail` again
  std::vector<Violation> violations;             // pointers into the request: "/settings/dealer_id"
  std::shared_ptr<const json::Value> submitted;  // the settings as sent, secrets as "***"
  std::optional<std::string> become_partner_url;  // not a partner of the lender yet
};

// A connection with the new address of its webhooks.
struct RotatedWebhook {
  Connection connection;
  WebhookAddress address;
};

using ConnectionOutcome = std::variant<Connection, ConnectionRefused>;

// A draft the lender took: nothing was saved.
struct ConnectionTested {
  std::string account_id;
  std::string account_name;
  std::string message;
};

using TestOutcome = std::variant<ConnectionTested, ConnectionRefused>;

// Every change is one transaction with its event and audit record (secrets appear as "changed"
// only) and bumps the version `connections`. Missing, another org's and the other environment's
// connections are the same not_found. `keep` comes last in the transaction of what was done; a
// refusal is not kept. Thread-safe.
class Connections {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    const crypto::Sealing& sealing;
    Orgs& orgs;
    connectors::Connectors& connectors;
  };
  // All outlive this.
  explicit Connections(const Needs& needs);

  // --- Offers: the platform's step -------------------------------------------------------------

  // Offering twice is the same offer. Throws invalid_input at /plugin_id for an unknown plugin.
  Task<Offer> offer(Principal caller, OrgId org, std::string plugin_id, OfferScope scope,
                    Deadline deadline, db::Keep<Offer> keep = nullptr);
  // What is connected stays connected.
  Task<void> withdraw_offer(Principal caller, OrgId org, OfferId offer, std::int64_t version,
                            Deadline deadline);
  // Those that reach the org: its own and its upstream orgs' network offers.
  Task<std::vector<Offer>> offers(OrgId org, Deadline deadline);

  // --- Connecting: the org's step --------------------------------------------------------------

  // Checks the org against the plugin's availability, the form against its schema and the settings
  // against the lender (connection.check/1, where the connector has it), and saves only when all
  // agree. A second connection of one plugin in one environment is a conflict. Appends the event
  // `connection.connected`.
  Task<ConnectionOutcome> connect(Principal caller, OrgId org, ConnectionDraft draft,
                                  Deadline deadline, db::Keep<Connection> keep = nullptr);
  // The same without saving (what is kept, in a transaction of its own). `stored` lends its secrets
  // to masked fields, but only if every x-audience field is unchanged: otherwise each is a
  // violation "re_enter".
  Task<TestOutcome> test(Principal caller, OrgId org, ConnectionDraft draft,
                         std::optional<ConnectionId> stored, Deadline deadline,
                         db::Keep<ConnectionTested> keep = nullptr);
  // Replaces settings, policies and label. New settings are checked like at connect and get the
  // next settings revision; the same settings again keep theirs and the stored text byte for byte.
  // Plugin and environment cannot change.
  Task<ConnectionOutcome> change(Principal caller, OrgId org, ConnectionId id, std::int64_t version,
                                 ConnectionDraft draft, Deadline deadline);
  // The lender is asked again, with new settings or (draft.settings null) the stored ones; plugin,
  // environment, label and policies of the draft do not count. Another account at the lender is
  // refused, here and at a change.
  Task<ConnectionOutcome> reconnect(Principal caller, OrgId org, ConnectionId id,
                                    std::int64_t version, ConnectionDraft draft, Deadline deadline,
                                    db::Keep<Connection> keep = nullptr);
  // Disabled: no new quotes or applications, open ones are followed; the orgs below that share it
  // lose it too. `reason` is shown to reps.
  Task<Connection> disable(Principal caller, OrgId org, ConnectionId id, std::int64_t version,
                           std::string reason, Deadline deadline,
                           db::Keep<Connection> keep = nullptr);
  // Asks the lender again: refused credentials make it needs_attention at once. Refused with
  // invalid_input when the plugin is no longer offered to the org or does not serve it.
  Task<Connection> enable(Principal caller, OrgId org, ConnectionId id, std::int64_t version,
                          bool with_sub_orgs, Deadline deadline,
                          db::Keep<Connection> keep = nullptr);
  // Removes it from every list and destroys its secrets. Conflict while it is held: what is open at
  // the lender could no longer be followed.
  Task<void> disconnect(Principal caller, OrgId org, ConnectionId id, std::int64_t version,
                        Deadline deadline);

  // --- Where its lender sends webhooks (webhook_address.cpp) -----------------------------------

  // Nothing where the connection has no address: its connector takes no webhooks, or did not when
  // it was connected. To be shown to those who may write connections alone.
  Task<std::optional<WebhookAddress>> webhook_address(Connection connection, Deadline deadline);
  // A new address, the next version of the connection; the one before works for kWebhookOverlap.
  // Throws capability_missing when the connector takes no webhooks.
  Task<void> rotate_webhook(Principal caller, OrgId org, ConnectionId id, std::int64_t version,
                            Deadline deadline, db::Keep<RotatedWebhook> keep);

  Task<Connection> get(Principal caller, OrgId org, ConnectionId id, Deadline deadline);
  // The org's own, of the caller's environment; oldest first, those that follow `after`.
  Task<std::vector<Connection>> list(Principal caller, OrgId org, std::optional<ConnectionId> after,
                                     int limit, Deadline deadline);

  // --- How its lender does (health.cpp, diagnostics.cpp) ---------------------------------------

  // Figures of its calls are up to kTallyAge old, here and in the download; circuit and outage are
  // of the moment.
  Task<LenderHealth> health(Principal caller, OrgId org, ConnectionId id, Deadline deadline);
  Task<Diagnostics> diagnostics(Principal caller, OrgId org, ConnectionId id, Deadline deadline);
  // Tells what the breakers of this process found, once down and once up, as the events
  // `connection.down` and `connection.up`; takes over what was told before, here or elsewhere.
  // Tells of so many that who waits behind it (a key that was revoked) waits briefly; the rest is
  // told by the calls that follow. Called every so often, by one caller.
  Task<void> heed_circuits();

  // --- For other capabilities, inside their own views and transactions -------------------------

  // The connection if it is `org`'s own or shared with it from upstream, in `environment`; nothing
  // otherwise. Disabled ones are found too: ask usable().
  std::optional<Connection> find(db::Snapshot& at, const OrgId& org, Environment environment,
                                 const ConnectionId& id);
  // What `org` may use now in `environment`: its own and those shared from upstream. Also disabled
  // ones and those that need attention, so that their reason can be shown.
  std::vector<Connection> reaching(db::Snapshot& at, const OrgId& org, Environment environment);
  // Every connection a timer must look after (catalogue sync): connected and enabled, all orgs,
  // ids after `after` ("" = from the start).
  std::vector<Connection> connected(db::Snapshot& at, std::string_view after, int limit);
  // Whoever it belongs to; for jobs that hold nothing but its id. Also disconnected ones.
  std::optional<Connection> find_by_id(db::Snapshot& at, const ConnectionId& id);

  // A call with everything of the connection filled in: plugin, org, environment, settings, secrets
  // (opened), revision. The caller adds operation, request and deadline. Throws not_found when it
  // is gone or disconnected.
  connectors::Call call_for(db::Snapshot& at, const ConnectionId& id);
  Task<connectors::Call> call_for(ConnectionId id, Deadline deadline);

  // Its lender does not answer: as any process found and told, or as this one's breaker finds now.
  bool is_down(db::Snapshot& at, const ConnectionId& id) const;

  // A verified webhook with what it says; nothing when it is gone or nobody listens to it any more.
  // The lender's words are the payload's, whoever it belongs to: jobs only.
  std::optional<HeardWebhook> heard_webhook(db::Transaction& tx, const OrgId& org,
                                            const InboundId& id);

  // A call with `settings_revision` said auth_failed: the connection needs attention, once. Does
  // nothing when the settings were changed since.
  void auth_failed(db::Transaction& tx, const ConnectionId& id, std::int64_t settings_revision,
                   std::string_view message);

 private:
  struct Attempt;  // connections/attempt.hpp

  Task<Attempt> prepare(Principal caller, OrgId org, ConnectionDraft draft,
                        std::optional<ConnectionId> stored, Deadline deadline);
  Task<Attempt> prepare_again(Principal caller, OrgId org, ConnectionId id, std::int64_t version,
                              ConnectionDraft draft, Deadline deadline);
  // REQUIRES: `caller` outlives the call.
  Task<void> ask(Attempt& attempt, const Principal& caller, Deadline deadline);
  Task<Connection> save_new(Principal caller, const Attempt& attempt, Deadline deadline,
                            const db::Keep<Connection>& keep);
  Task<Connection> save(Principal caller, const Attempt& attempt, std::string_view event,
                        Deadline deadline, const db::Keep<Connection>& keep);

  void tell(db::Transaction& tx, const connectors::CircuitChange& change);

  Needs needs_;
  connections::CallTallies tallies_;
  std::int64_t heeded_outages_ = -1;  // version of the outages taken over last
};

namespace connections {

// What keeps a connection from being deleted: an open application of its org, or of one below.
struct Hold {
  OrgId org;  // the holder's
  ConnectionId connection;
  std::string kind;    // "application"
  std::string holder;  // the id of what holds
};

// Written by the holder in its own transaction, which a delete of the connection beside it waits
// for. Twice is once. Throws not_found when the connection is not there or was deleted.
void hold(db::Transaction& tx, const Hold& hold, Time now);
// Does nothing when it does not hold.
void release(db::Transaction& tx, const Hold& hold);
// How many hold it, of all orgs that use it.
std::int64_t holds_on(db::Snapshot& at, const ConnectionId& id);

// Why an application cannot go by it: its reason, or what it is, and who lends instead.
Sentence why_not_usable(const Connection& connection);
// Its `status_reason` for a reader of `language`; a lender's words stay as they are.
std::string status_reason_in(const Connection& connection, std::string_view language);
// " Instead: Acme, Hello.": whom to turn to; empty where none is named. "en" or "fr".
std::string successors_text(const std::vector<connectors::Successor>& successors,
                            std::string_view language);

// What became of a verified webhook: acted or ignored, and why.
void settle_heard(db::Transaction& tx, const HeardWebhook& heard, InboundState state,
                  std::string_view reason, Time now);
// The webhook that a job's payload names.
InboundId webhook_in(std::string_view payload);
// Forgets webhooks past kWebhooksKept, at most kWebhooksPurgedMax; says how many.
std::int64_t purge_webhooks(db::Transaction& tx, Time now);

}  // namespace connections

}  // namespace lendport
