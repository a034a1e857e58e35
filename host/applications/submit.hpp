// Carrying a confirmed application to its lender: at most once there, whatever happens here.
//
// What keeps it once: the journal tells, committed before a byte leaves, that something may have
// left; and a request leaves only while the job is still this worker's (the fence), so that whoever
// takes the job over reads a journal that nobody writes behind its back.
#pragma once

#include "applications/lender_word.hpp"
#include "applications/sending.hpp"
#include "core/task.hpp"

#include <optional>
#include <string_view>

namespace lendport {

// Appended once for each confirmation, when its application was to be sent and the lender is down,
// as whichever process tried found it.
inline constexpr std::string_view kWaitingEvent = "application.waiting";

// Thread-safe.
class SubmitJobs {
 public:
  SubmitJobs(const ApplicationNeeds& needs, const ApplicationSettings& settings,
             const Submissions& submissions, const ApplicationRecords& records,
             const LenderTurns& turns, const LenderWords& words)
      : needs_(needs),
        settings_(settings),
        submissions_(submissions),
        records_(records),
        turns_(turns),
        words_(words) {}

  Task<void> run(const jobs::Lease& lease, Deadline deadline) const;

 private:
  std::optional<LenderAttempt> prepare(db::Transaction& tx, const jobs::Lease& lease) const;
  // Why an application of which nothing has left can no longer be sent.
  std::optional<TechnicalFailure> hindrance(db::Transaction& tx, const Application& application,
                                            const connectors::Manifest* manifest) const;
  // The rep's account at the lender, in `attempt`; the outcome where there is none.
  Task<std::optional<connectors::Outcome>> ensure_rep(LenderAttempt& attempt,
                                                      Deadline deadline) const;
  void take_outcome(db::Transaction& tx, const jobs::Lease& lease, const LenderAttempt& attempt,
                    const connectors::Outcome& outcome) const;
  // A technical refusal ends the attempt; a person may confirm again.
  void fail(db::Transaction& tx, const jobs::Lease& lease, Application& application,
            TechnicalFailure failure) const;
  // Bytes may have left and no answer came: from here on the lender is only asked.
  void lose_answer(db::Transaction& tx, const jobs::Lease& lease, Application& application,
                   std::chrono::milliseconds ask_in) const;
  void send_again_later(db::Transaction& tx, const jobs::Lease& lease, Application& application,
                        const connectors::Outcome& outcome) const;
  // Without a place: no attempt is spent. That a lender is down is told once; one that stays down
  // past the patience ends it.
  void put_off(db::Transaction& tx, const jobs::Lease& lease, Application& application,
               const connectors::Admission& turn) const;

  ApplicationNeeds needs_;
  ApplicationSettings settings_;
  const Submissions& submissions_;
  const ApplicationRecords& records_;
  const LenderTurns& turns_;
  const LenderWords& words_;
};

}  // namespace lendport
