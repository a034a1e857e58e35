#include "orgs/store.hpp"

#include "core/error.hpp"
#include "db/stored.hpp"
#include "orgs/orgs.hpp"
#include "orgs/rules.hpp"

#include <algorithm>
#include <string>

namespace lendport {
namespace orgs {
namespace {

constexpr std::string_view kOrgColumns =
    "id, parent_id, name, country, segments, plan, care, locale, time_zone, sales_mode, "
    "account_manager, platform, version, created_at_ms";
constexpr std::string_view kUserColumns =
    "id, org_id, email, name, role, status, version, created_at_ms";
constexpr std::string_view kKeyColumns =
    "id, org_id, user_id, label, prefix, environment, scopes, expires_at_ms, last_used_at_ms, "
    "revoked_at_ms, version, created_at_ms";

std::string select(std::string_view columns, std::string_view rest) {
  std::string sql = "SELECT ";
  return sql.append(columns).append(" ").append(rest);
}

// A word of ours that the database gives back as something else: the store is damaged.
template <class Enums>
std::string joined(const Enums& values) {
  std::string text;
  for (const auto& value : values) {
    if (!text.empty()) text += ',';
    text += to_string(value);
  }
  return text;
}

template <class Enum>
std::vector<Enum> split(std::string_view text, std::optional<Enum> (*parse)(std::string_view)) {
  std::vector<Enum> values;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    values.push_back(db::stored(parse(text.substr(0, comma)), text));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return values;
}

std::optional<OrgId> parent_in(const db::Row& row) {
  auto parent = row.optional_text("parent_id");
  if (!parent) return std::nullopt;
  return OrgId{*std::move(parent)};
}

Org org_in(const db::Row& row) {
  Org org;
  org.id = row.id<OrgId>("id");
  org.parent = parent_in(row);
  org.name = row.text("name");
  org.country = row.text("country");
  org.segments = split(row.text("segments"), parse_segment);
  org.plan = db::stored(parse_plan(row.text("plan")), row.text("plan"));
  org.care = db::stored(parse_care(row.text("care")), row.text("care"));
  org.locale = row.text("locale");
  org.time_zone = row.text("time_zone");
  org.sales_mode = row.flag("sales_mode");
  org.account_manager = row.optional_text("account_manager");
  org.platform = row.flag("platform");
  org.version = row.integer("version");
  org.created_at = row.time("created_at_ms");
  return org;
}

User user_in(const db::Row& row) {
  User user;
  user.id = row.id<UserId>("id");
  user.org = row.id<OrgId>("org_id");
  user.email = row.text("email");
  user.name = row.text("name");
  user.role = db::stored(parse_role(row.text("role")), row.text("role"));
  user.status = db::stored(parse_user_status(row.text("status")), row.text("status"));
  user.version = row.integer("version");
  user.created_at = row.time("created_at_ms");
  return user;
}

ApiKey key_in(const db::Row& row) {
  ApiKey key;
  key.id = row.id<KeyId>("id");
  key.org = row.id<OrgId>("org_id");
  key.user = row.id<UserId>("user_id");
  key.label = row.text("label");
  key.prefix = row.text("prefix");
  key.environment = db::stored(parse_environment(row.text("environment")), row.text("environment"));
  key.scopes = split(row.text("scopes"), parse_permission);
  key.expires_at = row.optional_time("expires_at_ms");
  key.last_used_at = row.optional_time("last_used_at_ms");
  key.revoked_at = row.optional_time("revoked_at_ms");
  key.version = row.integer("version");
  key.created_at = row.time("created_at_ms");
  return key;
}

template <class T>
std::vector<T> all_in(const db::Rows& rows, T (*read)(const db::Row&)) {
  std::vector<T> values;
  values.reserve(rows.size());
  for (const db::Row& row : rows) values.push_back(read(row));
  return values;
}

template <class T>
std::optional<T> one_in(const std::optional<db::Row>& row, T (*read)(const db::Row&)) {
  if (!row) return std::nullopt;
  return read(*row);
}

// Keys whose user is active; `rest` narrows them.
std::string select_live_keys(std::string_view rest) {
  std::string sql =
      "SELECT k.id, k.org_id, k.user_id, k.hash, k.environment, k.scopes, k.expires_at_ms, u.role "
      "FROM api_keys k JOIN users u ON u.id = k.user_id AND u.org_id = k.org_id "
      "WHERE k.revoked_at_ms IS NULL AND u.status = 'active'";
  return sql.append(rest);
}

DirectoryKey directory_key_in(const db::Row& row) {
  DirectoryKey key;
  Principal& principal = key.principal;
  principal.key = row.id<KeyId>("id");
  principal.org = row.id<OrgId>("org_id");
  principal.user = row.id<UserId>("user_id");
  principal.role = db::stored(parse_role(row.text("role")), row.text("role"));
  principal.permissions =
      permissions_of_key(principal.role, split(row.text("scopes"), parse_permission));
  principal.environment =
      db::stored(parse_environment(row.text("environment")), row.text("environment"));
  key.expires_at = row.optional_time("expires_at_ms");
  key.last_used_ms = std::make_shared<std::atomic<std::int64_t>>(0);
  return key;
}

KeyHash hash_in(const db::Row& row) {
  const std::string& bytes = row.blob("hash").bytes;
  KeyHash hash{};
  if (bytes.size() != hash.size()) throw Error(ErrorCode::internal, "a key's hash is no SHA-256");
  std::transform(bytes.begin(), bytes.end(), hash.begin(),
                 [](char byte) { return static_cast<std::uint8_t>(byte); });
  return hash;
}

Blob blob_of(const KeyHash& hash) {
  return Blob{crypto::bytes_of(hash)};
}

// All orgs above one, itself first.
constexpr std::string_view kUpstream =
    "WITH RECURSIVE up (id, parent_id, depth) AS ("
    "SELECT id, parent_id, 0 FROM orgs WHERE id = $1 "
    "UNION ALL SELECT o.id, o.parent_id, up.depth + 1 FROM orgs o JOIN up ON o.id = up.parent_id) "
    "SELECT id, parent_id FROM up ORDER BY depth";
// All orgs below one, itself included.
constexpr std::string_view kNetwork =
    "WITH RECURSIVE down (id, depth) AS ("
    "SELECT id, 0 FROM orgs WHERE id = $1 "
    "UNION ALL SELECT o.id, down.depth + 1 FROM orgs o JOIN down ON o.parent_id = down.id) ";

}  // namespace

void insert(db::Transaction& tx, const Org& org) {
  tx.execute(
      "INSERT INTO orgs (id, parent_id, name, country, segments, plan, care, locale, time_zone, "
      "sales_mode, account_manager, platform, version, created_at_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
      {org.id, org.parent, org.name, org.country, joined(org.segments), to_string(org.plan),
       to_string(org.care), org.locale, org.time_zone, org.sales_mode, org.account_manager,
       org.platform, org.version, org.created_at});
}

bool update(db::Transaction& tx, const Org& org) {
  return tx.execute(
             "UPDATE orgs SET name = $1, segments = $2, plan = $3, care = $4, locale = $5, "
             "time_zone = $6, sales_mode = $7, account_manager = $8, version = $9 "
             "WHERE id = $10 AND version = $11",
             {org.name, joined(org.segments), to_string(org.plan), to_string(org.care), org.locale,
              org.time_zone, org.sales_mode, org.account_manager, org.version, org.id,
              org.version - 1}) == 1;
}

std::vector<Org> list_orgs(db::Snapshot& at, std::string_view after, int limit) {
  return all_in(
      at.query(select(kOrgColumns, "FROM orgs WHERE id > $1 ORDER BY id LIMIT $2"), {after, limit}),
      org_in);
}

std::vector<Org> list_network(db::Snapshot& at, const OrgId& top, std::string_view after,
                              int limit) {
  const std::string sql =
      std::string(kNetwork) +
      select(kOrgColumns,
             "FROM orgs WHERE id IN (SELECT id FROM down) AND id > $2 ORDER BY id LIMIT $3");
  return all_in(at.query(sql, {top, after, limit}), org_in);
}

std::optional<Org> find_platform(db::Snapshot& at) {
  return one_in(at.find(select(kOrgColumns, "FROM orgs WHERE platform = 1"), {}), org_in);
}

void insert(db::Transaction& tx, const User& user) {
  tx.execute(
      "INSERT INTO users (id, org_id, email, name, role, status, version, created_at_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {user.id, user.org, user.email, user.name, to_string(user.role), to_string(user.status),
       user.version, user.created_at});
}

bool update(db::Transaction& tx, const User& user) {
  return tx.execute(
             "UPDATE users SET name = $1, role = $2, status = $3, version = $4 "
             "WHERE org_id = $5 AND id = $6 AND version = $7",
             {user.name, to_string(user.role), to_string(user.status), user.version, user.org,
              user.id, user.version - 1}) == 1;
}

std::optional<User> find_by_email(db::Snapshot& at, std::string_view email) {
  return one_in(at.find(select(kUserColumns, "FROM users WHERE email = $1"), {email}), user_in);
}

std::int64_t count_active(db::Snapshot& at, const OrgId& org, Role role) {
  return at
      .find(
          "SELECT count(*) AS users FROM users WHERE org_id = $1 AND role = $2 AND "
          "status = 'active'",
          {org, to_string(role)})
      ->integer("users");
}

std::vector<User> list_users(db::Snapshot& at, const OrgId& org, std::string_view after,
                             int limit) {
  return all_in(at.query(select(kUserColumns,
                                "FROM users WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3"),
                         {org, after, limit}),
                user_in);
}

void insert(db::Transaction& tx, const ApiKey& key, const KeyHash& hash) {
  tx.execute(
      "INSERT INTO api_keys (id, org_id, user_id, label, prefix, hash, environment, scopes, "
      "expires_at_ms, last_used_at_ms, revoked_at_ms, version, created_at_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL, $10, $11)",
      {key.id, key.org, key.user, key.label, key.prefix, blob_of(hash), to_string(key.environment),
       joined(key.scopes), key.expires_at, key.version, key.created_at});
}

bool revoke(db::Transaction& tx, const ApiKey& key, Time now) {
  return tx.execute(
             "UPDATE api_keys SET revoked_at_ms = $1, version = version + 1 "
             "WHERE org_id = $2 AND id = $3 AND version = $4 AND revoked_at_ms IS NULL",
             {now, key.org, key.id, key.version}) == 1;
}

std::optional<ApiKey> find_key(db::Snapshot& at, const OrgId& org, const KeyId& key) {
  return one_in(
      at.find(select(kKeyColumns, "FROM api_keys WHERE org_id = $1 AND id = $2"), {org, key}),
      key_in);
}

std::vector<ApiKey> list_keys(db::Snapshot& at, const OrgId& org,
                              std::optional<Environment> environment, std::string_view after,
                              int limit) {
  const auto only = environment ? to_string(*environment) : std::string_view("%");
  return all_in(at.query(select(kKeyColumns,
                                "FROM api_keys WHERE org_id = $1 AND environment LIKE $2 "
                                "AND id > $3 ORDER BY id LIMIT $4"),
                         {org, only, after, limit}),
                key_in);
}

std::vector<Use> uses_after(const Directory& directory, std::int64_t ms) {
  std::vector<Use> uses;
  for (const auto& [hash, key] : directory.keys()) {
    const std::int64_t used = key.last_used_ms->load(std::memory_order_relaxed);
    if (used > ms) uses.push_back({key.principal.org, key.principal.key, used});
  }
  return uses;
}

void set_last_used(db::Transaction& tx, const Use& use) {
  tx.execute(
      "UPDATE api_keys SET last_used_at_ms = $1 WHERE org_id = $2 AND id = $3 "
      "AND (last_used_at_ms IS NULL OR last_used_at_ms < $1)",
      {use.used_ms, use.org, use.key});
}

Directory::Keys live_keys(db::Snapshot& at) {
  Directory::Keys keys;
  for (const db::Row& row : at.query(select_live_keys(""))) {
    keys.emplace(hash_in(row), directory_key_in(row));
  }
  return keys;
}

Directory::Parents parents(db::Snapshot& at) {
  Directory::Parents found;
  for (const db::Row& row : at.query("SELECT id, parent_id FROM orgs")) {
    found.emplace(row.id<OrgId>("id"), parent_in(row));
  }
  return found;
}

std::optional<DirectoryKey> live_key(db::Snapshot& at, const KeyHash& hash) {
  return one_in(at.find(select_live_keys(" AND k.hash = $1"), {blob_of(hash)}), directory_key_in);
}

}  // namespace orgs

