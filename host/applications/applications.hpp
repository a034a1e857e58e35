// Credit applications: made from a quote, confirmed by a person, carried to the lender by a job.
//
// An application is frozen when it is made: what goes to the connector is one sealed document.
// Confirming it is what routes it. The answer to a confirmation leaves when the application, the
// job that carries it, its event and its audit record are on disk together.
#pragma once

#include "applications/application.hpp"
#include "applications/ask.hpp"
#include "applications/attention.hpp"
#include "applications/checks.hpp"
#include "applications/document_jobs.hpp"
#include "applications/ground.hpp"
#include "applications/hear.hpp"
#include "applications/json.hpp"
#include "applications/mails.hpp"
#include "applications/needs.hpp"
#include "applications/reasons.hpp"
#include "applications/record.hpp"
#include "applications/requirements.hpp"
#include "applications/settings.hpp"
#include "applications/submission.hpp"
#include "applications/submit.hpp"
#include "applications/texts.hpp"
#include "applications/turn.hpp"
#include "applications/upload.hpp"
#include "core/error.hpp"
#include "core/task.hpp"
#include "http/message.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lendport {

// Thread-safe. Refusals that every call shares: not_found for what is missing, another org's,
// another environment's or a case the caller's role does not see.
class Applications {
 public:
  using Needs = ApplicationNeeds;

  // All that is needed outlives this.
  Applications(const Needs& needs, const ApplicationSettings& settings)
      : needs_(needs), settings_(settings) {}
  Applications(const Applications&) = delete;
  Applications& operator=(const Applications&) = delete;

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

  // --- What it is made of: for its jobs (jobs.cpp), and for later capabilities ------------------

  const ApplicationRecords& records() const { return records_; }
  const Submissions& submissions() const { return submissions_; }
  const ApplicantMails& mails() const { return mails_; }
  const SubmitJobs& submit_jobs() const { return submit_jobs_; }
  const AskJobs& ask_jobs() const { return ask_jobs_; }
  const HearJobs& hear_jobs() const { return hear_jobs_; }
  const DocumentJobs& document_jobs() const { return document_jobs_; }

 private:
  Application draft_of(const ApplicationGround& ground, const NewApplication& wanted) const;
  // Throws conflict where `again` was not said and another application is not over yet.
  void require_first(db::Transaction& tx, const ApplicationGround& ground,
                     const std::optional<ApplicationId>& id, bool again) const;
  Task<void> require_quotable(const http::Request& request, const OrgId& org, const QuoteId& quote);

  // --- Confirming (confirm.cpp, override.cpp) ----------------------------------------------------

  // Throws invalid_input with every difference between what the person saw, what goes to the lender
  // and the agreement.
  void require_as_seen(db::Transaction& tx, const http::Request& request,
                       const Application& application, const ApplicationGround& ground,
                       const Confirmation& seen, const Confirmation& sent) const;
  // Keeps, sealed and audited, what a person accepts although the agreement says otherwise. Throws
  // forbidden without the permission, invalid_input with the differences where the connector allows
  // none.
  void accept_mismatch(db::Transaction& tx, const http::Request& request,
                       const Application& application, const ApplicationGround& ground,
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

  // --- Documents (send_documents.cpp, upload_documents.cpp) --------------------------------------

  // Throws conflict where the connection is gone, capability_missing, lender_unavailable.
  void require_capability(db::Snapshot& at, const Application& application,
                          std::string_view operation) const;
  void require_uploadable(db::Snapshot& at, const Application& application,
                          const std::vector<FileId>& files) const;

  const ApplicationNeeds needs_;
  const ApplicationSettings settings_;
  const Submissions submissions_{needs_};
  const ApplicantMails mails_{needs_, submissions_};
  const CreditChecks checks_{needs_};
  const ApplicationRecords records_{needs_, submissions_, checks_, mails_};
  const LenderTurns turns_{needs_, settings_, submissions_};
  const LenderWords words_{needs_, records_, turns_};
  const AskJobs ask_jobs_{needs_, settings_, submissions_, records_, turns_, words_};
  const SubmitJobs submit_jobs_{needs_, settings_, submissions_, records_, turns_, words_};
  const HearJobs hear_jobs_{needs_, submissions_, records_, turns_, words_, ask_jobs_};
  const DocumentJobs document_jobs_{needs_, settings_, submissions_, records_,
                                    turns_, words_,    ask_jobs_};
};

}  // namespace lendport
