// Uploads in the database. Every statement is bound to the org.
#pragma once

#include "applications/upload.hpp"
#include "db/database.hpp"

#include <optional>
#include <vector>

namespace lendport::uploads_store {

void insert(db::Transaction& tx, const Upload& upload);
std::optional<Upload> find(db::Snapshot& at, const OrgId& org, const UploadId& id);
// Oldest first.
std::vector<Upload> list(db::Snapshot& at, const OrgId& org, const ApplicationId& application);
// Writes where it stands.
void update(db::Transaction& tx, const Upload& upload);

}  // namespace lendport::uploads_store
