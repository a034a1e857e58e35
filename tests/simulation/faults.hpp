// What goes wrong in a simulated world.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace lendport::simulation {

enum class Fault {
  store_refuses,        // the unit is taken off the queue unstarted
  commit_fails,         // the unit ran, and all of it is rolled back
  commit_unheard,       // it is on disk, and the process is told that it failed
  unit_runs_twice,      // rolled back and run again: a busy store, a serialization failure
  store_stalls,         // committed; the process hangs until its leases ran out
  dies_before_commit,   // the unit ran; the process dies, nothing is on disk
  dies_after_commit,    // it is on disk, and the process never learns it
  dies_in_a_call,       // while it waits for the lender
  renewal_missed,       // leases are not renewed in time
  connector_missing,    // not loaded in this process
  connector_stopped,    // by the operator's switch
  turned_away,          // no call may begin now: the lender is down, or has calls enough
  latency,              // the lender thinks for some seconds
  unreachable,          // nothing leaves
  busy,                 // the lender takes nothing now, and says so
  refuses,              // the request is invalid, or a definite error
  refuses_credentials,  // of the connection
  cut_before_arrival,   // bytes left, the lender got none that count
  cut_after_arrival,    // the lender has it, no answer comes
  arrives_late,         // the connection is cut, and the lender gets it some seconds later
  half_body,            // the answer breaks off in the middle
  answers_too_late,     // the hub has given up waiting
  unreadable,           // an answer that cannot be read
  another_ones,         // an answer about an application that is another one here
  odd_status,           // a word the hub does not know
  not_seen_yet,         // asked within its window, the lender does not know the key
  not_found,            // asked after its window, it does not know the key
  decision_changes,     // the lender says something else than before
  webhook_doubled,
  webhook_late,     // by minutes, so that later ones overtake it
  webhook_foreign,  // about nothing of ours
  webhook_forged,   // it claims what the lender does not say when asked
};
inline constexpr std::size_t kFaultCount = 32;

inline constexpr std::array<std::string_view, kFaultCount> kFaultNames = {
    "store_refuses",     "commit_fails",        "commit_unheard",
    "unit_runs_twice",   "store_stalls",        "dies_before_commit",
    "dies_after_commit", "dies_in_a_call",      "renewal_missed",
    "connector_missing", "connector_stopped",   "turned_away",
    "latency",           "unreachable",         "busy",
    "refuses",           "refuses_credentials", "cut_before_arrival",
    "cut_after_arrival", "arrives_late",        "half_body",
    "answers_too_late",  "unreadable",          "another_ones",
    "odd_status",        "not_seen_yet",        "not_found",
    "decision_changes",  "webhook_doubled",     "webhook_late",
    "webhook_foreign",   "webhook_forged",
};

}  // namespace lendport::simulation