std::optional<Org> find_org(db::Snapshot& at, const OrgId& org) {
  return orgs::one_in(at.find(orgs::select(orgs::kOrgColumns, "FROM orgs WHERE id = $1"), {org}),
                      orgs::org_in);
}

std::optional<User> find_user(db::Snapshot& at, const OrgId& org, const UserId& user) {
  return orgs::one_in(
      at.find(orgs::select(orgs::kUserColumns, "FROM users WHERE org_id = $1 AND id = $2"),
              {org, user}),
      orgs::user_in);
}

std::vector<User> active_admins(db::Snapshot& at, const OrgId& org) {
  std::vector<User> found;
  for (const db::Row& row :
       at.query(orgs::select(orgs::kUserColumns,
                             "FROM users WHERE org_id = $1 AND role = 'org_admin' AND "
                             "status = 'active' ORDER BY id LIMIT $2"),
                {org, kAdminsMax})) {
    found.push_back(orgs::user_in(row));
  }
  return found;
}

std::vector<OrgId> upstream_of(db::Snapshot& at, const OrgId& org) {
  std::vector<OrgId> found;
  for (const db::Row& row : at.query(orgs::kUpstream, {org})) found.push_back(row.id<OrgId>("id"));
  return found;
}

std::vector<OrgId> network_below(db::Snapshot& at, const OrgId& org) {
  std::vector<OrgId> found;
  const std::string sql = std::string(orgs::kNetwork) + "SELECT id FROM down ORDER BY depth, id";
  for (const db::Row& row : at.query(sql, {org})) found.push_back(row.id<OrgId>("id"));
  return found;
}

}  // namespace lendport
