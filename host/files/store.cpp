#include "files/store.hpp"

#include "files/files.hpp"

namespace lendport {
namespace {

constexpr std::string_view kColumns =
    "id, org_id, case_id, case_generation, type, size_bytes, sha256, scanned, sealed_name, "
    "added_by, created_at_ms";

crypto::Field name_field(const FileId& id) {
  return {"case_files", id.value, "sealed_name"};
}

crypto::Field bytes_field(const FileId& id) {
  return {"case_file_bytes", id.value, "sealed_bytes"};
}

CaseFile read(db::Snapshot& at, const crypto::Sealing& sealing, const db::Row& row) {
  CaseFile file;
  file.id = row.id<FileId>("id");
  file.org = row.id<OrgId>("org_id");
  file.case_id = row.id<CaseId>("case_id");
  file.case_generation = row.integer("case_generation");
  file.type = parse_file_type(row.text("type")).value();
  file.size_bytes = row.integer("size_bytes");
  file.sha256 = row.text("sha256");
  file.scanned = row.flag("scanned");
  file.added_by = row.id<UserId>("added_by");
  file.created_at = row.time("created_at_ms");
  const auto name = sealing.unseal(at, file.org, name_field(file.id), row.blob("sealed_name"));
  if (name) file.name = name->expose();
  return file;
}

constexpr std::string_view kHeld =
    "SELECT COUNT(*) AS files, CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) AS bytes "
    "FROM case_files WHERE org_id = $1";

files_store::Held held(const std::optional<db::Row>& row) {
  return {row->integer("files"), row->integer("bytes")};
}

std::string select_where(std::string_view condition) {
  return "SELECT " + std::string(kColumns) + " FROM case_files WHERE " + std::string(condition);
}

}  // namespace

namespace files_store {

Blob sealed_bytes(const crypto::Sealing::Sealer& sealer, const FileId& id, std::string_view bytes) {
  return sealer(bytes_field(id), bytes);
}

void insert(db::Transaction& tx, const crypto::Sealing& sealing, const CaseFile& file,
            const Blob& sealed) {
  const std::string& owner = file.case_id.value;
  const Time now = file.created_at;
  tx.execute(
      "INSERT INTO case_files (id, org_id, case_id, case_generation, type, size_bytes, sha256, "
      "scanned, sealed_name, added_by, created_at_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      {file.id, file.org, file.case_id, file.case_generation, to_string(file.type), file.size_bytes,
       file.sha256, file.scanned,
       sealing.seal(tx, file.org, owner, name_field(file.id), file.name, now), file.added_by, now});
  tx.execute("INSERT INTO case_file_bytes (file_id, org_id, sealed_bytes) VALUES ($1, $2, $3)",
             {file.id, file.org, sealed});
}

std::optional<CaseFile> find(db::Snapshot& at, const crypto::Sealing& sealing, const OrgId& org,
                             const FileId& id) {
  const auto row = at.find(select_where("org_id = $1 AND id = $2"), {org, id});
  if (!row) return std::nullopt;
  return read(at, sealing, *row);
}

std::vector<CaseFile> list(db::Snapshot& at, const crypto::Sealing& sealing, const OrgId& org,
                           const CaseId& case_id, std::int64_t generation) {
  std::vector<CaseFile> files;
  for (const db::Row& row :
       at.query(select_where("org_id = $1 AND case_id = $2 AND case_generation = $3 ORDER BY id"),
                {org, case_id, generation})) {
    files.push_back(read(at, sealing, row));
  }
  return files;
}

Held held_by_case(db::Snapshot& at, const OrgId& org, const CaseId& case_id) {
  return held(at.find(std::string(kHeld) + " AND case_id = $2", {org, case_id}));
}

Held held_by_org(db::Snapshot& at, const OrgId& org) {
  return held(at.find(kHeld, {org}));
}

std::optional<std::string> bytes_of(db::Snapshot& at, const crypto::Sealing& sealing,
                                    const OrgId& org, const FileId& id) {
  const auto row = at.find(
      "SELECT sealed_bytes FROM case_file_bytes WHERE org_id = $1 AND file_id = $2", {org, id});
  if (!row) return std::nullopt;
  const auto opened = sealing.unseal(at, org, bytes_field(id), row->blob("sealed_bytes"));
  if (!opened) return std::nullopt;
  return opened->expose();
}

void lock(db::Transaction& tx, const OrgId& org, const FileId& id) {
  std::string sql = "SELECT id FROM case_files WHERE org_id = $1 AND id = $2 ";
  tx.find(sql.append(tx.for_update()), {org, id});
}

bool is_held(db::Snapshot& at, const OrgId& org, const FileId& id) {
  return at
      .find("SELECT file_id FROM case_file_holds WHERE org_id = $1 AND file_id = $2 LIMIT 1",
            {org, id})
      .has_value();
}

void remove(db::Transaction& tx, const OrgId& org, const FileId& id) {
  tx.execute("DELETE FROM case_files WHERE org_id = $1 AND id = $2", {org, id});
}

}  // namespace files_store

namespace files {

void hold(db::Transaction& tx, const Hold& hold, Time now) {
  // The lock makes a delete wait, or waits for it.
  std::string sql = "SELECT id FROM case_files WHERE org_id = $1 AND id = $2 ";
  if (!tx.find(sql.append(tx.for_update()), {hold.org, hold.file})) http::throw_not_found();
  tx.execute(
      "INSERT INTO case_file_holds (org_id, file_id, holder, created_at_ms) "
      "VALUES ($1, $2, $3, $4) ON CONFLICT (file_id, holder) DO NOTHING",
      {hold.org, hold.file, hold.holder, now});
}

void release(db::Transaction& tx, const OrgId& org, std::string_view holder) {
  tx.execute("DELETE FROM case_file_holds WHERE org_id = $1 AND holder = $2", {org, holder});
}

}  // namespace files
}  // namespace lendport
