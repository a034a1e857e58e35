// What differs between loan documents and documents for a stipulation while a job carries them.
#include "applications/attention.hpp"
#include "applications/document_jobs.hpp"
#include "applications/json_connector.hpp"
#include "applications/json_uploads.hpp"
#include "applications/sending.hpp"
#include "applications/store.hpp"
#include "applications/store_uploads.hpp"
#include "applications/texts.hpp"
#include "events/events.hpp"

#include <algorithm>

namespace lendport {
namespace {

namespace store = applications_store;
using State = ApplicationState;

// Whether only a person finds out what became of the latest documents for it.
bool calls_a_person(const StipulationView& view) {
  if (view.state == StipulationState::accepted || view.uploads.empty()) return false;
  const auto& failure = view.uploads.back().delivery.failure;
  return failure && (failure->code == "lost" || failure->code == "unknown_at_lender");
}

}  // namespace

std::optional<Consignment> DocumentJobs::consignment_of(db::Transaction& tx,
                                                        const jobs::Lease& lease) const {
  auto application = store::find_for_update(tx, lease.org, read_job(lease.payload));
  if (!application) return std::nullopt;
  Consignment documents{*std::move(application), std::nullopt};
  if (const auto id = read_upload_job(lease.payload)) {
    documents.upload = uploads_store::find(tx, lease.org, *id);
    if (!documents.upload) return std::nullopt;
  } else if (!documents.application.documents) {
    return std::nullopt;
  }
  return documents;
}

TechnicalFailure DocumentJobs::has_ended(const Consignment& documents) {
  return failure_of(row_of(applications_texts::kFailures, "application_ended"),
                    documents.upload ? "ended" : "not_approved");
}

std::string DocumentJobs::key_of(const Consignment& documents) {
  return documents.upload ? upload_key(documents.application, *documents.upload)
                          : documents_key(documents.application);
}

std::string_view DocumentJobs::operation_of(const Consignment& documents, bool asks) {
  if (documents.upload) return asks ? "documents.uploaded/1" : "documents.upload/1";
  return asks ? "documents.status/1" : "documents.send/1";
}

std::string DocumentJobs::request_of(db::Snapshot& at, const Consignment& documents,
                                     bool asks) const {
  const Application& application = documents.application;
  if (!documents.upload) {
    return asks ? write_documents_question(application) : write_documents_request(application);
  }
  const Upload& upload = *documents.upload;
  if (asks) return write_upload_question(application, upload);
  std::vector<CaseFile> files;
  for (const FileId& id : upload.files) {
    auto file = needs_.files.find(at, application.org, application.case_id,
                                  application.case_generation, id);
    if (file) files.push_back(*std::move(file));
  }
  return write_upload_request(application, upload, files);
}

void DocumentJobs::enqueue(db::Transaction& tx, const Consignment& documents, std::string_view kind,
                           std::chrono::milliseconds in) const {
  if (!documents.upload) {
    records_.enqueue(tx, documents.application, kind, in);
    return;
  }
  const Upload& upload = *documents.upload;
  const Time now = needs_.clock.now();
  jobs::enqueue(tx,
                {needs_.ids.next<JobId>(), std::string(kind), upload.org, write_upload_job(upload),
                 now + in, std::string(kind) + "/" + upload.id.value},
                now);
}

void DocumentJobs::write(db::Transaction& tx, Consignment& documents) {
  if (documents.upload) uploads_store::update(tx, *documents.upload);
  store::update(tx, documents.application);
  ++documents.application.version;
}

void DocumentJobs::keep(db::Transaction& tx, Consignment& documents, std::string_view step,
                        const std::string& actor) const {
  Application& application = documents.application;
  if (!documents.upload) {
    records_.record(tx, application, application.state, "documents_" + std::string(step), actor);
    return;
  }
  const Upload& upload = *documents.upload;
  if (!is_under_way(upload)) files::release(tx, upload.org, upload.id.value);
  write(tx, documents);
  events::append(tx, {needs_.ids.next<EventId>(),
                      application.org,
                      {"application", application.id.value},
                      "application.stipulation_" + std::string(step),
                      write_upload_event(application, upload),
                      actor,
                      needs_.clock.now()});
}

void DocumentJobs::take_loan_documents(db::Transaction& tx, Consignment& documents,
                                       const DocumentsAnswer& answer) const {
  Application& application = documents.application;
  const std::string word = answer.status == "signed" || answer.status == "countersigned"
                               ? answer.status
                               : std::string(to_string(State::documents_sent));
  LenderState said{application.lender_application_id,
                   word,
                   answer.lender_status.empty() ? word : answer.lender_status,
                   application.decision,
                   answer.portal_url,
                   {}};
  if (answer.status == "opened") said.documents_opened_at = needs_.clock.now();
  const Step step = words_.take(tx, application, said);
  // The table refused it, or knew it: that they were sent is kept all the same.
  if (!step.changed) records_.record(tx, application, application.state, "documents_known", "hub");
  if (is_followed(application.state)) {
    records_.enqueue(tx, application, kFollowJob, turns_.first_wait(application));
  }
}

void DocumentJobs::end_call_about_uploads(db::Transaction& tx, Application& application) const {
  if (!attention::is_about_upload(application.attention)) return;
  const auto views =
      views_of(application, uploads_store::list(tx, application.org, application.id));
  if (std::any_of(views.begin(), views.end(), calls_a_person)) return;
  const std::string left = attention_left(application);
  records_.note(tx, application, left, left.empty() ? "attention_ended" : "needs_attention", "hub");
}

// What the lender makes of them is its next word: it is asked at once.
void DocumentJobs::take_upload(db::Transaction& tx, Consignment& documents,
                               const DocumentsAnswer& answer) const {
  Application& application = documents.application;
  if (Stipulation* stipulation = find_stipulation(application, *documents.upload)) {
    stipulation->said = parse_stipulation_state(answer.status).value_or(StipulationState::sent);
    stipulation->fulfilled = stipulation->said == StipulationState::accepted;
  }
  application.updated_at = needs_.clock.now();
  const bool may_be_signed_now = records_.brings_documents(tx, application);
  keep(tx, documents, "sent", "hub");
  end_call_about_uploads(tx, application);
  if (may_be_signed_now) records_.ask_by_itself(tx, application);
  if (is_followed(application.state)) {
    records_.enqueue(tx, application, kFollowJob);
  }
}

}  // namespace lendport
