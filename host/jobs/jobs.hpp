// The queue of what is to be done later: written in the transaction that causes it, done at least
// once, by one worker at a time.
//
// A worker holds a job by a lease: until a time, with an epoch that rises each time the job is
// taken. Whoever ends a lease writes `… WHERE epoch = mine`: after a pause, a worker whose job was
// taken by another finds Error{lease_lost} and its whole transaction is rolled back.
#pragma once

#include "core/ids.hpp"
#include "core/time.hpp"
#include "db/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::jobs {

// The channel on which a commit says that something is due (Database::on_signal).
inline constexpr std::string_view kSignal = "jobs";

inline constexpr std::size_t kPayloadBytesMax = 64 * 1024;
inline constexpr std::size_t kReasonBytesMax = 500;
inline constexpr int kBroughtForwardMax = 500;         // in one transaction
inline constexpr std::chrono::hours kLeaseLongest{1};  // that the settings of a hub allow

struct NewJob {
  JobId id;
  std::string kind;     // "applications.submit"; names the handler
  OrgId org;            // empty for the platform's own
  std::string payload;  // JSON text the handler reads; ids rather than copies, no personal data
  Time run_at;
  // At most one job with this key waits or runs. A second one brings the first forward when it
  // waits, and makes it run once more when it is running: nothing that was asked for is lost. The
  // payload of the first stays, so it must follow from the key.
  std::optional<std::string> unique_key;
};

// When a job is to run, and what the clock said when that was reckoned: a clock that is set back
// shows in it (bring_forward).
struct Due {
  Time at;
  Time reckoned_at;
};

// A job in the hands of a worker.
struct Lease {
  JobId id;
  std::string kind;
  OrgId org;
  std::string payload;
  int attempt = 1;  // this one; the first is 1
  std::int64_t epoch = 0;
  std::string owner;
};

// Puts the job in the queue; returns its id, or that of the one that already has the unique key.
// `now` is the clock that `run_at` was reckoned by.
JobId enqueue(db::Transaction& tx, const NewJob& job, Time now);

// Takes the job with this unique key out of the queue, if it waits. One that is running ends.
void cancel(db::Transaction& tx, std::string_view unique_key);

// The job is done: it leaves the queue.
void complete(db::Transaction& tx, const Lease& lease);
// The job is tried again when it is due. `reason` is kept for the operator: no personal data. A job
// that merely waits for the world (a poll) passes `counts_as_attempt = false` and is never given
// up.
void retry_at(db::Transaction& tx, const Lease& lease, Due due, std::string_view reason,
              bool counts_as_attempt = true);
// The job is given up: it stays, as `failed`, until an operator looks.
void fail(db::Transaction& tx, const Lease& lease, std::string_view reason);

struct Claim {
  std::vector<std::string> kinds;  // the ones this worker knows
  std::string owner;               // unique per process
  Time now;
  std::chrono::milliseconds lease_for{0};
  int count_max = 0;
};

// Takes jobs that are due, the longest due first, also those whose lease ran out.
std::vector<Lease> claim(db::Transaction& tx, const Claim& claim);
// Whether claim() would find something of these kinds.
bool any_due(db::Snapshot& at, const std::vector<std::string>& kinds, Time now);
// Moves the end of the lease; false when it was lost.
bool renew(db::Transaction& tx, const Lease& lease, Time until);
// Makes every leased job due at once, for a process that knows that no other one runs: leases of
// the process before it would only make its jobs wait.
void take_back_leases(db::Transaction& tx, Time now);

// What the clock says, and what is known of its having been set back.
struct SetBack {
  Time now;
  std::chrono::milliseconds by;  // 0: not known
  std::chrono::milliseconds lease_for;
};
// What was reckoned by a clock ahead of `now`, which was set back since, would wait until the clock
// is there again: it is due earlier by as much as its clock was ahead, or by the known set-back
// where that comes near; a lease that ends after kLeaseLongest is cut to `lease_for`. So no job
// waits longer, from then on, than the time it was given, or, where its holder is gone, than
// kLeaseLongest: a shorter lease may be another hub's. May be done again and again: what commits
// late, having read the clock before, is found the next time, as is what somebody holds just now. A
// job may run early: a handler looks at the clock itself. Returns how many it moved,
// kBroughtForwardMax at most.
int bring_forward(db::Transaction& tx, const std::vector<std::string>& kinds, const SetBack& clock);
// Whether bring_forward() would find something. Reads through the queue.
bool any_reckoned_ahead(db::Snapshot& at, const std::vector<std::string>& kinds,
                        const SetBack& clock);
// Whether the job is still in this worker's hands.
bool is_held(db::Snapshot& at, const Lease& lease);
// The same for what must not happen otherwise: nobody takes the job before this transaction ends.
// Throws Error{lease_lost} when another worker has it.
void require_held(db::Transaction& tx, const Lease& lease);

// The job with this unique key, while it waits: when it is due, and what was said when it was put
// off ("" when it never was).
struct Waiting {
  Time due;
  std::string reason;
};
std::optional<Waiting> waiting(db::Snapshot& at, std::string_view unique_key);

// Given-up jobs of an org, the newest first, at most `limit`.
struct FailedJob {
  JobId id;
  std::string kind;
  int attempts = 0;
  std::string reason;
  Time created_at;
};
std::vector<FailedJob> list_failed(db::Snapshot& at, const OrgId& org, int limit);
// Puts a given-up job of the org back in the queue; Error{not_found} if there is none. Error
// {conflict} when another with its unique key is in the queue by now.
void run_again(db::Transaction& tx, const OrgId& org, const JobId& job, Time now);

// How many jobs wait, run and were given up: for metrics.
struct Depth {
  std::int64_t waiting = 0;
  std::int64_t leased = 0;
  std::int64_t failed = 0;
};
Depth depth(db::Snapshot& at);
struct KindDepth {
  std::string kind;
  Depth depth;
  std::optional<Time> oldest_due;  // of those that wait
};
// One per kind that has jobs.
std::vector<KindDepth> depth_by_kind(db::Snapshot& at);

}  // namespace lendport::jobs
