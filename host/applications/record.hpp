// The records of applications, and what a change of one leaves in its transaction beside the change
// itself: event, audit, mails, jobs, holds.
#pragma once

#include "applications/application.hpp"
#include "applications/checks.hpp"
#include "applications/mails.hpp"
#include "applications/submission.hpp"
#include "core/error.hpp"
#include "http/message.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lendport {

// Of people's refused steps, so many are recorded in an hour of one application's.
inline constexpr int kRefusedStepsPerHour = 10;
// The same step of the same person for the same reason is recorded once in so long.
inline constexpr std::chrono::hours kRefusedStepToldAgain{24};

// Thread-safe.
class ApplicationRecords {
 public:
  ApplicationRecords(const ApplicationNeeds& needs, const Submissions& submissions,
                     const CreditChecks& checks, const ApplicantMails& mails)
      : needs_(needs), submissions_(submissions), checks_(checks), mails_(mails) {}

  // --- Finding -----------------------------------------------------------------------------------

  // As the caller sees it. Throws not_found.
  Application visible(db::Snapshot& at, const http::Request& request, const OrgId& org,
                      const ApplicationId& id) const;
  // The same, locked until the unit ends.
  Application visible_for_update(db::Transaction& tx, const http::Request& request,
                                 const OrgId& org, const ApplicationId& id) const;
  bool may_see(db::Snapshot& at, const Principal& caller, const OrgId& org,
               const ApplicationId& id) const;
  // Whoever may see it: for work that acts for nobody. The second locks it until the unit ends.
  std::optional<Application> find(db::Snapshot& at, const OrgId& org,
                                  const ApplicationId& id) const;
  std::optional<Application> find_for_update(db::Transaction& tx, const OrgId& org,
                                             const ApplicationId& id) const;

  // --- Changing ----------------------------------------------------------------------------------

  // A draft, with its holds on the case and on the connection. Throws conflict when the case is no
  // longer at `case_version`.
  void insert(db::Transaction& tx, const Application& application, std::int64_t case_version,
              std::string_view submission) const;
  // Writes the change and its event `application.<type>`, and what follows from a new state: mails,
  // the request for loan documents; a final one lets the case and the connection go.
  void record(db::Transaction& tx, Application& application, ApplicationState from,
              std::string_view type, const std::string& actor) const;
  // Says once why a person should look; changes nothing else.
  void note(db::Transaction& tx, Application& application, const std::string& attention,
            std::string_view type, const std::string& actor) const;
  // Writes `application.notice`, with the event `application.<type>`. While the notice is open,
  // `attention` is why a person should look at it; an empty one changes nothing. Once it is not
  // open, what was said about it ends.
  void keep_notice(db::Transaction& tx, Application& application, const char* attention,
                   std::string_view type, const std::string& actor) const;
  // Names the application that was prepared with another lender when this one came to nothing.
  void keep_next(db::Transaction& tx, Application& application, NextApplication next) const;
  // Withdraws `next`, a draft that the hub prepared to follow `application` and that nobody needs;
  // from then on `application` names none.
  void take_next_back(db::Transaction& tx, Application& application, Application& next) const;
  // Whether this change, not written yet, is what the loan documents waited for: the approval, the
  // end of the last open point, or the lender's own id. No later word of the lender is.
  static bool brings_documents(db::Snapshot& at, const Application& application);
  // Asks the lender for them where the connection says that this needs no click.
  // REQUIRES: brings_documents() before the change was written.
  void ask_by_itself(db::Transaction& tx, Application& application) const;

  // --- Telling -----------------------------------------------------------------------------------

  void append_event(db::Transaction& tx, const Application& application, ApplicationState from,
                    std::string_view type, const std::string& actor) const;
  void audit(db::Transaction& tx, const http::Request& request, const Application& application,
             std::optional<ApplicationState> from, std::string_view action) const;
  // Refuses a person's `step` ("confirm") in a state that does not allow it, and records it: the
  // unit appends `application.refused_step` and must do nothing else. The caller throws what is
  // given once the unit is on disk. Within kRefusedStepToldAgain and kRefusedStepsPerHour.
  Error refuse_step(db::Transaction& tx, const http::Request& request,
                    const Application& application, std::string_view step, Sentence why) const;
  // A job of that kind for it, unless one waits.
  void enqueue(db::Transaction& tx, const Application& application, std::string_view kind,
               std::chrono::milliseconds in = {}) const;
  // The answer, kept for a repeated idempotency key if the caller sent one.
  http::Response answer(db::Transaction& tx, const http::Request& request, unsigned status,
                        const Application& application) const;

 private:
  void release_holds(db::Transaction& tx, const Application& application) const;

  ApplicationNeeds needs_;
  const Submissions& submissions_;
  const CreditChecks& checks_;
  const ApplicantMails& mails_;
};

}  // namespace lendport
