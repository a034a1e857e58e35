// Until when a creditor must have told the applicant, by the Equal Credit Opportunity Act's
// Regulation B, 12 CFR 1002.9(a)(1). Pure.
//
// "A creditor shall notify an applicant of action taken within:
//   (i)   30 days after receiving a completed application concerning the creditor's approval of,
//         counteroffer to, or adverse action on the application;
//   (ii)  30 days after taking adverse action on an incomplete application, unless notice is
//         provided in accordance with paragraph (c) of this section;
//   (iii) 30 days after taking adverse action on an existing account; or
//   (iv)  90 days after notifying the applicant of a counteroffer if the applicant does not
//         expressly accept or use the credit offered."
//
// What that makes here, where the hub knows less than the creditor, always the earlier day:
// - A decline of a whole application is under (i). The 30 days run from the day the creditor
//   received it whole, not from the decline: when the submission reached the lender, or, where the
//   lender asked for information in between, when it was no longer missing.
// - A decline while information was missing is under (ii): 30 days from the decline.
// - A counter-offer is under (iv): 90 days from the lender's decision, the earliest moment at which
//   the applicant can have been notified of it. That the applicant hears of it within the 30 days
//   of (i) is the decision mail's part, or the lender's.
// - A decline after a counter-offer: 30 days from the decline, but no later than the 90 days end
//   where the counter-offer's notice was not sent before.
// - An application the lender cancelled keeps its counter-offer's clock: creditors also cancel
// offers
//   that nobody took up, and none says whose act it was.
// (iii) is about accounts, which the hub has none of. An approval owes no notice of its own here:
// the decision mail, or the lender, tells it.
//
// A lender's date of its decision counts where it lies between the submission and the hub's hearing
// of it; else the hearing does.
#pragma once

#include "applications/applications.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lendport::notices {

inline constexpr std::chrono::days kDeclineTerm{30};
inline constexpr std::chrono::days kCounterOfferTerm{90};
// A person is told so long before the end.
inline constexpr std::chrono::days kReminder{7};
// A clock that would have ended so long ago is not begun because a lender says the same again: the
// store is older than its clocks.
inline constexpr std::chrono::days kLongAgo{7};
// A lender's clock may be ahead of the hub's.
inline constexpr std::chrono::minutes kClockAhead{5};

// One change of state.
struct Turn {
  Time at{};
  ApplicationState from = ApplicationState::draft;
  ApplicationState to = ApplicationState::draft;
};

// The turns of an application, oldest first, and what it says of itself.
struct Course {
  std::vector<Turn> turns;
  std::optional<Time> sent_at;     // to the lender
  std::optional<Time> decided_at;  // as the lender dates its decision
  Time now{};                      // where nothing else is known
};

struct Term {
  std::string rule;
  Time runs_from{};
  Time due_at{};
};

// `counter` is the notice of the counter-offer before it, owed or sent, if any.
Term term_of_decline(const Course& course, const std::optional<AdverseNotice>& counter);
Term term_of_counter_offer(const Course& course);

// From when on a notice can have been sent: its clock's begin; where that is but the hub's hearing
// of the decision, the turn before it.
Time sent_from(const Course& course, const AdverseNotice& notice);
// From when on a lender's date is believed to be that of this notice: a decline's after an offer
// from its clock's begin on, since an earlier one may be that of the offer's own notice.
Time words_from(const Course& course, const AdverseNotice& notice);

// Which notice an application owes as it is now: declined; or approved under conditions, for less,
// for another term or at a higher rate than was asked.
std::optional<NoticeKind> owed(const Application& application);
// Why a counter-offer needs no notice any more; empty: it does, or nothing can be told yet.
std::string why_not_needed(ApplicationState state);

}  // namespace lendport::notices
