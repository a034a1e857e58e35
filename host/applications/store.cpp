// The SQL of applications.
#include "applications/store.hpp"

#include "applications/json.hpp"
#include "applications/json_documents.hpp"
#include "applications/json_notice.hpp"
#include "applications/json_onward.hpp"
#include "applications/texts.hpp"
#include "cases/cases.hpp"
#include "core/error.hpp"

#include <algorithm>

namespace lendport::applications_store {
namespace {

constexpr std::string_view kColumns =
    "id, org_id, case_id, case_generation, quote_id, product_id, product_version, connection_id, "
    "plugin_id, lender, environment, state, version, lender_key, owner_id, lender_rep_id, "
    "generic_rep, currency, financed_minor, sent_minor, term_months, apr_billionths, "
    "consent_text_version, consent_language, consent_at_ms, lender_application_id, lender_status, "
    "portal_url, decision, failure_code, failure_message, attention, attempts, borrower_id, "
    "created_at_ms, confirmed_at_ms, sent_at_ms, settled_attempts, routing_since_ms, "
    "decided_at_ms, updated_at_ms, resends, was_taken, silent_since_ms, documents, notice, onward, "
    "request_id, traceparent";

std::string select_where(std::string_view condition) {
  return "SELECT " + std::string(kColumns) + " FROM applications WHERE " + std::string(condition);
}

void read_terms(const db::Row& row, Application& application) {
  const Currency currency = Currency::parse(row.text("currency")).value();
  application.financed_amount = {row.integer("financed_minor"), currency};
  application.amount_sent_to_lender = {row.integer("sent_minor"), currency};
  application.term_months = static_cast<int>(row.integer("term_months"));
  application.apr = {row.integer("apr_billionths")};
  application.consent = {row.text("consent_text_version"), row.text("consent_language"),
                         row.time("consent_at_ms")};
}

void read_lender_side(const db::Row& row, Application& application) {
  application.rep = {row.text("lender_rep_id"), row.flag("generic_rep")};
  application.lender_application_id = row.text("lender_application_id");
  application.lender_status = row.text("lender_status");
  application.portal_url = row.text("portal_url");
  if (const auto decision = row.optional_text("decision")) {
    application.decision = read_stored_decision(*decision);
  }
  if (const auto code = row.optional_text("failure_code")) {
    application.failure =
        TechnicalFailure::as_it_came(*code, row.optional_text("failure_message").value_or(""));
  }
}

// What was stored without its own language and time was recorded with the applicant's consent.
void complete_consents(Application& application) {
  for (OnwardConsent& one : application.onward.consents) {
    if (one.language.empty()) one.language = application.consent.language;
    if (one.at == Time{}) one.at = application.consent.at;
  }
}

Application read(const db::Row& row) {
  Application application;
  application.id = row.id<ApplicationId>("id");
  application.org = row.id<OrgId>("org_id");
  application.case_id = row.id<CaseId>("case_id");
  application.case_generation = row.integer("case_generation");
  application.borrower = row.id<PersonId>("borrower_id");
  application.quote = row.id<QuoteId>("quote_id");
  application.product = row.id<ProductId>("product_id");
  application.product_version = row.integer("product_version");
  if (auto connection = row.optional_text("connection_id")) {
    application.connection = ConnectionId{*std::move(connection)};
  }
  application.plugin_id = row.text("plugin_id");
  application.lender = row.text("lender");
  application.environment = parse_environment(row.text("environment")).value();
  application.state = parse_application_state(row.text("state")).value();
  application.version = row.integer("version");
  application.lender_key = row.text("lender_key");
  application.owner = row.id<UserId>("owner_id");
  read_terms(row, application);
  read_lender_side(row, application);
  application.attention = row.text("attention");
  application.attempts = static_cast<int>(row.integer("attempts"));
  application.created_at = row.time("created_at_ms");
  application.confirmed_at = row.optional_time("confirmed_at_ms");
  application.sent_at = row.optional_time("sent_at_ms");
  application.settled_attempts = static_cast<int>(row.integer("settled_attempts"));
  application.routing_since = row.optional_time("routing_since_ms");
  application.decided_at = row.optional_time("decided_at_ms");
  application.updated_at = row.time("updated_at_ms");
  application.resends = static_cast<int>(row.integer("resends"));
  application.was_taken = row.flag("was_taken");
  application.silent_since = row.optional_time("silent_since_ms");
  if (const auto documents = row.optional_text("documents")) {
    application.documents = read_stored_documents(*documents);
  }
  if (const auto onward = row.optional_text("onward")) {
    application.onward = read_stored_onward(*onward);
    complete_consents(application);
  }
  if (const auto notice = row.optional_text("notice")) {
    application.notice = read_stored_notice(*notice);
  }
  application.asked_by = {row.optional_text("request_id").value_or(""),
                          row.optional_text("traceparent").value_or("")};
  return application;
}

std::optional<std::string> failure_code(const Application& application) {
  if (!application.failure) return std::nullopt;
  return application.failure->code;
}

std::optional<std::string> failure_message(const Application& application) {
  if (!application.failure) return std::nullopt;
  return application.failure->message;
}

std::optional<std::string> documents_text(const Application& application) {
  if (!application.documents) return std::nullopt;
  return write_stored_documents(*application.documents);
}

std::optional<std::string> onward_text(const Application& application) {
  if (application.onward == Onward{}) return std::nullopt;
  return write_stored_onward(application.onward);
}

std::optional<std::string> notice_text(const Application& application) {
  if (!application.notice) return std::nullopt;
  return write_stored_notice(*application.notice);
}

std::optional<std::string> traceparent(const Application& application) {
  if (application.asked_by.traceparent.empty()) return std::nullopt;
  return application.asked_by.traceparent;
}

std::optional<std::string> decision_text(const Application& application) {
  if (!application.decision) return std::nullopt;
  return write_stored_decision(*application.decision);
}

}  // namespace

void insert(db::Transaction& tx, const Application& application, const Blob& sealed_request) {
  tx.execute(
      "INSERT INTO applications (id, org_id, case_id, case_generation, quote_id, product_id, "
      "product_version, connection_id, plugin_id, lender, environment, state, version, lender_key, "
      "owner_id, lender_rep_id, generic_rep, currency, financed_minor, sent_minor, term_months, "
      "apr_billionths, consent_text_version, consent_language, consent_at_ms, sealed_request, "
      "borrower_id, created_at_ms, updated_at_ms, lender_application_id, lender_status, "
      "portal_url, attention, attempts, settled_attempts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
      "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, "
      "$27, $28, $28, '', '', '', '', 0, 0)",
      {application.id,
       application.org,
       application.case_id,
       application.case_generation,
       application.quote,
       application.product,
       application.product_version,
       application.connection,
       application.plugin_id,
       application.lender,
       to_string(application.environment),
       to_string(application.state),
       application.version,
       application.lender_key,
       application.owner,
       application.rep.lender_rep_id,
       application.rep.generic,
       application.financed_amount.currency.code(),
       application.financed_amount.minor_units,
       application.amount_sent_to_lender.minor_units,
       application.term_months,
       application.apr.billionths,
       application.consent.text_version,
       application.consent.language,
       application.consent.at,
       sealed_request,
       application.borrower,
       application.created_at});
}

std::optional<Application> find(db::Snapshot& at, const OrgId& org, const ApplicationId& id) {
  const auto row = at.find(select_where("org_id = $1 AND id = $2"), {org, id});
  if (!row) return std::nullopt;
  return read(*row);
}

std::optional<Application> find_for_update(db::Transaction& tx, const OrgId& org,
                                           const ApplicationId& id) {
  const auto row =
      tx.find(select_where("org_id = $1 AND id = $2 ") + std::string(tx.for_update()), {org, id});
  if (!row) return std::nullopt;
  return read(*row);
}

std::vector<Application> those_after(db::Transaction& tx, const Application& application) {
  std::vector<Application> later;
  std::optional<NextApplication> next = application.onward.next;
  while (next && later.size() < kOnwardApplicationsMax) {
    auto one = find_for_update(tx, application.org, next->application);
    if (!one) break;
    next = one->onward.next;
    later.push_back(*std::move(one));
  }
  return later;
}

std::optional<Blob> sealed_request(db::Snapshot& at, const OrgId& org, const ApplicationId& id) {
  const auto row =
      at.find("SELECT sealed_request FROM applications WHERE org_id = $1 AND id = $2", {org, id});
  if (!row) return std::nullopt;
  return row->blob("sealed_request");
}

std::optional<Blob> sealed_mismatch(db::Snapshot& at, const OrgId& org, const ApplicationId& id) {
  const auto row =
      at.find("SELECT sealed_mismatch FROM applications WHERE org_id = $1 AND id = $2", {org, id});
  if (!row) return std::nullopt;
  return row->optional_blob("sealed_mismatch");
}

void keep_mismatch(db::Transaction& tx, const Application& application, const Blob& sealed) {
  tx.execute("UPDATE applications SET sealed_mismatch = $3 WHERE org_id = $1 AND id = $2",
             {application.org, application.id, sealed});
}

void update(db::Transaction& tx, const Application& application) {
  const auto touched = tx.execute(
      "UPDATE applications SET state = $4, version = version + 1, lender_rep_id = $5, "
      "generic_rep = $6, lender_application_id = $7, lender_status = $8, portal_url = $9, "
      "decision = $10, failure_code = $11, failure_message = $12, attention = $13, "
      "attempts = $14, settled_attempts = $15, routing_since_ms = $16, confirmed_at_ms = $17, "
      "sent_at_ms = $18, decided_at_ms = $19, updated_at_ms = $20, resends = $21, "
      "was_taken = $22, documents = $23, notice = $24, onward = $25, request_id = $26, "
      "traceparent = $27 "
      "WHERE org_id = $1 AND id = $2 AND version = $3",
      {application.org,
       application.id,
       application.version,
       to_string(application.state),
       application.rep.lender_rep_id,
       application.rep.generic,
       application.lender_application_id,
       application.lender_status,
       application.portal_url,
       decision_text(application),
       failure_code(application),
       failure_message(application),
       application.attention,
       application.attempts,
       application.settled_attempts,
       application.routing_since,
       application.confirmed_at,
       application.sent_at,
       application.decided_at,
       application.updated_at,
       application.resends,
       application.was_taken,
       documents_text(application),
       notice_text(application),
       onward_text(application),
       application.asked_by.request_id,
       traceparent(application)});
  if (touched != 1) {
    throw Error(ErrorCode::precondition_failed,
                said(row_of(applications_texts::kRefusals, "changed_by_another")));
  }
}

void keep_consent(db::Transaction& tx, const Application& application, const Blob& sealed_request) {
  const Consent& consent = application.consent;
  tx.execute(
      "UPDATE applications SET consent_text_version = $3, consent_language = $4, "
      "consent_at_ms = $5, sealed_request = $6 WHERE org_id = $1 AND id = $2",
      {application.org, application.id, consent.text_version, consent.language, consent.at,
       sealed_request});
}

void keep_silence(db::Transaction& tx, const Application& application) {
  tx.execute("UPDATE applications SET silent_since_ms = $3 WHERE org_id = $1 AND id = $2",
             {application.org, application.id, application.silent_since});
}

std::vector<Application> list(db::Snapshot& at, const OrgId& org, const Filter& filter) {
  std::string condition = "org_id = $1 AND environment = $2";
  db::Values values{org, to_string(filter.environment)};
  const auto narrow = [&](std::string_view sql, db::Value value) {
    values.push_back(std::move(value));
    condition += " AND " + std::string(sql) + std::to_string(values.size());
  };
  if (filter.case_id) narrow("case_id = $", *filter.case_id);
  if (filter.state) narrow("state = $", to_string(*filter.state));
  if (filter.case_owner) {
    values.emplace_back(*filter.case_owner);
    condition +=
        " AND case_id IN (" + cases::ids_owned_by("$1", "$" + std::to_string(values.size())) + ")";
  }
  if (filter.after) {
    values.emplace_back(filter.after->first);
    values.emplace_back(filter.after->second);
    condition += " AND (created_at_ms, id) < ($" + std::to_string(values.size() - 1) + ", $" +
                 std::to_string(values.size()) + ")";
  }
  values.emplace_back(filter.limit);
  condition += " ORDER BY created_at_ms DESC, id DESC LIMIT $" + std::to_string(values.size());
  std::vector<Application> applications;
  for (const db::Row& row : at.query(select_where(condition), values)) {
    applications.push_back(read(row));
  }
  return applications;
}

int checks_since(db::Snapshot& at, const ChecksOf& of) {
  std::string counted =
      "org_id = $1 AND environment = $2 AND (sent_at_ms >= $3 OR (confirmed_at_ms >= $3 AND state "
      "IN ('confirmed', 'submitting')))";
  db::Values values{of.org, to_string(of.environment), of.since, of.case_id};
  const auto add = [&](db::Value value) {
    values.push_back(std::move(value));
    return "$" + std::to_string(values.size());
  };
  if (of.plugin_id) counted += " AND plugin_id = " + add(*of.plugin_id);
  std::string sql = "SELECT id FROM applications WHERE case_id = $4 AND " + counted;
  if (of.mark) {
    const std::string purpose = add(kBorrowerMark);
    // CROSS JOIN: SQLite begins with the few rows of the mark, not with all of the org.
    sql += " UNION SELECT id FROM marks CROSS JOIN applications WHERE org = $1 AND purpose = " +
           purpose + " AND mark = " + add(*of.mark) + " AND id = row_id AND " + counted;
  }
  const auto row = at.find("SELECT COUNT(*) AS checks FROM (" + sql + ") AS made", values);
  return static_cast<int>(row->integer("checks"));
}

std::optional<EarlierApplication> earlier_application(db::Snapshot& at, const EarlierThan& of) {
  std::string sql =
      "SELECT id, state FROM applications WHERE org_id = $1 AND case_id = $2 AND product_id = $3 "
      "AND environment = $4 AND state NOT IN ('draft', 'failed', 'declined', 'cancelled', "
      "'expired')";
  db::Values values{of.org, of.case_id, of.product, to_string(of.environment)};
  if (of.than) {
    sql += " AND id <> $5";
    values.emplace_back(*of.than);
  }
  const auto found = at.query(sql + " ORDER BY created_at_ms DESC, id DESC LIMIT 1", values);
  if (found.empty()) return std::nullopt;
  const db::Row& row = found.front();
  return EarlierApplication{row.id<ApplicationId>("id"),
                            parse_application_state(row.text("state")).value()};
}

bool is_another_ones(db::Snapshot& at, const Application& application,
                     std::string_view lender_application_id) {
  return at
      .find(
          "SELECT id FROM applications WHERE org_id = $1 AND plugin_id = $2 AND "
          "environment = $3 AND lender_application_id = $4 AND id <> $5 LIMIT 1",
          {application.org, application.plugin_id, to_string(application.environment),
           lender_application_id, application.id})
      .has_value();
}

std::vector<std::pair<OrgId, ApplicationId>> find_named(db::Snapshot& at,
                                                        const ConnectionId& connection,
                                                        const HeardWord& word) {
  std::vector<std::pair<OrgId, ApplicationId>> named;
  const auto add = [&](std::string_view column, const std::string& value) {
    if (value.empty()) return;
    std::string sql = "SELECT org_id, id FROM applications WHERE connection_id = $1 AND ";
    for (const db::Row& row :
         at.query(sql.append(column).append(" = $2 LIMIT 2"), {connection, value})) {
      std::pair found(row.id<OrgId>("org_id"), row.id<ApplicationId>("id"));
      if (std::find(named.begin(), named.end(), found) == named.end()) {
        named.push_back(std::move(found));
      }
    }
  };
  add("lender_application_id", word.lender_application_id);
  add("lender_key", word.idempotency_key);
  return named;
}

}  // namespace lendport::applications_store
