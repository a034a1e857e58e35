// Credit applications: made from a quote, confirmed by a person, carried to the lender by a job.
//
// An application is frozen when it is made: what goes to the connector is one sealed document.
// Confirming it is what routes it. The answer to a confirmation leaves when the application, the
// job that carries it, its event and its audit record are on disk together.
#pragma once

#include "applications/application.hpp"
#include "applications/attention.hpp"
#include "applications/json.hpp"
#include "applications/json_documents.hpp"
#include "applications/reasons.hpp"
#include "applications/settings.hpp"
#include "applications/step.hpp"
#include "applications/texts.hpp"
#include "applications/upload.hpp"
#include "applications/upload_places.hpp"
#include "cases/cases.hpp"
#include "connections/connections.hpp"
#include "core/error.hpp"
#include "core/task.hpp"
#include "db/database.hpp"
#include "db/sealing.hpp"
#include "files/files.hpp"
#include "http/message.hpp"
#include "jobs/jobs.hpp"
#include "mail/mail.hpp"
#include "quotes/quotes.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lendport {

class Catalog;

// The connector that stands for every lender without an integration.
inline constexpr std::string_view kHandOverPlugin = "com.lendport.configured";

// Appended once for each confirmation, when its application was to be sent and the lender is down,
// as whichever process tried found it.
inline constexpr std::string_view kWaitingEvent = "application.waiting";

// Of people's refused steps, so many are recorded in an hour of one application's.
inline constexpr int kRefusedStepsPerHour = 10;
// The same step of the same person for the same reason is recorded once in so long.
inline constexpr std::chrono::hours kRefusedStepToldAgain{24};

