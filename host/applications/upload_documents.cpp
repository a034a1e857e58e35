// Documents of the case for a stipulation: named by a person, checked, handed to the job.
#include "applications/applications.hpp"
#include "applications/json_uploads.hpp"
#include "applications/store.hpp"
#include "applications/store_uploads.hpp"
#include "db/refusal.hpp"

#include <algorithm>
#include <set>

namespace lendport {
namespace {

namespace texts = applications_texts;

constexpr std::string_view kUpload = "documents.upload/1";
constexpr std::string_view kUploaded = "documents.uploaded/1";

const StipulationView& named(const std::vector<StipulationView>& views, std::string_view id) {
  for (const StipulationView& view : views) {
    if (view.id == id) return view;
  }
  http::throw_not_found();
}

Upload upload_for(const StipulationView& view, const Application& application) {
  Upload upload;
  upload.org = application.org;
  upload.application = application.id;
  upload.stipulation = view.id;
  upload.lender_id = view.stipulation.lender_id;
  upload.code = view.stipulation.code;
  upload.text = view.stipulation.text;
  return upload;
}

// Why documents for this stipulation may not go to the lender now; nothing where they may.
std::optional<Sentence> why_not_awaited(const Application& application,
                                        const StipulationView& view) {
  if (application.handed_over()) {
    return said(row_of(texts::kReasons, "send_yourself"));
  }
  if (!is_followed(application.state)) {
    return said(row_of(texts::kReasons, "none_awaited"),
                {{"state", texts::word("state", to_string(application.state))}});
  }
  if (application.lender_application_id.empty()) {
    return said(row_of(texts::kReasons, "lender_id_unknown"));
  }
  if (view.state == StipulationState::accepted) return said(row_of(texts::kReasons, "accepted"));
  if (std::any_of(view.uploads.begin(), view.uploads.end(), is_under_way)) {
    return said(row_of(texts::kReasons, "under_way"));
  }
  return std::nullopt;
}

}  // namespace

Task<std::vector<StipulationView>> Applications::stipulations(const http::Request& request,
                                                              OrgId org, ApplicationId id) {
  const auto look = [&](db::Snapshot& at) {
    const Application application = records_.visible(at, request, org, id);
    return views_of(application, uploads_store::list(at, org, id));
  };
  co_return co_await needs_.db.read(look, request.deadline);
}

void Applications::require_uploadable(db::Snapshot& at, const Application& application,
                                      const std::vector<FileId>& files) const {
  std::vector<Violation> wrong;
  std::set<FileId> seen;
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string pointer = "/files/" + std::to_string(i);
    const auto file = needs_.files.find(at, application.org, application.case_id,
                                        application.case_generation, files[i]);
    if (!file) {
      wrong.push_back(violation(pointer, "unknown", row_of(texts::kRefusals, "file_unknown")));
    } else if (!seen.insert(files[i]).second) {
      wrong.push_back(violation(pointer, "repeated", row_of(texts::kRefusals, "file_repeated")));
    } else {
      bytes += file->size_bytes;
    }
  }
  if (wrong.empty() && bytes > kUploadBytesMax) {
    wrong.push_back(violation("/files", "too_large", row_of(texts::kRefusals, "files_too_large"),
                              {{"bytes", std::to_string(kUploadBytesMax)}}));
  }
  if (!wrong.empty()) throw Error(std::move(wrong));
}

Task<http::Response> Applications::upload(const http::Request& request, OrgId org, ApplicationId id,
                                          std::string stipulation, std::vector<FileId> files) {
  const auto work = [&](db::Transaction& tx) -> db::OrRefusal<http::Response> {
    Consignment documents{records_.visible_for_update(tx, request, org, id), std::nullopt};
    const auto before = uploads_store::list(tx, org, id);
    const auto views = views_of(documents.application, before);
    const StipulationView& view = named(views, stipulation);
    if (auto why = why_not_awaited(documents.application, view)) {
      return records_.refuse_step(tx, request, documents.application, "upload_documents",
                                  *std::move(why));
    }
    require_capability(tx, documents.application, kUpload);
    // An answer that is lost is asked for.
    require_capability(tx, documents.application, kUploaded);
    if (before.size() >= kUploadsMax) {
      throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "too_many_uploads")));
    }
    require_uploadable(tx, documents.application, files);
    submissions_.open(tx, documents.application);
    const Time now = needs_.clock.now();
    Upload upload = upload_for(view, documents.application);
    upload.id = needs_.ids.next<UploadId>();
    upload.files = files;
    upload.delivery.requested_by = request.principal.user;
    upload.delivery.requested_at = upload.delivery.since = upload.delivery.changed_at = now;
    for (const FileId& file : files) files::hold(tx, {org, file, upload.id.value}, now);
    uploads_store::insert(tx, upload);
    documents.application.asked_by = {request.id, request.traceparent};
    documents.upload = std::move(upload);
    document_jobs_.keep(tx, documents, "requested", request.principal.user.value);
    document_jobs_.enqueue(tx, documents, kSendDocumentsJob);
    const Application& application = documents.application;
    records_.audit(tx, request, application, application.state, "upload_documents");
    const auto after = views_of(application, uploads_store::list(tx, org, id));
    http::Response answer =
        stipulation_answer(202, application, named(after, stipulation), request.language);
    if (request.keep) request.keep(tx, answer, {});
    return answer;
  };
  co_return co_await db::write_or_refuse(needs_.db, work, request.deadline);
}

}  // namespace lendport
