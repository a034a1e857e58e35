// A lender's word about what was sent, however it came: what it makes of the application.
#pragma once

#include "applications/record.hpp"
#include "applications/step.hpp"
#include "applications/turn.hpp"
#include "jobs/jobs.hpp"

namespace lendport {

// Thread-safe.
class LenderWords {
 public:
  LenderWords(const ApplicationNeeds& needs, const ApplicationRecords& records,
              const LenderTurns& turns)
      : needs_(needs), records_(records), turns_(turns) {}

  // Writes what follows from it. What does not follow is noted once and changes nothing.
  Step take(db::Transaction& tx, Application& application, const LenderState& said) const;
  // The same in the job that learnt it, which ends; another one follows the application.
  void settle(db::Transaction& tx, const jobs::Lease& lease, Application& application,
              const LenderState& said) const;

 private:
  // Keeps, once, that the applicant opened the loan documents that somebody asked for here.
  void take_opening(db::Transaction& tx, Application& application, const LenderState& said) const;

  ApplicationNeeds needs_;
  const ApplicationRecords& records_;
  const LenderTurns& turns_;
};

}  // namespace lendport
