// The rows of documents. Every statement is bound to the org.
#pragma once

#include "core/blob.hpp"
#include "db/database.hpp"
#include "db/sealing.hpp"
#include "files/file.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace lendport::files_store {

// Sealed under the case's key.
void insert(db::Transaction& tx, const crypto::Sealing& sealing, const CaseFile& file,
            std::string_view bytes);

std::optional<CaseFile> find(db::Snapshot& at, const crypto::Sealing& sealing, const OrgId& org,
                             const FileId& id);
// Of one generation of the case, oldest first.
std::vector<CaseFile> list(db::Snapshot& at, const crypto::Sealing& sealing, const OrgId& org,
                           const CaseId& case_id, std::int64_t generation);
// Of all generations.
std::int64_t count(db::Snapshot& at, const OrgId& org, const CaseId& case_id);

// Nothing when the file or its key is gone.
std::optional<std::string> bytes_of(db::Snapshot& at, const crypto::Sealing& sealing,
                                    const OrgId& org, const FileId& id);

// Whoever would hold the file, or delete it, waits until the unit ends.
void lock(db::Transaction& tx, const OrgId& org, const FileId& id);
bool is_held(db::Snapshot& at, const OrgId& org, const FileId& id);
void remove(db::Transaction& tx, const OrgId& org, const FileId& id);

}  // namespace lendport::files_store
