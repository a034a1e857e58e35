// The documents of a case: taken by what they are, looked at by a malware scanner where there is
// one, and kept sealed under a key of the case. Deleting the case destroys that key.
#pragma once

#include "cases/cases.hpp"
#include "core/task.hpp"
#include "db/database.hpp"
#include "db/sealing.hpp"
#include "files/file.hpp"
#include "files/settings.hpp"
#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// Thread-safe. A document follows its case: who may not see the case gets not_found. Documents of
// an earlier generation of the case are not shown.
class Files {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    const crypto::Sealing& sealing;
    Cases& cases;
  };
  // All outlive this.
  Files(const Needs& needs, FileSettings settings)
      : needs_(needs), settings_(std::move(settings)) {}

  // Keeps the bytes in the request's body under `name` (empty: "document" and its ending).
  // Refusals, nothing being kept: unsupported_media_type for what is none of the types,
  // invalid_input for a name that cannot be one, for what the scanner calls infected and past
  // case_bytes_max ("case_full") or org_bytes_max ("org_full"), scanner_unavailable, conflict past
  // kFilesPerCaseMax. The limit of an org is looked at before the scan: uploads that are under way
  // by then may pass it together. Keeps its answer for a repeated idempotency key.
  Task<http::Response> add(const http::Request& request, OrgId org, CaseId case_id,
                           std::string name);
  Task<std::vector<CaseFile>> list(const http::Request& request, OrgId org, CaseId case_id);
  Task<CaseFile> get(const http::Request& request, OrgId org, CaseId case_id, FileId id);

  struct Opened {
    CaseFile file;
    std::string bytes;
  };
  // Who opens a document is audited, or does not get it; nor does he when it went, or its case did,
  // before the audit was written.
  Task<Opened> open(const http::Request& request, OrgId org, CaseId case_id, FileId id);

  // Gone for good; conflict while it is on its way to a lender.
  Task<void> remove(const http::Request& request, OrgId org, CaseId case_id, FileId id);

  // --- For later capabilities, inside their own transactions and views -------------------------

  // A document of this generation of the case; nothing otherwise.
  std::optional<CaseFile> find(db::Snapshot& at, const OrgId& org, const CaseId& case_id,
                               std::int64_t generation, const FileId& id) const;
  // Nothing when it is gone or erased.
  std::optional<std::string> bytes_of(db::Snapshot& at, const OrgId& org, const FileId& id) const;

 private:
  Case visible_case(db::Snapshot& at, const http::Request& request, const OrgId& org,
                    const CaseId& id) const;
  CaseFile visible(db::Snapshot& at, const http::Request& request, const OrgId& org,
                   const CaseId& case_id, const FileId& id) const;
  void require_room(db::Snapshot& at, const OrgId& org, const CaseId& case_id,
                    std::int64_t size_bytes) const;
  void require_room_of_org(db::Snapshot& at, const OrgId& org, std::int64_t size_bytes) const;
  Task<bool> scanned(const http::Request& request) const;
  Task<Blob> sealed(const http::Request& request, const CaseFile& file) const;
  void record(db::Transaction& tx, const http::Request& request, const CaseFile& file,
              const std::string& what) const;

  Needs needs_;
  FileSettings settings_;
};

namespace files {

// What keeps a document from being deleted: a delivery to a lender that is under way.
struct Hold {
  OrgId org;
  FileId file;
  std::string holder;
};
// Written by the holder in its own transaction; twice is once. not_found when the file is gone.
void hold(db::Transaction& tx, const Hold& hold, Time now);
// All that the holder holds.
void release(db::Transaction& tx, const OrgId& org, std::string_view holder);

}  // namespace files

}  // namespace lendport
