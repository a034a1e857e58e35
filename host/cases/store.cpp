#include "cases/store.hpp"

#include "cases/cases.hpp"
#include "cases/json.hpp"
#include "cases/rules.hpp"
#include "core/error.hpp"
#include "db/sealing.hpp"
#include "db/stored.hpp"

#include <string>
#include <unordered_map>

namespace lendport::cases {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, org_id, number, kind, status, owner_user_id, generation, segment, currency, "
    "system_cost_minor, size_w, cost_per_watt_minor, down_payment_minor, adders, discounts, "
    "incentives, consumption_kwh, production_kwh, site_design_complete, project_sealed, version, "
    "created_at_ms, changed_at_ms FROM cases ";

// The currency of a case is that of its first amount.
std::optional<Currency> currency_of(const Case& subject) {
  for (const auto* money : {&subject.system_cost, &subject.cost_per_watt, &subject.down_payment}) {
    if (*money) return (*money)->currency;
  }
  for (const auto* lines : {&subject.adders, &subject.discounts, &subject.incentives}) {
    if (!lines->empty()) return lines->front().amount.currency;
  }
  return std::nullopt;
}

std::optional<std::int64_t> minor(const std::optional<Money>& money) {
  return money ? std::optional(money->minor_units) : std::nullopt;
}

std::optional<Money> money_in(const db::Row& row, std::string_view column) {
  const auto units = row.optional_integer(column);
  if (!units) return std::nullopt;
  return Money{*units, Currency::parse(row.text("currency")).value()};
}

Case case_in(const db::Row& row) {
  Case found;
  found.id = row.id<CaseId>("id");
  found.org = row.id<OrgId>("org_id");
  found.number = row.text("number");
  found.kind = db::stored(parse_customer_kind(row.text("kind")), row.text("kind"));
  found.status = db::stored(parse_case_status(row.text("status")), row.text("status"));
  found.owner = row.id<UserId>("owner_user_id");
  found.generation = row.integer("generation");
  found.segment = db::stored(parse_segment(row.text("segment")), row.text("segment"));
  found.system_cost = money_in(row, "system_cost_minor");
  found.size_w = row.optional_integer("size_w");
  found.cost_per_watt = money_in(row, "cost_per_watt_minor");
  found.down_payment = money_in(row, "down_payment_minor");
  found.adders = lines_in(row.text("adders"));
  found.discounts = lines_in(row.text("discounts"));
  found.incentives = lines_in(row.text("incentives"));
  found.consumption_kwh = row.optional_integer("consumption_kwh");
  found.production_kwh = row.optional_integer("production_kwh");
  found.site_design_complete = row.flag("site_design_complete");
  found.version = row.integer("version");
  found.created_at = row.time("created_at_ms");
  found.changed_at = row.time("changed_at_ms");
  return found;
}

crypto::Field person_field(const PersonId& person) {
  return {"case_people", person.value, "sealed"};
}

crypto::Field project_field(const CaseId& id) {
  return {"cases", id.value, "project_sealed"};
}

// The project's address and agreement are the borrower's: they go when that key goes.
const PersonId& holder_of(const Case& subject) {
  return subject.applicants.front().id;
}

Blob sealed_project(db::Transaction& tx, crypto::Sealing& sealing, const Case& subject) {
  const auto text = project_text({subject.project_address, subject.agreement});
  return sealing.seal(tx, subject.org, holder_of(subject).value, project_field(subject.id),
                      text.expose(), subject.changed_at);
}

void put_person(db::Transaction& tx, crypto::Sealing& sealing, const Case& subject,
                std::size_t position) {
  const Applicant& person = subject.applicants[position];
  const auto text = person_text(person);
  const Blob sealed = sealing.seal(tx, subject.org, person.id.value, person_field(person.id),
                                   text.expose(), subject.changed_at);
  tx.execute(
      "INSERT INTO case_people (id, org_id, case_id, position, sealed) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (id) DO UPDATE SET position = excluded.position, sealed = excluded.sealed",
      {person.id, subject.org, subject.id, static_cast<std::int64_t>(position), sealed});
}

void refuse_held(db::Transaction& tx, const Case& subject, const char* detail) {
  if (!holds_of(tx, subject.org, subject.id).empty()) throw Error(ErrorCode::conflict, detail);
}

// Everybody but `kept`, with their keys; says how many they were.
std::size_t drop_people(db::Transaction& tx, crypto::Sealing& sealing, const Case& subject,
                        const std::vector<Applicant>& kept, Time now) {
  std::string sql = "DELETE FROM case_people WHERE org_id = $1 AND case_id = $2";
  db::Values parameters{subject.org, subject.id};
  for (const Applicant& person : kept) {
    parameters.emplace_back(person.id);
    sql += " AND id <> $" + std::to_string(parameters.size());
  }
  const auto rows = tx.query(sql + " RETURNING id", parameters);
  for (const db::Row& row : rows) sealing.destroy(tx, subject.org, row.text("id"), now);
  return rows.size();
}

void replace_people(db::Transaction& tx, crypto::Sealing& sealing, const Case& subject) {
  if (drop_people(tx, sealing, subject, subject.applicants, subject.changed_at) > 0) {
    // What an application sends is sealed with the key of its borrower.
    refuse_held(tx, subject,
                "an applicant stays while an open application or an invoice holds "
                "the case");
  }
  // Out of the way: two who change places would meet at one position.
  tx.execute("UPDATE case_people SET position = position + $3 WHERE org_id = $1 AND case_id = $2",
             {subject.org, subject.id, static_cast<std::int64_t>(kApplicantsMax)});
  for (std::size_t i = 0; i < subject.applicants.size(); ++i) put_person(tx, sealing, subject, i);
}

void open_people(db::Snapshot& at, crypto::Sealing& sealing, const OrgId& org,
                 std::vector<Case>& found) {
  std::unordered_map<std::string, std::size_t> position;
  std::string among;
  db::Values parameters{org};
  for (std::size_t i = 0; i < found.size(); ++i) {
    position.emplace(found[i].id.value, i);
    parameters.emplace_back(found[i].id);
    among += (among.empty() ? "$" : ", $") + std::to_string(parameters.size());
  }
  if (found.empty()) return;
  const auto people =
      at.query("SELECT id, case_id, sealed FROM case_people WHERE org_id = $1 AND case_id IN (" +
                   among + ") ORDER BY case_id, position",
               parameters);
  for (const db::Row& row : people) {
    const PersonId id = row.id<PersonId>("id");
    const auto text = sealing.unseal(at, org, person_field(id), row.blob("sealed"));
    Applicant person = text ? person_in(text->expose()) : Applicant{};  // nothing: erased by law
    person.id = id;
    found[position.at(row.text("case_id"))].applicants.push_back(std::move(person));
  }
}

void open_project(db::Snapshot& at, crypto::Sealing& sealing, const db::Row& row, Case& found) {
  const auto text =
      sealing.unseal(at, found.org, project_field(found.id), row.blob("project_sealed"));
  if (!text) return;
  SealedProject project = project_in(text->expose());
  found.project_address = std::move(project.address);
  found.agreement = std::move(project.agreement);
}

// The cases whose rows they are, with people and project opened.
std::vector<Case> opened(db::Snapshot& at, crypto::Sealing& sealing, const OrgId& org,
                         const db::Rows& rows) {
  std::vector<Case> found;
  for (const db::Row& row : rows) {
    found.push_back(case_in(row));
    open_project(at, sealing, row, found.back());
  }
  open_people(at, sealing, org, found);
  return found;
}

// $1 to $22 of insert and update.
db::Values columns_of(const Case& subject, Blob project) {
  const auto currency = currency_of(subject);
  return {subject.id,
          subject.org,
          subject.number,
          to_string(subject.kind),
          to_string(subject.status),
          subject.owner,
          subject.generation,
          to_string(subject.segment),
          currency ? db::Value(currency->code()) : db::Value(),
          minor(subject.system_cost),
          subject.size_w,
          minor(subject.cost_per_watt),
          minor(subject.down_payment),
          lines_text(subject.adders),
          lines_text(subject.discounts),
          lines_text(subject.incentives),
          subject.consumption_kwh,
          subject.production_kwh,
          subject.site_design_complete,
          std::move(project),
          subject.version,
          subject.changed_at};
}

bool is_taken(db::Snapshot& at, const OrgId& org, const std::string& number) {
  return at.find("SELECT id FROM cases WHERE org_id = $1 AND number = $2", {org, number})
      .has_value();
}

void refuse_taken(db::Snapshot& at, const Case& subject) {
  const auto other = at.find("SELECT id FROM cases WHERE org_id = $1 AND number = $2 AND id <> $3",
                             {subject.org, subject.number, subject.id});
  if (other) {
    throw Error(ErrorCode::conflict, "another case of the org has the number " + subject.number);
  }
}

}  // namespace

