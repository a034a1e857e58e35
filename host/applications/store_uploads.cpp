#include "applications/store_uploads.hpp"

#include "applications/json_documents.hpp"
#include "applications/json_uploads.hpp"

namespace lendport::uploads_store {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, org_id, application_id, stipulation, lender_id, code, lender_text, files, delivery "
    "FROM stipulation_uploads WHERE org_id = $1 AND ";

Upload read(const db::Row& row) {
  Upload upload;
  upload.id = row.id<UploadId>("id");
  upload.org = row.id<OrgId>("org_id");
  upload.application = row.id<ApplicationId>("application_id");
  upload.stipulation = row.text("stipulation");
  upload.lender_id = row.text("lender_id");
  upload.code = row.text("code");
  upload.text = row.text("lender_text");
  upload.files = read_stored_files(row.text("files"));
  upload.delivery = read_stored_documents(row.text("delivery"));
  return upload;
}

}  // namespace

void insert(db::Transaction& tx, const Upload& upload) {
  tx.execute(
      "INSERT INTO stipulation_uploads (id, org_id, application_id, stipulation, lender_id, code, "
      "lender_text, files, delivery) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {upload.id, upload.org, upload.application, upload.stipulation, upload.lender_id, upload.code,
       upload.text, write_stored_files(upload.files), write_stored_documents(upload.delivery)});
}

std::optional<Upload> find(db::Snapshot& at, const OrgId& org, const UploadId& id) {
  const auto row = at.find(std::string(kSelect) + "id = $2", {org, id});
  if (!row) return std::nullopt;
  return read(*row);
}

std::vector<Upload> list(db::Snapshot& at, const OrgId& org, const ApplicationId& application) {
  std::vector<Upload> uploads;
  for (const db::Row& row :
       at.query(std::string(kSelect) + "application_id = $2 ORDER BY id", {org, application})) {
    uploads.push_back(read(row));
  }
  return uploads;
}

void update(db::Transaction& tx, const Upload& upload) {
  tx.execute("UPDATE stipulation_uploads SET delivery = $3 WHERE org_id = $1 AND id = $2",
             {upload.org, upload.id, write_stored_documents(upload.delivery)});
}

}  // namespace lendport::uploads_store
