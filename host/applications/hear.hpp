// What a lender's webhook makes of an application: the lender is asked, or, where it cannot be, its
// word goes the way of every answer (decision 0014).
#pragma once

#include "applications/ask.hpp"
#include "applications/json_connector.hpp"

#include <string>

namespace lendport {

// Thread-safe.
class HearJobs {
 public:
  HearJobs(const ApplicationNeeds& needs, const Submissions& submissions,
           const ApplicationRecords& records, const LenderTurns& turns, const LenderWords& words,
           const AskJobs& ask_jobs)
      : needs_(needs),
        submissions_(submissions),
        records_(records),
        turns_(turns),
        words_(words),
        ask_jobs_(ask_jobs) {}

  Task<void> run(const jobs::Lease& lease, Deadline deadline) const;

 private:
  struct Heeding {
    Heed heed = Heed::ignored;
    std::string why;
  };
  void run(db::Transaction& tx, const jobs::Lease& lease) const;
  void look_again(db::Transaction& tx, const jobs::Lease& lease, Time now,
                  std::chrono::milliseconds age) const;
  // Empties the word about an applicant who was erased.
  Heeding heed(db::Transaction& tx, Application& application, HeardWord& word) const;
  void append_webhook_event(db::Transaction& tx, const Application& application,
                            const HeardWebhook& heard, const HeardWord& word,
                            const std::string& why) const;

  ApplicationNeeds needs_;
  const Submissions& submissions_;
  const ApplicationRecords& records_;
  const LenderTurns& turns_;
  const LenderWords& words_;
  const AskJobs& ask_jobs_;
};

}  // namespace lendport