void insert(db::Transaction& tx, crypto::Sealing& sealing, const Case& subject) {
  refuse_taken(tx, subject);
  db::Values values = columns_of(subject, sealed_project(tx, sealing, subject));
  values.emplace_back(subject.created_at);
  tx.execute(
      "INSERT INTO cases (id, org_id, number, kind, status, owner_user_id, generation, segment, "
      "currency, system_cost_minor, size_w, cost_per_watt_minor, down_payment_minor, adders, "
      "discounts, incentives, consumption_kwh, production_kwh, site_design_complete, "
      "project_sealed, version, changed_at_ms, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, "
      "$8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)",
      values);
  for (std::size_t i = 0; i < subject.applicants.size(); ++i) put_person(tx, sealing, subject, i);
}

bool update(db::Transaction& tx, crypto::Sealing& sealing, const Case& subject) {
  refuse_taken(tx, subject);
  db::Values values = columns_of(subject, sealed_project(tx, sealing, subject));
  values.emplace_back(subject.version - 1);
  const std::int64_t touched = tx.execute(
      "UPDATE cases SET number = $3, kind = $4, status = $5, owner_user_id = $6, generation = $7, "
      "segment = $8, currency = $9, system_cost_minor = $10, size_w = $11, "
      "cost_per_watt_minor = $12, down_payment_minor = $13, adders = $14, discounts = $15, "
      "incentives = $16, consumption_kwh = $17, production_kwh = $18, site_design_complete = $19, "
      "project_sealed = $20, version = $21, changed_at_ms = $22 "
      "WHERE id = $1 AND org_id = $2 AND version = $23",
      values);
  if (touched == 0) return false;
  replace_people(tx, sealing, subject);
  return true;
}

