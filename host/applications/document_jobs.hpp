// Documents on their way: the loan documents that a lender is asked to send, and those that are
// uploaded for its stipulations.
#pragma once

#include "applications/ask.hpp"
#include "applications/json_documents.hpp"
#include "applications/upload.hpp"
#include "applications/upload_places.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lendport {

// Thread-safe.
class DocumentJobs {
 public:
  DocumentJobs(const ApplicationNeeds& needs, const ApplicationSettings& settings,
               const Submissions& submissions, const ApplicationRecords& records,
               const LenderTurns& turns, const LenderWords& words, const AskJobs& ask_jobs)
      : needs_(needs),
        settings_(settings),
        submissions_(submissions),
        records_(records),
        turns_(turns),
        words_(words),
        ask_jobs_(ask_jobs),
        upload_places_(settings.uploads_at_once) {}

  // Carries the request for loan documents, or documents for a stipulation, to the lender, at most
  // once there.
  Task<void> carry(const jobs::Lease& lease, Deadline deadline) const;
  // Asks what became of them, where the answer was lost or said that it takes time.
  Task<void> ask(const jobs::Lease& lease, Deadline deadline) const;

  // A job of that kind for them, unless one waits.
  void enqueue(db::Transaction& tx, const Consignment& documents, std::string_view kind,
               std::chrono::milliseconds in = {}) const;
  // Writes where they stand, with the event "documents_<step>" or "stipulation_<step>".
  void keep(db::Transaction& tx, Consignment& documents, std::string_view step,
            const std::string& actor) const;

 private:
  // --- On their way (carry_documents.cpp) --------------------------------------------------------

  std::optional<LenderAttempt> prepare(db::Transaction& tx, const jobs::Lease& lease) const;
  // Why documents of which nothing has left can no longer be sent, or asked for.
  std::optional<TechnicalFailure> hindrance(db::Transaction& tx, const Consignment& documents,
                                            const connectors::Manifest* manifest) const;
  connectors::Call call_of(db::Transaction& tx, const Consignment& documents, bool asks) const;
  // Puts the files' bytes into the call; false when one of them is gone.
  Task<bool> load_files(const LenderAttempt& attempt, connectors::Call& call,
                        Deadline deadline) const;
  void take_outcome(db::Transaction& tx, const jobs::Lease& lease, const LenderAttempt& attempt,
                    const connectors::Outcome& outcome) const;
  // Ends the job with the documents in that state; `step` is the event's.
  void finish(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
              DocumentsState state, std::string_view step) const;
  void fail(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
            TechnicalFailure failure) const;
  // The applicant was erased, or the application ended: no word about them is taken any more.
  void leave(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
             bool may_be_there) const;
  // Ends the job with them in that state, with another that asks what became of them.
  void await_word(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                  DocumentsState state, std::chrono::milliseconds ask_in) const;
  // The loan documents are with the applicant, or ours with the lender: its word, from here on
  // followed as any other.
  void take_sent(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                 const DocumentsAnswer& answer) const;

  // --- Asking (ask_documents.cpp) ----------------------------------------------------------------

  std::optional<LenderAttempt> prepare_question(db::Transaction& tx,
                                                const jobs::Lease& lease) const;
  void take_answer(db::Transaction& tx, const jobs::Lease& lease, const LenderAttempt& attempt,
                   const connectors::Outcome& outcome) const;

  // --- What differs between them (consignment.cpp) -----------------------------------------------

  // What the job is about, locked; nothing when it is gone.
  std::optional<Consignment> consignment_of(db::Transaction& tx, const jobs::Lease& lease) const;
  // The idempotency key of every attempt, fixed for their life.
  static std::string key_of(const Consignment& documents);
  static TechnicalFailure has_ended(const Consignment& documents);
  static std::string_view operation_of(const Consignment& documents, bool asks);
  std::string request_of(db::Snapshot& at, const Consignment& documents, bool asks) const;
  // Writes where they stand, without an event.
  static void write(db::Transaction& tx, Consignment& documents);
  void take_loan_documents(db::Transaction& tx, Consignment& documents,
                           const DocumentsAnswer& answer) const;
  void take_upload(db::Transaction& tx, Consignment& documents,
                   const DocumentsAnswer& answer) const;
  // The lender has documents: nobody need call it, unless others are lost still.
  void end_call_about_uploads(db::Transaction& tx, Application& application) const;

  ApplicationNeeds needs_;
  ApplicationSettings settings_;
  const Submissions& submissions_;
  const ApplicationRecords& records_;
  const LenderTurns& turns_;
  const LenderWords& words_;
  const AskJobs& ask_jobs_;
  UploadPlaces upload_places_;
};

}  // namespace lendport
