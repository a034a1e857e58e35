// What an operator may set about applications.
#pragma once

#include <chrono>
#include <string_view>

namespace lendport {

struct ApplicationSettings {
  // From the confirmation until the hub gives up to reach a lender that nothing was sent to.
  std::chrono::minutes routing_patience{60};
  // Between two questions to a lender about one application: the first wait, unless its connector
  // wishes a longer one; it grows with the time since the last change, up to the longest. Past the
  // first day it grows on (step.hpp).
  std::chrono::milliseconds follow_first{2'000};
  std::chrono::milliseconds follow_longest{15 * 60'000};
  // Soft checks counted as recent, for the number shown before a new one.
  std::chrono::hours checks_window{24 * 30};
  // Uploads of this process on their way at once, each up to 25 MiB, held about four times over
  // (opened, as a form, as a request). Others wait their turn.
  int uploads_at_once = 4;
};

// How long one call of a connector may take.
inline constexpr std::chrono::seconds kSubmitTimeout{30};
inline constexpr std::chrono::seconds kStatusTimeout{15};

// How often an application goes out again after the lender's word that it never got it. Then a
// person calls the lender.
inline constexpr int kResendsMax = 3;
// A lender that was asked so long about a lost answer and gave none of use: a person must call it.
inline constexpr std::chrono::hours kCallLenderAfter{1};
// The same for an application that the lender has: it lives for weeks, and may wait a day.
inline constexpr std::chrono::hours kCallFollowedAfter{24};

// How long a webhook about an application that is not at the lender yet, as far as the hub knows,
// is kept waiting: the answer to the submission may be on its way.
inline constexpr std::chrono::minutes kHearPatience{2};
inline constexpr int kHearAttemptsMax = 20;

// Events, and lender calls, of one timeline.
inline constexpr int kTimelineMax = 200;

// Between two questions about what was lost on its way (an application, documents): the longest
// wait, where `follow_longest` is no shorter.
inline constexpr std::chrono::minutes kAskLostLongest{5};
// The first one.
inline constexpr std::chrono::milliseconds kAskLostFirst{1'000};

// The kinds of jobs an application has.
inline constexpr std::string_view kSubmitJob = "applications.submit";
inline constexpr std::string_view kReconcileJob = "applications.reconcile";
inline constexpr std::string_view kFollowJob = "applications.follow";
inline constexpr std::string_view kSendDocumentsJob = "applications.send_documents";
inline constexpr std::string_view kAskDocumentsJob = "applications.ask_documents";

}  // namespace lendport