void erase(db::Transaction& tx, crypto::Sealing& sealing, const Case& subject, Time now) {
  refuse_held(tx, subject, "the case is held by an open application or an invoice");
  drop_people(tx, sealing, subject, {}, now);
  sealing.destroy(tx, subject.org, subject.id.value, now);  // its documents'
  tx.execute("DELETE FROM cases WHERE id = $1 AND org_id = $2", {subject.id, subject.org});
}

std::optional<Case> find(db::Snapshot& at, crypto::Sealing& sealing, const OrgId& org,
                         const CaseId& id) {
  const auto rows = at.query(std::string(kSelect) + "WHERE org_id = $1 AND id = $2", {org, id});
  auto found = opened(at, sealing, org, rows);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::optional<Case> find_without_people(db::Snapshot& at, crypto::Sealing& sealing,
                                        const OrgId& org, const CaseId& id) {
  const auto row = at.find(std::string(kSelect) + "WHERE org_id = $1 AND id = $2", {org, id});
  if (!row) return std::nullopt;
  Case found = case_in(*row);
  open_project(at, sealing, *row, found);
  return found;
}

std::vector<Case> list(db::Snapshot& at, crypto::Sealing& sealing, const Seen& seen,
                       const CaseFilter& filter, const std::optional<CaseId>& after, int limit) {
  std::string sql = std::string(kSelect) + "WHERE org_id = $1";
  db::Values values{seen.org};
  const auto narrow = [&](const char* condition, db::Value value) {
    values.push_back(std::move(value));
    sql += condition + std::to_string(values.size());
  };
  if (seen.owner) narrow(" AND owner_user_id = $", *seen.owner);
  if (filter.number) narrow(" AND number = $", *filter.number);
  if (filter.status) narrow(" AND status = $", to_string(*filter.status));
  if (after) narrow(" AND id > $", *after);
  narrow(" ORDER BY id LIMIT $", limit);
  return opened(at, sealing, seen.org, at.query(sql, values));
}

std::string next_number(db::Transaction& tx, const OrgId& org) {
  for (int tries = 0; tries < kNumberTriesMax; ++tries) {
    const auto rows = tx.query(
        "INSERT INTO case_numbers (org_id, last) VALUES ($1, 1) "
        "ON CONFLICT (org_id) DO UPDATE SET last = case_numbers.last + 1 RETURNING last",
        {org});
    std::string number = generated_number(rows.front().integer("last"));
    if (!is_taken(tx, org, number)) return number;
  }
  throw Error(ErrorCode::conflict, "no free case number was found: give one");
}

std::optional<UserId> owner_of(db::Snapshot& at, const OrgId& org, const CaseId& id) {
  const auto row =
      at.find("SELECT owner_user_id FROM cases WHERE org_id = $1 AND id = $2", {org, id});
  if (!row) return std::nullopt;
  return row->id<UserId>("owner_user_id");
}

std::string ids_owned_by(std::string_view org, std::string_view owner) {
  return "SELECT id FROM cases WHERE org_id = " + std::string(org) +
         " AND owner_user_id = " + std::string(owner);
}

}  // namespace lendport::cases
