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

// The bytes of a document as they are kept. `sealer` is that of its case.
Blob sealed_bytes(const crypto::Sealing::Sealer& sealer, const FileId& id, std::string_view bytes);

// `sealed` under the case's key; the name is sealed here, which fails when that key is gone.
void insert(db::Transaction& tx, const crypto::Sealing& sealing, const CaseFile& file,
            const Blob& sealed);

std::optional<CaseFile> find(db::Snapshot& at, const crypto::Sealing& sealing, const OrgId& org,
                             const FileId& id);
// Of one generation of the case, oldest first.
std::vector<CaseFile> list(db::Snapshot& at, const crypto::Sealing& sealing, const OrgId& org,
                           const CaseId& case_id, std::int64_t generation);
// What there is of documents.
struct Held {
  std::int64_t files = 0;
  std::int64_t bytes = 0;
};
// Of all generations of the case.
Held held_by_case(db::Snapshot& at, const OrgId& org, const CaseId& case_id);
// Counts them one by one: not for the writer of all.
Held held_by_org(db::Snapshot& at, const OrgId& org);

// Nothing when the file or its key is gone.
std::optional<std::string> bytes_of(db::Snapshot& at, const crypto::Sealing& sealing,
                                    const OrgId& org, const FileId& id);

// Whoever would hold the file, or delete it, waits until the unit ends.
void lock(db::Transaction& tx, const OrgId& org, const FileId& id);
bool is_held(db::Snapshot& at, const OrgId& org, const FileId& id);
void remove(db::Transaction& tx, const OrgId& org, const FileId& id);

}  // namespace lendport::files_store
