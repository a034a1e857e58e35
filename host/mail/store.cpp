// The SQL of mails and letters.
#include "mail/store.hpp"

#include "cases/cases.hpp"
#include "db/stored.hpp"

namespace lendport::mail_store {
namespace {

constexpr std::string_view kColumns =
    "id, org_id, case_id, application_id, person_id, environment, letter, language, "
    "letter_version, cause, "
    "sealed_letter, state, attempts, doubts, trying_since_ms, next_at_ms, answer_code, answer, "
    "created_at_ms, sent_at_ms, updated_at_ms";

std::string select_where(std::string_view condition) {
  return "SELECT " + std::string(kColumns) + " FROM mails WHERE " + std::string(condition);
}

StoredMail read(const db::Row& row) {
  Mail mail;
  mail.id = row.id<MailId>("id");
  mail.org = row.id<OrgId>("org_id");
  mail.case_id = row.id<CaseId>("case_id");
  if (auto application = row.optional_text("application_id")) {
    mail.application = ApplicationId{*std::move(application)};
  }
  mail.person = row.id<PersonId>("person_id");
  mail.environment =
      db::stored(parse_environment(row.text("environment")), row.text("environment"));
  mail.letter = db::stored(mail::parse_letter(row.text("letter")), row.text("letter"));
  mail.language = db::stored(mail::parse_language(row.text("language")), row.text("language"));
  mail.letter_version = row.integer("letter_version");
  mail.cause = row.text("cause");
  mail.state = db::stored(parse_mail_state(row.text("state")), row.text("state"));
  mail.attempts = static_cast<int>(row.integer("attempts"));
  mail.doubts = static_cast<int>(row.integer("doubts"));
  mail.trying_since = row.optional_time("trying_since_ms");
  mail.next_at = row.optional_time("next_at_ms");
  mail.answer_code = static_cast<int>(row.integer("answer_code"));
  mail.answer = row.text("answer");
  mail.created_at = row.time("created_at_ms");
  mail.sent_at = row.optional_time("sent_at_ms");
  mail.updated_at = row.time("updated_at_ms");
  return {std::move(mail), row.blob("sealed_letter")};
}

std::optional<StoredMail> maybe(const std::optional<db::Row>& row) {
  if (!row) return std::nullopt;
  return read(*row);
}

OrgLetter read_letter(const db::Row& row, mail::Letter letter, mail::Language language) {
  OrgLetter found;
  found.letter = letter;
  found.language = language;
  found.version = row.integer("version");
  const auto subject = row.optional_text("subject");
  found.built_in = !subject;
  found.texts = subject ? mail::Texts{*subject, row.text("body_text"), row.text("body_html")}
                        : mail::built_in_texts(letter, language);
  found.published_by = row.text("published_by");
  found.published_at = row.time("published_at_ms");
  return found;
}

}  // namespace

bool insert(db::Transaction& tx, const Mail& mail, const Blob& sealed_letter) {
  return tx.execute("INSERT INTO mails (" + std::string(kColumns) +
                        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, "
                        "$15, $16, $17, $18, $19, $20, $21) ON CONFLICT (org_id, cause) DO NOTHING",
                    {mail.id,
                     mail.org,
                     mail.case_id,
                     mail.application,
                     mail.person,
                     to_string(mail.environment),
                     mail::to_string(mail.letter),
                     http::to_string(mail.language),
                     mail.letter_version,
                     mail.cause,
                     sealed_letter,
                     to_string(mail.state),
                     mail.attempts,
                     mail.doubts,
                     mail.trying_since,
                     mail.next_at,
                     mail.answer_code,
                     mail.answer,
                     mail.created_at,
                     mail.sent_at,
                     mail.updated_at}) == 1;
}

std::optional<StoredMail> find(db::Snapshot& at, const OrgId& org, const MailId& id) {
  return maybe(at.find(select_where("org_id = $1 AND id = $2"), {org, id}));
}

std::optional<StoredMail> find_for_update(db::Transaction& tx, const OrgId& org, const MailId& id) {
  return maybe(
      tx.find(select_where("org_id = $1 AND id = $2 ") + std::string(tx.for_update()), {org, id}));
}

void update(db::Transaction& tx, const Mail& mail) {
  tx.execute(
      "UPDATE mails SET state = $3, attempts = $4, doubts = $5, trying_since_ms = $6, "
      "next_at_ms = $7, answer_code = $8, answer = $9, sent_at_ms = $10, updated_at_ms = $11 "
      "WHERE org_id = $1 AND id = $2",
      {mail.org, mail.id, to_string(mail.state), mail.attempts, mail.doubts, mail.trying_since,
       mail.next_at, mail.answer_code, mail.answer, mail.sent_at, mail.updated_at});
}

void remove(db::Transaction& tx, const OrgId& org, const MailId& id) {
  tx.execute("DELETE FROM mails WHERE org_id = $1 AND id = $2", {org, id});
}

bool start_sending(db::Transaction& tx, const OrgId& org, const MailId& id, Time now) {
  return tx.execute(
             "UPDATE mails SET state = 'sending', next_at_ms = NULL, updated_at_ms = $3 "
             "WHERE org_id = $1 AND id = $2 AND state = 'queued'",
             {org, id, now}) == 1;
}

std::vector<StoredMail> list(db::Snapshot& at, const OrgId& org, const Filter& filter) {
  std::string condition = "org_id = $1 AND environment = $2 AND letter <> 'staff_notice'";
  db::Values values{org, to_string(filter.environment)};
  const auto narrow = [&](std::string_view sql, db::Value value) {
    values.push_back(std::move(value));
    condition += " AND " + std::string(sql) + std::to_string(values.size());
  };
  const Mails::ListQuery& query = filter.query;
  if (query.case_id) narrow("case_id = $", *query.case_id);
  if (query.application) narrow("application_id = $", *query.application);
  if (query.state) narrow("state = $", to_string(*query.state));
  if (filter.case_owner) {
    values.emplace_back(*filter.case_owner);
    condition +=
        " AND case_id IN (" + cases::ids_owned_by("$1", "$" + std::to_string(values.size())) + ")";
  }
  if (query.after) {
    values.emplace_back(query.after->first);
    values.emplace_back(query.after->second);
    condition += " AND (created_at_ms, id) < ($" + std::to_string(values.size() - 1) + ", $" +
                 std::to_string(values.size()) + ")";
  }
  values.emplace_back(query.limit);
  condition += " ORDER BY created_at_ms DESC, id DESC LIMIT $" + std::to_string(values.size());
  std::vector<StoredMail> mails;
  for (const db::Row& row : at.query(select_where(condition), values)) mails.push_back(read(row));
  return mails;
}

std::vector<OrgLetter> letters(db::Snapshot& at, const OrgId& org, mail::Letter letter,
                               mail::Language language, int limit) {
  std::vector<OrgLetter> found;
  for (const db::Row& row :
       at.query("SELECT version, subject, body_text, body_html, published_by, published_at_ms "
                "FROM letters WHERE org_id = $1 AND letter = $2 AND language = $3 "
                "ORDER BY version DESC LIMIT $4",
                {org, mail::to_string(letter), http::to_string(language), limit})) {
    found.push_back(read_letter(row, letter, language));
  }
  return found;
}

bool insert_letter(db::Transaction& tx, const OrgId& org, const OrgLetter& letter) {
  const auto unless_built_in = [&](const std::string& text) {
    return letter.built_in ? db::Value() : db::Value(text);
  };
  const bool inserted =
      tx.execute(
          "INSERT INTO letters (org_id, letter, language, version, subject, body_text, "
          "body_html, published_by, published_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
          "$9) ON CONFLICT (org_id, letter, language, version) DO NOTHING",
          {org, mail::to_string(letter.letter), http::to_string(letter.language), letter.version,
           unless_built_in(letter.texts.subject), unless_built_in(letter.texts.text),
           unless_built_in(letter.texts.html), letter.published_by, letter.published_at}) == 1;
  tx.execute(
      "DELETE FROM letters WHERE org_id = $1 AND letter = $2 AND language = $3 AND "
      "version <= $4",
      {org, mail::to_string(letter.letter), http::to_string(letter.language),
       letter.version - Mails::kVersionsMax});
  return inserted;
}

}  // namespace lendport::mail_store