// Thread-safe. Refusals that every call shares: not_found for what is missing, another org's,
// another environment's or a case the caller's role does not see.
class Applications {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    const crypto::Sealing& sealing;
    Connections& connections;
    Catalog& catalog;
    Cases& cases;
    Files& files;
    Quotes& quotes;
    connectors::Connectors& connectors;
    Mails& mails;
  };
  // All outlive this.
  Applications(const Needs& needs, const ApplicationSettings& settings)
      : needs_(needs), settings_(settings), upload_places_(settings.uploads_at_once) {}

  // What is missing before `quote` can be applied for, in the caller's language.
  Task<Requirements> requirements(const http::Request& request, OrgId org, QuoteId quote);

  Time now() const { return needs_.clock.now(); }

  // A draft. Throws invalid_input with everything that is missing, or for a consent in a language
  // the lender approved no texts in; conflict when the quote is not
  // in force or its product or connection takes no new applications. Like the other stories it
  // keeps its answer for a repeated idempotency key in its own transaction.
  Task<http::Response> create(const http::Request& request, OrgId org, NewApplication wanted);

  // Compares what the person saw with the application and the agreement, then routes it. Throws
  // invalid_input with both values where they differ, conflict in a state that cannot be confirmed
  // and where the lender allows no further credit check.
  Task<http::Response> confirm(const http::Request& request, OrgId org, ApplicationId id,
                               Confirmation seen);

  // The same; `before`, which outlives the task, runs first in its transaction, where nothing is
  // locked yet. What it throws keeps all from happening.
  using Before = std::function<void(db::Transaction&)>;
  Task<http::Response> confirm(const http::Request& request, OrgId org, ApplicationId id,
                               Confirmation seen, const Before& before);

  // Takes back what was not sent: draft or failed. Conflict otherwise.
  Task<http::Response> withdraw(const http::Request& request, OrgId org, ApplicationId id);

  // Takes back every consent to further lenders that a confirmation brought, also those that went
  // on with it to later applications; also where there is none. What was sent by one already stays
  // sent.
  Task<http::Response> revoke_onward_consent(const http::Request& request, OrgId org,
                                             ApplicationId id);

  // Records what a person heard from a lender that the hub cannot ask: one without an integration,
  // or without a way to find an application again. Throws conflict for an application whose lender
  // speaks for itself, and for a step the table does not allow.
  Task<http::Response> decide(const http::Request& request, OrgId org, ApplicationId id,
                              ManualDecision decision);

  // Asks the lender to send the loan documents to the applicant; a job carries it. Throws conflict
  // unless it is approved with nothing open, or was asked for already; capability_missing where the
  // connector cannot.
  Task<http::Response> send_documents(const http::Request& request, OrgId org, ApplicationId id);

  // Its lender's stipulations, with the documents that were sent for them.
  Task<std::vector<StipulationView>> stipulations(const http::Request& request, OrgId org,
                                                  ApplicationId id);

  // Sends documents of the case for one of them; a job carries them. Throws not_found for a
  // stipulation the lender does not name, invalid_input for documents that are none of the case's
  // or too much together, conflict where nothing is waited for or others are under way,
  // capability_missing where the connector cannot.
  Task<http::Response> upload(const http::Request& request, OrgId org, ApplicationId id,
                              std::string stipulation, std::vector<FileId> files);

  // What was accepted at the confirmation, in clear; nothing where nobody accepted anything, or the
  // applicant was erased.
  Task<std::optional<Mismatch>> mismatch(const http::Request& request, OrgId org, ApplicationId id);

  Task<Application> get(const http::Request& request, OrgId org, ApplicationId id);
  // The borrower as a person must confirm it.
  Task<Confirmation> borrower(const http::Request& request, OrgId org, ApplicationId id);

  struct ListQuery {
    std::optional<CaseId> case_id;
    std::optional<ApplicationState> state;
    std::optional<std::pair<Time, std::string>> after;
    int limit = 50;
  };
  // Newest first.
  Task<std::vector<Application>> list(const http::Request& request, OrgId org, ListQuery query);

  // The latest events and lender calls, oldest first, at most kTimelineMax of each.
  Task<std::vector<TimelineEntry>> timeline(const http::Request& request, OrgId org,
                                            ApplicationId id);

  // The same as they come, as server-sent events: first those that follow `after`, the id of an
  // earlier one ("17.call_…"; empty: all of timeline()). What was sent may come again, changed or
  // not: a call when it begins and when it ends. Throws malformed_request for an id that is none.
  Task<http::Response> timeline_stream(const http::Request& request, OrgId org, ApplicationId id,
                                       std::string after);

  // --- For later capabilities, inside their own views ------------------------------------------

  bool may_see(db::Snapshot& at, const Principal& caller, const OrgId& org,
               const ApplicationId& id) const;
  // Whoever may see it: for work that acts for nobody. The second locks it until the unit ends.
  std::optional<Application> find(db::Snapshot& at, const OrgId& org,
                                  const ApplicationId& id) const;
  std::optional<Application> find_for_update(db::Transaction& tx, const OrgId& org,
                                             const ApplicationId& id) const;
  // The borrower as the lender knows it; nothing when its data was erased.
  std::optional<Confirmation> borrower_of(db::Snapshot& at, const Application& application) const;
  // Whether both were made of the same applicants with the same particulars; false when one's data
  // was erased.
  bool are_about_the_same_people(db::Snapshot& at, const Application& one,
                                 const Application& other) const;
  // Of the hub's letters to its applicant, by the consent and the product it was made with.
  mail::Language language_of(db::Snapshot& at, const Application& application) const;
  // Writes `application.notice`, with the event `application.<type>`. While the notice is open,
  // `attention` is why a person should look at it; an empty one changes nothing. Once it is not
  // open, what was said about it ends.
  void keep_notice(db::Transaction& tx, Application& application, const char* attention,
                   std::string_view type, const std::string& actor) const;
  // Refuses a person's `step` ("confirm") in a state that does not allow it, and records it: the
  // unit appends `application.refused_step` and must do nothing else. The caller throws what is
  // given once the unit is on disk. Within kRefusedStepToldAgain and kRefusedStepsPerHour.
  Error refuse_step(db::Transaction& tx, const http::Request& request,
                    const Application& application, std::string_view step, Sentence why) const;
  // Names the application that was prepared with another lender when this one came to nothing.
  void keep_next(db::Transaction& tx, Application& application, NextApplication next) const;
  // Withdraws `next`, a draft that the hub prepared to follow `application` and that nobody needs;
  // from then on `application` names none.
  void take_next_back(db::Transaction& tx, Application& application, Application& next) const;
  // Asks the lender that owes the notice, once, whether it was sent: nothing else does, after a
  // decline.
  void ask_about_notice(db::Transaction& tx, const Application& application) const;

  // --- Jobs (submit.cpp, ask.cpp, hear.cpp, send_documents.cpp) ----------------------------------

  // Carries a confirmed application to its lender.
  Task<void> submit(const jobs::Lease& lease, Deadline deadline);
  // Asks for an application whose answer was lost, until the lender's word is known.
  Task<void> reconcile(const jobs::Lease& lease, Deadline deadline);
  // Asks whether the lender changed its mind.
  Task<void> follow(const jobs::Lease& lease, Deadline deadline);
  // Follows what a lender's webhook says.
  Task<void> hear(const jobs::Lease& lease, Deadline deadline);
  // Carries the request for loan documents, or documents for a stipulation, to the lender, at most
  // once there.
  Task<void> carry_documents(const jobs::Lease& lease, Deadline deadline);
  // Asks what became of them, where the answer was lost or said that it takes time.
  Task<void> ask_documents(const jobs::Lease& lease, Deadline deadline);

 private:
  friend class TimelineStream;             // timeline.cpp
  enum class People { opened, left_out };  // of a case: what is frozen tells who they are
  // What an application stands on.
  struct Ground {
    Quote quote;
    Case the_case;
    std::optional<Connection> connection;
    std::shared_ptr<const connectors::Manifest> manifest;  // null: the connector is not ready
    std::string plugin_id;
  };
  // Whose credit is checked.
  struct Customer {
    CaseId case_id;
    std::optional<Blob> mark;  // of the borrower, in every case of the org
  };
  // A call of the connector that a job is about to make.
  struct Attempt {
    Application application;
    connectors::Call call;
    std::string submission;  // text of the frozen request; empty where it is not needed
    User rep;
    RepPolicy rep_policy;
    std::shared_ptr<const connectors::Manifest> manifest;
    Time begun_at{};
    std::chrono::milliseconds even_for{std::chrono::milliseconds::max()};  // the clock's, then
    std::vector<FileId> files = {};   // whose bytes go with the call
    std::shared_ptr<void> room = {};  // from UploadPlaces, for those bytes
  };

  // --- What a story stands on (applications.cpp) -------------------------------------------------

  Ground ground_of(db::Snapshot& at, const Principal& caller, const OrgId& org,
                   const QuoteId& quote, People people) const;
  Application visible(db::Snapshot& at, const http::Request& request, const OrgId& org,
                      const ApplicationId& id) const;
  Application visible_for_update(db::Transaction& tx, const http::Request& request,
                                 const OrgId& org, const ApplicationId& id) const;
  // Throws conflict when the applicant was erased.
  std::string open_submission(db::Snapshot& at, const Application& application) const;
  Application draft_of(const Ground& ground, const NewApplication& wanted) const;
  // How often a customer's credit was checked: checks.cpp.
  Customer customer_of(db::Snapshot& at, const Ground& ground, std::string_view submission) const;
  // By the mark that is kept; a draft of before there were marks gets its own.
  Customer marked_customer_of(db::Transaction& tx, const Ground& ground,
                              const Application& application, std::string_view submission) const;
  std::optional<Blob> borrower_mark(db::Snapshot& at, const OrgId& org,
                                    std::string_view submission) const;
  void keep_borrower_mark(db::Transaction& tx, const Application& application,
                          const std::optional<Blob>& mark) const;
  // In the last `window`, by `plugin_id` or by every lender.
  int checks_of(db::Snapshot& at, const Ground& ground, const Customer& customer,
                std::chrono::milliseconds window,
                const std::optional<std::string>& plugin_id) const;
  std::optional<CheckLimit> limit_of(db::Snapshot& at, const Ground& ground,
                                     const Customer& customer) const;
  // Throws conflict where the lender's limit is reached. Confirmations for one customer wait for
  // each other here, so that two of them cannot both be the last one that the lender allows.
  void require_checks_left(db::Transaction& tx, const Ground& ground,
                           const Customer& customer) const;
  // Throws conflict where the quote, the case or the connection takes no applications now.
  static void require_in_force(const Ground& ground);
  // Throws conflict where `again` was not said and another application is not over yet.
  void require_first(db::Transaction& tx, const Ground& ground,
                     const std::optional<ApplicationId>& id, bool again) const;
  // Throws invalid_input with every difference between what the person saw, what goes to the lender
  // and the agreement (confirm.cpp).
  void require_as_seen(db::Transaction& tx, const http::Request& request,
                       const Application& application, const Ground& ground,
                       const Confirmation& seen, const Confirmation& sent) const;
  // Keeps, sealed and audited, what a person accepts although the agreement says otherwise
  // (override.cpp). Throws forbidden without the permission, invalid_input with the differences
  // where the connector allows none.
  void accept_mismatch(db::Transaction& tx, const http::Request& request,
                       const Application& application, const Ground& ground,
                       Mismatch mismatch) const;
  // Why the consent that a confirmation brings cannot be taken: none at all, in a language that the
  // lender did not approve, or another one than is recorded.
  std::optional<Violation> consent_unfit(db::Snapshot& at, const Application& application,
                                         const Confirmation& seen, std::string_view language) const;
  // What a confirmation says of the applicant's consents, and for what was prepared `later`.
  void take_consents(db::Transaction& tx, const http::Request& request, Application& application,
                     std::vector<Application>& later, const Confirmation& seen,
                     std::string_view submission) const;
  void end_consents(db::Transaction& tx, std::vector<Application>& applications,
                    const http::Request& request) const;
  Task<void> require_quotable(const http::Request& request, const OrgId& org, const QuoteId& quote);
  // In which the lender approved the product's texts; empty where the product is gone.
  std::vector<std::string> approved_locales(db::Snapshot& at, const Application& application) const;
  // How long its lender's decisions usually hold.
  int decision_days(const Application& application) const;
  // Before the first question about an application: as its connector wishes, within the settings.
  std::chrono::milliseconds first_wait(const Application& application) const;
  std::chrono::milliseconds longest_wait_for_lost() const;

  // --- What a change leaves in its transaction (record.cpp) --------------------------------------

  Blob seal_submission(db::Transaction& tx, const Application& application,
                       std::string_view submission) const;
  // Nothing when the applicant was erased.
  std::optional<std::string> submission_of(db::Snapshot& at, const Application& application) const;
  // Its applicant was erased: nothing more is learnt. Else nobody erases it before the unit ends.
  bool is_forgotten(db::Transaction& tx, const Application& application) const;
  // Seals bodies of lender calls like the request itself.
  connectors::Seal sealer_of(db::Transaction& tx, const Application& application) const;
  // A draft, with its holds on the case and on the connection.
  void insert(db::Transaction& tx, const Application& application, std::int64_t case_version,
              std::string_view submission) const;
  using WriteFacts =
      std::function<mail::Facts(const Confirmation& borrower, mail::Language language)>;
  // Writes to the borrower, unless there is a mail of this cause or the applicant was erased.
  void mail_to(db::Transaction& tx, const Application& application, mail::Letter letter,
               std::string cause, const WriteFacts& facts) const;
  bool is_ours_to_send(const Application& application, const char* mail) const;
  // Whether this change, not written yet, is what the loan documents waited for: the approval, the
  // end of the last open point, or the lender's own id. No later word of the lender is.
  static bool brings_documents(db::Snapshot& at, const Application& application);
  // Asks the lender for them where the connection says that this needs no click.
  // REQUIRES: brings_documents() before the change was written.
  void ask_by_itself(db::Transaction& tx, Application& application) const;
  // Mail 2, once, where the documents are out and the manifest leaves it to the hub (mails.cpp).
  void send_link(db::Transaction& tx, const Application& application) const;
  // Mail 1, where the application came to a decision of which the hub tells (mails.cpp).
  void tell_applicant(db::Transaction& tx, const Application& application,
                      ApplicationState from) const;
  // Writes the change and its event, and what follows from a new state: mails, the request for loan
  // documents; a final one lets the case and the connection go.
  void record(db::Transaction& tx, Application& application, ApplicationState from,
              std::string_view type, const std::string& actor) const;
  void release_holds(db::Transaction& tx, const Application& application) const;
  void append_event(db::Transaction& tx, const Application& application, ApplicationState from,
                    std::string_view type, const std::string& actor) const;
  void audit(db::Transaction& tx, const http::Request& request, const Application& application,
             std::optional<ApplicationState> from, std::string_view action) const;
  // Says once why a person should look; changes nothing else.
  void note(db::Transaction& tx, Application& application, const std::string& attention,
            std::string_view type, const std::string& actor) const;
  void enqueue(db::Transaction& tx, const Application& application, std::string_view kind,
               std::chrono::milliseconds in = {}) const;
  // The answer, kept for a repeated idempotency key if the caller sent one.
  http::Response answer(db::Transaction& tx, const http::Request& request, unsigned status,
                        const Application& application) const;

  // --- Sending (submit.cpp) ----------------------------------------------------------------------

  std::optional<Attempt> begin_submit(db::Transaction& tx, const jobs::Lease& lease) const;
  std::optional<TechnicalFailure> hindrance(db::Transaction& tx, const Application& application,
                                            const connectors::Manifest* manifest) const;
  connectors::Call call_of(db::Transaction& tx, const Application& application) const;
  Task<std::optional<connectors::Outcome>> ensure_rep(Attempt& attempt, Deadline deadline);
  void settle_submit(db::Transaction& tx, const jobs::Lease& lease, const Attempt& attempt,
                     const connectors::Outcome& outcome) const;
  void fail(db::Transaction& tx, const jobs::Lease& lease, Application& application,
            TechnicalFailure failure) const;
  void lose_answer(db::Transaction& tx, const jobs::Lease& lease, Application& application,
                   std::chrono::milliseconds ask_in) const;
  void send_again_later(db::Transaction& tx, const jobs::Lease& lease, Application& application,
                        const connectors::Outcome& outcome) const;

  // --- Whose turn it is (turn.cpp) ---------------------------------------------------------------

  // A place at the lender for the application's next call.
  connectors::Admission turn_of(const Application& application) const;
  // When an application that cannot be sent is given up. While its plugin was stopped does not
  // count.
  Time give_up_at(db::Snapshot& at, const Application& application) const;
  // Without a place: no attempt is spent. That a lender is down is told once; one that stays down
  // past the patience ends it.
  void put_off_submit(db::Transaction& tx, const jobs::Lease& lease, Application& application,
                      const connectors::Admission& turn) const;
  void put_off_question(db::Transaction& tx, const jobs::Lease& lease, Application& application,
                        const connectors::Admission& turn) const;
  std::optional<WaitsFor> waits_for(db::Snapshot& at, const Application& application) const;

  // --- Asking (ask.cpp) --------------------------------------------------------------------------

  // Whether the lender can say what became of the application. A connector that is not ready counts
  // as one that can: it may be back in a minute. Nobody asks about an applicant who was erased.
  bool can_be_asked(db::Snapshot& at, const Application& application,
                    const connectors::Manifest* manifest) const;
  std::optional<Attempt> begin_asking(db::Transaction& tx, const jobs::Lease& lease,
                                      bool about_unknown) const;
  Task<connectors::Outcome> ask(Attempt& attempt, Deadline deadline);
  // Whether what the lender does not know now it never got: asked a whole window after `left_at`,
  // by a clock that nobody set meanwhile.
  static bool is_past_window(const Attempt& attempt, Time left_at);
  // Calls for a person where a lost answer stays lost for kCallLenderAfter.
  void note_silence(db::Transaction& tx, Application& application) const;
  // The same about one that the lender has: at once where it refuses the credentials, else after
  // kCallFollowedAfter.
  void note_no_answer(db::Transaction& tx, Application& application, bool refuses_us) const;
  // When a question is put off because the connector does not run.
  Time after_pause(const Application& application) const;
  // The lender's word about what was sent, in the job that learnt it.
  void settle_lender_state(db::Transaction& tx, const jobs::Lease& lease, Application& application,
                           const LenderState& said) const;
  // The same without the job. What does not follow is noted once and changes nothing.
  Step take_word(db::Transaction& tx, Application& application, const LenderState& said) const;
  // Keeps, once, that the applicant opened the loan documents that somebody asked for here.
  void take_opening(db::Transaction& tx, Application& application, const LenderState& said) const;
  void settle_reconcile(db::Transaction& tx, const jobs::Lease& lease, const Attempt& attempt,
                        const connectors::Outcome& outcome) const;
  void settle_follow(db::Transaction& tx, const jobs::Lease& lease, const Attempt& attempt,
                     const connectors::Outcome& outcome) const;

  // --- Hearing (hear.cpp) ------------------------------------------------------------------------

  struct Heeding {
    Heed heed = Heed::ignored;
    std::string why;
  };
  void hear(db::Transaction& tx, const jobs::Lease& lease) const;
  void look_again(db::Transaction& tx, const jobs::Lease& lease, Time now,
                  std::chrono::milliseconds age) const;
  // Empties the word about an applicant who was erased.
  Heeding heed(db::Transaction& tx, Application& application, HeardWord& word) const;
  void append_webhook_event(db::Transaction& tx, const Application& application,
                            const HeardWebhook& heard, const HeardWord& word,
                            const std::string& why) const;

  // --- Documents on their way --------------------------------------------------------------------
  // (send_documents.cpp, ask_documents.cpp)

  // Why its state does not allow it; nothing where it does.
  std::optional<Sentence> why_no_documents(const Application& application) const;
  // Throws conflict where the connection is gone, capability_missing, lender_unavailable.
  void require_capability(db::Snapshot& at, const Application& application,
                          std::string_view operation) const;
  std::optional<Attempt> begin_documents(db::Transaction& tx, const jobs::Lease& lease) const;
  // Why documents of which nothing has left can no longer be sent, or asked for.
  std::optional<TechnicalFailure> documents_hindrance(db::Transaction& tx,
                                                      const Consignment& documents,
                                                      const connectors::Manifest* manifest) const;
  connectors::Call documents_call(db::Transaction& tx, const Consignment& documents,
                                  bool asks) const;
  // Puts the files' bytes into the call; false when one of them is gone.
  Task<bool> load_files(const Attempt& attempt, connectors::Call& call, Deadline deadline) const;
  void settle_documents(db::Transaction& tx, const jobs::Lease& lease, const Attempt& attempt,
                        const connectors::Outcome& outcome) const;
  std::optional<Attempt> begin_asking_documents(db::Transaction& tx,
                                                const jobs::Lease& lease) const;
  void settle_asked_documents(db::Transaction& tx, const jobs::Lease& lease, const Attempt& attempt,
                              const connectors::Outcome& outcome) const;
  // Ends the job with the documents in that state; `step` is the event's.
  void end_documents(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                     DocumentsState state, std::string_view step) const;
  void fail_documents(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                      TechnicalFailure failure) const;
  // The applicant was erased, or the application ended: no word about them is taken any more.
  void leave_documents(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                       bool may_be_there) const;
  // The same, with a job that asks what became of them.
  void await_documents(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                       DocumentsState state, std::chrono::milliseconds ask_in) const;
  // The loan documents are with the applicant, or ours with the lender: its word, from here on
  // followed as any other.
  void take_sent(db::Transaction& tx, const jobs::Lease& lease, Consignment& documents,
                 const DocumentsAnswer& answer) const;

  // --- What differs between them -----------------------------------------------------------------
  // (consignment.cpp)

  // What the job is about, locked; nothing when it is gone.
  std::optional<Consignment> consignment_of(db::Transaction& tx, const jobs::Lease& lease) const;
  // The idempotency key of every attempt, fixed for their life.
  static std::string key_of(const Consignment& documents);
  static TechnicalFailure has_ended(const Consignment& documents);
  static std::string_view operation_of(const Consignment& documents, bool asks);
  std::string request_of(db::Snapshot& at, const Consignment& documents, bool asks) const;
  void enqueue(db::Transaction& tx, const Consignment& documents, std::string_view kind,
               std::chrono::milliseconds in = {}) const;
  // Writes where it stands: without an event, and with one ("documents_…" or "stipulation_…").
  static void write(db::Transaction& tx, Consignment& documents);
  void keep(db::Transaction& tx, Consignment& documents, std::string_view step,
            const std::string& actor) const;
  void take_loan_documents(db::Transaction& tx, Consignment& documents,
                           const DocumentsAnswer& answer) const;
  void take_upload(db::Transaction& tx, Consignment& documents,
                   const DocumentsAnswer& answer) const;
  // The lender has documents: nobody need call it, unless others are lost still.
  void end_call_about_uploads(db::Transaction& tx, Application& application) const;

  // --- Uploads -----------------------------------------------------------------------------------
  // (upload_documents.cpp)

  void require_uploadable(db::Snapshot& at, const Application& application,
                          const std::vector<FileId>& files) const;

  Needs needs_;
  ApplicationSettings settings_;
  UploadPlaces upload_places_;
};

}  // namespace lendport
