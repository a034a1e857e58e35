#include "notices/clock.hpp"

#include <algorithm>

namespace lendport::notices {
namespace {

using State = ApplicationState;

constexpr const char* kWhole = "12 CFR 1002.9(a)(1)(i)";
constexpr const char* kIncomplete = "12 CFR 1002.9(a)(1)(ii)";
constexpr const char* kCounterOffer = "12 CFR 1002.9(a)(1)(iv)";

// The latest turn to one of these states.
template <class Is>
const Turn* latest(const Course& course, Is is) {
  const auto found = std::find_if(course.turns.rbegin(), course.turns.rend(),
                                  [&](const Turn& turn) { return is(turn.to); });
  return found == course.turns.rend() ? nullptr : &*found;
}

Time decided(const Course& course, const Turn* turn) {
  const Time heard = turn != nullptr ? turn->at : course.now;
  if (!course.decided_at || *course.decided_at > heard) return heard;
  if (course.sent_at && *course.decided_at < *course.sent_at) return heard;
  return *course.decided_at;
}

// When the creditor had all of it.
Time received(const Course& course, Time decided) {
  Time whole = course.sent_at.value_or(decided);
  for (const Turn& turn : course.turns) {
    const bool was_missing = turn.from == State::needs_info;
    if (was_missing && turn.to != State::needs_info && turn.to != State::declined) whole = turn.at;
  }
  return std::min(whole, decided);
}

bool is_other_terms(const Application& application) {
  if (!application.decision) return false;
  const Decision& decision = *application.decision;
  const Money& asked = application.amount_sent_to_lender;
  const bool is_less = decision.amount && decision.amount->currency == asked.currency &&
                       decision.amount->minor_units < asked.minor_units;
  const bool is_other_term =
      decision.term_months && *decision.term_months != application.term_months;
  const bool is_dearer = decision.apr && decision.apr->billionths > application.apr.billionths;
  return is_less || is_other_term || is_dearer;
}

}  // namespace

Term term_of_decline(const Course& course, const std::optional<AdverseNotice>& counter) {
  const Turn* turn = latest(course, [](State state) { return state == State::declined; });
  const Time at = decided(course, turn);
  if (counter && counter->is_open()) {
    return {std::string(kIncomplete) + " and (iv)", at,
            std::min<Time>(at + kDeclineTerm, counter->due_at)};
  }
  if (counter) return {kIncomplete, at, at + kDeclineTerm};
  if (turn != nullptr && turn->from == State::needs_info) {
    return {kIncomplete, at, at + kDeclineTerm};
  }
  const Time from = received(course, at);
  return {kWhole, from, from + kDeclineTerm};
}

Term term_of_counter_offer(const Course& course) {
  const Turn* turn = latest(
      course, [](State state) { return state == State::conditional || state == State::approved; });
  const Time at = decided(course, turn);
  return {kCounterOffer, at, at + kCounterOfferTerm};
}

std::optional<NoticeKind> owed(const Application& application) {
  if (application.state == State::declined) return NoticeKind::decline;
  if (application.state == State::conditional) return NoticeKind::counter_offer;
  if (application.state == State::approved && is_other_terms(application)) {
    return NoticeKind::counter_offer;
  }
  return std::nullopt;
}

std::string why_not_needed(ApplicationState state) {
  switch (state) {
    case State::approved: return "the lender approved what was asked";
    case State::signed_:
    case State::countersigned:
    case State::funded: return "the applicant accepted the offer";
    default: return {};
  }
}

}  // namespace lendport::notices
