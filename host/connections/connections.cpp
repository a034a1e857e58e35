#include "connections/connections.hpp"

#include "connections/attempt.hpp"
#include "connections/ground.hpp"
#include "connections/json.hpp"
#include "connections/record.hpp"
#include "connections/rules.hpp"
#include "connections/store.hpp"
#include "connections/texts.hpp"
#include "connections/webhook_address.hpp"
#include "orgs/orgs.hpp"

#include <utility>

namespace lendport {

namespace {

// What the store says of an org that wants to connect a plugin.
struct Found {
  Org org;
  bool offered = false;
  bool taken = false;  // connected in this environment already
  connectors::WindDown wind_down;
  std::optional<connections::Stored> stored;
};

void apply(const ConnectionDraft& draft, const connectors::Manifest& manifest,
           Connection& connection) {
  connection.plugin_id = draft.plugin_id;
  connection.environment = draft.environment;
  connection.label = draft.label.empty() ? manifest.name : draft.label;
  connection.dealer_fee = draft.dealer_fee;
  connection.rep_policy = draft.rep_policy;
  connection.documents = draft.documents;
  connection.catalog_age_max = draft.catalog_age_max;
  connection.with_sub_orgs = draft.with_sub_orgs;
}

void apply(const connections::Form& form, Connection& connection) {
  connection.settings = form.settings;
  connection.secret_names.clear();
  for (const auto& [name, secret] : form.secrets) connection.secret_names.insert(name);
}

void apply(const connections::Check& check, Time now, Connection& connection) {
  if (connection.enabled) connection.status = ConnectionStatus::connected;
  if (connection.enabled) connection.status_reason.clear();
  if (!check.account_id.empty()) connection.account_id = check.account_id;
  if (!check.account_name.empty()) connection.account_name = check.account_name;
  connection.credentials_expire_at = check.credentials_expire_at;
  connection.checked_at = now;
}

void append(std::vector<Violation>& to, std::vector<Violation> more) {
  for (Violation& violation : more) to.push_back(std::move(violation));
}

[[noreturn]] void throw_taken(const std::string& lender) {
  throw Error(ErrorCode::conflict,
              said(row_of(connections_texts::kRefusals, "taken"), {{"lender", lender}}));
}

Violation other_environment(const Principal& caller) {
  return violation("/environment", "other_environment",
                   row_of(connections_texts::kRefusals, "other_environment"),
                   {{"environment", to_string(caller.environment)}});
}

}  // namespace

Connections::Connections(const Needs& needs) : needs_(needs) {}

Task<Connections::Attempt> Connections::prepare(Principal caller, OrgId org, ConnectionDraft draft,
                                                std::optional<ConnectionId> stored,
                                                Deadline deadline) {
  Attempt attempt;
  attempt.submitted = draft.settings;
  attempt.manifest = needs_.connectors.manifest(draft.plugin_id);
  const Found ground = co_await needs_.db.read(
      [&](db::Snapshot& at) {
        Found found;
        found.org = connections::known_org(at, org);
        found.offered = connections::is_offered(at, org, draft.plugin_id);
        found.taken = connections::is_taken(at, org, draft.plugin_id, draft.environment);
        found.wind_down = connectors::switch_of(at, draft.plugin_id).wind_down;
        if (stored)
          found.stored = connections::Stored{connections::own(at, caller, org, *stored), {}};
        if (found.stored)
          found.stored->secrets = connections::opened(needs_, at, found.stored->connection);
        return found;
      },
      deadline);
  if (!attempt.manifest) {
    attempt.refused = connections::unknown_plugin(draft.plugin_id);
    co_return attempt;
  }
  std::vector<Violation> violations =
      connections::unavailable(ground.org, *attempt.manifest, draft.environment, ground.offered);
  auto ending = connections::ending(*attempt.manifest, ground.wind_down);
  if (ending && !stored) violations.push_back(*std::move(ending));
  if (draft.environment != caller.environment) violations.push_back(other_environment(caller));
  append(violations, connections::problems_of(draft.rep_policy, *attempt.manifest));
  const bool same_plugin = ground.stored && ground.stored->connection.plugin_id == draft.plugin_id;
  auto completed = connections::complete(*attempt.manifest, *draft.settings,
                                         same_plugin ? &*ground.stored : nullptr);
  append(violations, std::move(completed.violations));
  if (!violations.empty()) attempt.refuse(std::move(violations));
  if (!attempt.refused && ground.taken && !stored) {
    throw_taken(attempt.manifest->name);
  }
  attempt.form = std::move(completed.form);
  attempt.connection.id = stored ? *stored : needs_.ids.next<ConnectionId>();
  attempt.connection.org = org;
  apply(draft, *attempt.manifest, attempt.connection);
  co_return attempt;
}

Task<Connections::Attempt> Connections::prepare_again(Principal caller, OrgId org, ConnectionId id,
                                                      std::int64_t version, ConnectionDraft draft,
                                                      Deadline deadline) {
  const connections::Stored stored = co_await needs_.db.read(
      [&](db::Snapshot& at) {
        connections::Stored found{connections::own(at, caller, org, id), {}};
        found.secrets = connections::opened(needs_, at, found.connection);
        return found;
      },
      deadline);
  connections::require_version(stored.connection, version);
  Attempt attempt;
  attempt.before = attempt.connection = stored.connection;
  attempt.manifest = needs_.connectors.manifest(stored.connection.plugin_id);
  if (!attempt.manifest) {
    throw Error(ErrorCode::lender_unavailable,
                said(row_of(connections_texts::kRefusals, "connector_not_running")));
  }
  attempt.submitted = draft.settings ? draft.settings
                                     : connections::masked(stored.connection.settings,
                                                           stored.connection.secret_names);
  auto completed = connections::complete(*attempt.manifest, *attempt.submitted, &stored);
  attempt.form = std::move(completed.form);
  if (!completed.violations.empty()) attempt.refuse(std::move(completed.violations));
  co_return attempt;
}

Task<void> Connections::ask(Attempt& attempt, const Principal& caller, Deadline deadline) {
  // A connector that cannot ask its lender is taken at its word.
  if (!attempt.manifest->has(connections::kCheckOperation)) co_return;
  connectors::Call call = connections::check_call(attempt.connection, attempt.form, deadline);
  call.request_id = caller.request_id;
  call.traceparent = caller.traceparent;
  const connectors::Outcome outcome = co_await needs_.connectors.call(std::move(call));
  connections::Verdict verdict = connections::judge(*attempt.manifest, outcome);
  attempt.check = std::move(verdict.check);
  attempt.refused = std::move(verdict.refused);
  if (!attempt.refused &&
      connections::is_other_account(attempt.connection.account_id, attempt.check.account_id)) {
    attempt.refuse({violation("/settings", "other_account",
                              row_of(connections_texts::kRefusals, "other_account"))});
  }
  if (!attempt.refused) co_return;
  const auto secrets = connectors::secret_fields(*attempt.manifest);
  attempt.refused->submitted = connections::masked_form(*attempt.submitted, secrets);
}

Task<Connection> Connections::save_new(Principal caller, const Attempt& attempt, Deadline deadline,
                                       const db::Keep<Connection>& keep) {
  Connection saved = attempt.connection;
  saved.created_at = saved.changed_at = needs_.clock.now();
  apply(attempt.form, saved);
  apply(attempt.check, saved.created_at, saved);
  co_await needs_.db.write(
      [&](db::Transaction& tx) {
        connections::insert(tx, saved,
                            connections::sealed(needs_, tx, saved, attempt.form.secrets));
        if (connections::takes_webhooks(*attempt.manifest)) {
          connections::give_address(needs_, tx, saved);
        }
        connections::record(needs_, tx, caller, "connection.connected", nullptr, saved,
                            attempt.form.changed_secrets);
        if (keep) keep(tx, saved);
      },
      deadline);
  co_return saved;
}

Task<Connection> Connections::save(Principal caller, const Attempt& attempt, std::string_view event,
                                   Deadline deadline, const db::Keep<Connection>& keep) {
  Connection saved = attempt.connection;
  saved.version = attempt.before.version + 1;
  saved.changed_at = needs_.clock.now();
  if (attempt.form.changed) {
    apply(attempt.form, saved);
    saved.settings_revision = attempt.before.settings_revision + 1;
  }
  co_await needs_.db.write(
      [&](db::Transaction& tx) {
        connections::store(tx, saved);
        if (attempt.form.changed) {
          connections::set_secrets(tx, saved,
                                   connections::sealed(needs_, tx, saved, attempt.form.secrets));
        }
        connections::record(needs_, tx, caller, event, &attempt.before, saved,
                            attempt.form.changed_secrets);
        if (keep) keep(tx, saved);
      },
      deadline);
  co_return saved;
}

Task<ConnectionOutcome> Connections::connect(Principal caller, OrgId org, ConnectionDraft draft,
                                             Deadline deadline, db::Keep<Connection> keep) {
  Attempt attempt = co_await prepare(caller, org, std::move(draft), std::nullopt, deadline);
  if (!attempt.refused) co_await ask(attempt, caller, deadline);
  if (attempt.refused) co_return *std::move(attempt.refused);
  co_return co_await save_new(caller, attempt, deadline, keep);
}

Task<TestOutcome> Connections::test(Principal caller, OrgId org, ConnectionDraft draft,
                                    std::optional<ConnectionId> stored, Deadline deadline,
                                    db::Keep<ConnectionTested> keep) {
  Attempt attempt = co_await prepare(caller, org, std::move(draft), stored, deadline);
  if (!attempt.refused) co_await ask(attempt, caller, deadline);
  if (attempt.refused) co_return *std::move(attempt.refused);
  ConnectionTested tested{attempt.check.account_id, attempt.check.account_name,
                          attempt.check.message};
  if (keep) {
    const auto kept = [&](db::Transaction& tx) { keep(tx, tested); };
    co_await needs_.db.write(kept, deadline);
  }
  co_return tested;
}

Task<ConnectionOutcome> Connections::change(Principal caller, OrgId org, ConnectionId id,
                                            std::int64_t version, ConnectionDraft draft,
                                            Deadline deadline) {
  Attempt attempt = co_await prepare_again(caller, org, id, version, draft, deadline);
  std::vector<Violation> violations = connections::problems_of(draft.rep_policy, *attempt.manifest);
  append(violations, connections::fixed_fields(attempt.before, draft));
  if (attempt.refused) append(violations, std::move(attempt.refused->violations));
  if (!violations.empty()) attempt.refuse(std::move(violations));
  if (attempt.refused) co_return *std::move(attempt.refused);
  if (attempt.form.changed) co_await ask(attempt, caller, deadline);
  if (attempt.refused) co_return *std::move(attempt.refused);
  if (attempt.form.changed) apply(attempt.check, needs_.clock.now(), attempt.connection);
  apply(draft, *attempt.manifest, attempt.connection);
  co_return co_await save(caller, attempt, "connection.changed", deadline, nullptr);
}

Task<ConnectionOutcome> Connections::reconnect(Principal caller, OrgId org, ConnectionId id,
                                               std::int64_t version, ConnectionDraft draft,
                                               Deadline deadline, db::Keep<Connection> keep) {
  Attempt attempt = co_await prepare_again(caller, org, id, version, draft, deadline);
  if (!attempt.refused) co_await ask(attempt, caller, deadline);
  if (attempt.refused) co_return *std::move(attempt.refused);
  apply(attempt.check, needs_.clock.now(), attempt.connection);
  co_return co_await save(caller, attempt, "connection.reconnected", deadline, keep);
}

}  // namespace lendport
