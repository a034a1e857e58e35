#include "notices/store.hpp"

#include "db/stored.hpp"
#include "notices/json.hpp"

namespace lendport::notices_store {
namespace {

constexpr std::string_view kColumns =
    "id, org_id, user_id, environment, topic, word, cause, lender, application_id, case_id, "
    "case_number, connection_id, day_ms, listed, mail_id, created_at_ms, read_at_ms";

std::string select_where(const std::string& condition) {
  return "SELECT " + std::string(kColumns) + " FROM staff_notices WHERE " + condition;
}

template <class AnyId>
std::optional<AnyId> optional_id(const db::Row& row, std::string_view column) {
  auto text = row.optional_text(column);
  if (!text) return std::nullopt;
  return AnyId{*std::move(text)};
}

StaffNotice read(const db::Row& row) {
  StaffNotice notice;
  notice.id = row.id<StaffNoticeId>("id");
  notice.org = row.id<OrgId>("org_id");
  notice.user = row.id<UserId>("user_id");
  notice.environment =
      db::stored(parse_environment(row.text("environment")), row.text("environment"));
  notice.topic = db::stored(parse_staff_topic(row.text("topic")), row.text("topic"));
  notice.word = row.text("word");
  notice.cause = row.text("cause");
  notice.lender = row.text("lender");
  notice.application = optional_id<ApplicationId>(row, "application_id");
  notice.case_id = optional_id<CaseId>(row, "case_id");
  notice.case_number = row.text("case_number");
  notice.connection = optional_id<ConnectionId>(row, "connection_id");
  notice.day = row.optional_time("day_ms");
  notice.is_listed = row.flag("listed");
  notice.mail = optional_id<MailId>(row, "mail_id");
  notice.created_at = row.time("created_at_ms");
  notice.read_at = row.optional_time("read_at_ms");
  return notice;
}

std::vector<Removed> removed(const std::vector<db::Row>& rows) {
  std::vector<Removed> found;
  for (const db::Row& row : rows) {
    found.push_back({row.id<OrgId>("org_id"), optional_id<MailId>(row, "mail_id")});
  }
  return found;
}

}  // namespace

bool insert(db::Transaction& tx, const StaffNotice& notice) {
  return tx.execute(
             "INSERT INTO staff_notices (id, org_id, user_id, environment, topic, word, cause, "
             "lender, application_id, case_id, case_number, connection_id, day_ms, listed, "
             "mail_id, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
             "$13, $14, $15, $16) ON CONFLICT (org_id, user_id, cause) DO NOTHING",
             {notice.id, notice.org, notice.user, to_string(notice.environment),
              to_string(notice.topic), notice.word, notice.cause, notice.lender, notice.application,
              notice.case_id, notice.case_number, notice.connection, notice.day, notice.is_listed,
              notice.mail, notice.created_at}) == 1;
}

std::vector<StaffNotice> list(db::Snapshot& at, const Filter& filter) {
  std::string condition = "org_id = $1 AND user_id = $2 AND environment = $3 AND listed = 1";
  db::Values values{filter.org, filter.user, to_string(filter.environment)};
  if (filter.read) condition += *filter.read ? " AND read_at_ms > 0" : " AND read_at_ms IS NULL";
  if (filter.after) {
    values.emplace_back(filter.after->first);
    values.emplace_back(filter.after->second);
    condition += " AND (created_at_ms, id) < ($4, $5)";
  }
  values.emplace_back(filter.limit);
  condition += " ORDER BY created_at_ms DESC, id DESC LIMIT $" + std::to_string(values.size());
  std::vector<StaffNotice> found;
  for (const db::Row& row : at.query(select_where(condition), values)) found.push_back(read(row));
  return found;
}

std::optional<StaffNotice> find(db::Snapshot& at, const OrgId& org, const UserId& user,
                                const StaffNoticeId& id) {
  const auto row = at.find(select_where("org_id = $1 AND user_id = $2 AND id = $3 AND listed = 1"),
                           {org, user, id});
  if (!row) return std::nullopt;
  return read(*row);
}

void mark_read(db::Transaction& tx, const StaffNotice& notice, Time now) {
  tx.execute(
      "UPDATE staff_notices SET read_at_ms = $4 WHERE org_id = $1 AND user_id = $2 AND id = $3 "
      "AND read_at_ms IS NULL",
      {notice.org, notice.user, notice.id, now});
}

std::vector<Removed> remove_of_case(db::Transaction& tx, const OrgId& org, const CaseId& id) {
  return removed(
      tx.query("DELETE FROM staff_notices WHERE org_id = $1 AND case_id = $2 "
               "RETURNING org_id, mail_id",
               {org, id}));
}

std::vector<Removed> remove_before(db::Transaction& tx, Time before, int limit) {
  return removed(
      tx.query("DELETE FROM staff_notices WHERE id IN (SELECT id FROM staff_notices WHERE "
               "created_at_ms < $1 ORDER BY created_at_ms LIMIT $2) RETURNING org_id, mail_id",
               {before, limit}));
}

NoticePreferences preferences(db::Snapshot& at, const OrgId& org, const UserId& user,
                              Environment environment) {
  const auto row = at.find(
      "SELECT version, channels FROM notice_preferences WHERE org_id = $1 AND user_id = $2 "
      "AND environment = $3",
      {org, user, to_string(environment)});
  if (!row) return {};
  NoticePreferences stored = notices::read_preferences(row->text("channels"));
  stored.version = row->integer("version");
  return stored;
}

bool keep(db::Transaction& tx, const OrgId& org, const UserId& user, Environment environment,
          const NoticePreferences& preferences, std::int64_t before, Time now) {
  const std::string channels = notices::write_channels(preferences);
  if (before == 0) {
    return tx.execute(
               "INSERT INTO notice_preferences (org_id, user_id, environment, version, channels, "
               "changed_at_ms) VALUES ($1, $2, $3, 1, $4, $5) "
               "ON CONFLICT (org_id, user_id, environment) DO NOTHING",
               {org, user, to_string(environment), channels, now}) == 1;
  }
  return tx.execute(
             "UPDATE notice_preferences SET version = version + 1, channels = $5, "
             "changed_at_ms = $6 WHERE org_id = $1 AND user_id = $2 AND environment = $3 AND "
             "version = $4",
             {org, user, to_string(environment), before, channels, now}) == 1;
}

bool mark(db::Transaction& tx, const OrgId& org, std::string_view cause, Time now) {
  return tx.execute(
             "INSERT INTO notice_marks (org_id, cause, at_ms) VALUES ($1, $2, $3) "
             "ON CONFLICT (org_id, cause) DO NOTHING",
             {org, cause, now}) == 1;
}

}  // namespace lendport::notices_store
