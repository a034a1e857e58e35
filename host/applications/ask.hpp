// Asking a lender about an application it has, or may have.
#pragma once

#include "applications/lender_word.hpp"
#include "applications/sending.hpp"
#include "core/task.hpp"

#include <optional>

namespace lendport {

// Thread-safe.
class AskJobs {
 public:
  AskJobs(const ApplicationNeeds& needs, const ApplicationSettings& settings,
          const Submissions& submissions, const ApplicationRecords& records,
          const LenderTurns& turns, const LenderWords& words)
      : needs_(needs),
        settings_(settings),
        submissions_(submissions),
        records_(records),
        turns_(turns),
        words_(words) {}

  // Asks for an application whose answer was lost, until the lender's word is known.
  Task<void> reconcile(const jobs::Lease& lease, Deadline deadline) const;
  // Asks whether the lender changed its mind.
  Task<void> follow(const jobs::Lease& lease, Deadline deadline) const;

  // Whether the lender can say what became of the application. A connector that is not ready counts
  // as one that can: it may be back in a minute. Nobody asks about an applicant who was erased.
  bool can_be_asked(db::Snapshot& at, const Application& application,
                    const connectors::Manifest* manifest) const;
  // Asks the lender that owes the notice, once, whether it was sent: nothing else does, after a
  // decline.
  void ask_about_notice(db::Transaction& tx, const Application& application) const;

  // Makes the prepared call of a question.
  Task<connectors::Outcome> ask(LenderAttempt& attempt, Deadline deadline) const;
  // Whether what the lender does not know now it never got: asked a whole window after `left_at`,
  // by a clock that nobody set meanwhile.
  static bool is_past_window(const LenderAttempt& attempt, Time left_at);

 private:
  std::optional<LenderAttempt> prepare(db::Transaction& tx, const jobs::Lease& lease,
                                       bool about_unknown) const;
  void settle_reconcile(db::Transaction& tx, const jobs::Lease& lease, const LenderAttempt& attempt,
                        const connectors::Outcome& outcome) const;
  void settle_follow(db::Transaction& tx, const jobs::Lease& lease, const LenderAttempt& attempt,
                     const connectors::Outcome& outcome) const;
  // Calls for a person where a lost answer stays lost for kCallLenderAfter.
  void note_silence(db::Transaction& tx, Application& application) const;
  // The same about one that the lender has: at once where it refuses the credentials, else after
  // kCallFollowedAfter.
  void note_no_answer(db::Transaction& tx, Application& application, bool refuses_us) const;
  // Without a place at the lender.
  void put_off(db::Transaction& tx, const jobs::Lease& lease, Application& application,
               const connectors::Admission& turn) const;
  // When a question is put off because the connector does not run.
  Time after_pause(const Application& application) const;

  ApplicationNeeds needs_;
  ApplicationSettings settings_;
  const Submissions& submissions_;
  const ApplicationRecords& records_;
  const LenderTurns& turns_;
  const LenderWords& words_;
};

}  // namespace lendport
