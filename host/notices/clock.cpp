#include "notices/clock.hpp"

#include <algorithm>
#include <iterator>

namespace lendport::notices {
namespace {

using State = ApplicationState;

constexpr const char* kWhole = "12 CFR 1002.9(a)(1)(i)";
constexpr const char* kIncomplete = "12 CFR 1002.9(a)(1)(ii)";
constexpr const char* kCounterOffer = "12 CFR 1002.9(a)(1)(iv)";

bool is_decision(State state, NoticeKind kind) {
  if (kind == NoticeKind::decline) return state == State::declined;
  return state == State::conditional || state == State::approved;
}

// The latest turn to such a decision.
const Turn* latest(const Course& course, NoticeKind kind) {
  const auto found = std::find_if(course.turns.rbegin(), course.turns.rend(),
                                  [&](const Turn& turn) { return is_decision(turn.to, kind); });
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
  const Turn* turn = latest(course, NoticeKind::decline);
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
  const Turn* turn = latest(course, NoticeKind::counter_offer);
  const Time at = decided(course, turn);
  return {kCounterOffer, at, at + kCounterOfferTerm};
}

Time sent_from(const Course& course, const AdverseNotice& notice) {
  if (notice.rule == kWhole) return notice.runs_from;
  const auto heard = std::find_if(course.turns.begin(), course.turns.end(), [&](const Turn& turn) {
    return turn.at == notice.runs_from && is_decision(turn.to, notice.kind);
  });
  if (heard == course.turns.end()) return notice.runs_from;
  if (heard != course.turns.begin()) return std::prev(heard)->at;
  return std::min(course.sent_at.value_or(notice.runs_from), notice.runs_from);
}

Time words_from(const Course& course, const AdverseNotice& notice) {
  const bool follows_an_offer =
      notice.kind == NoticeKind::decline &&
      std::any_of(course.turns.begin(), course.turns.end(),
                  [](const Turn& turn) { return is_decision(turn.to, NoticeKind::counter_offer); });
  return follows_an_offer ? notice.runs_from : sent_from(course, notice);
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
    case State::approved:
      return std::string(row_of(applications_texts::kNotices, "approved_as_asked").en);
    case State::signed_:
    case State::countersigned:
    case State::funded:
      return std::string(row_of(applications_texts::kNotices, "offer_accepted").en);
    default: return {};
  }
}

}  // namespace lendport::notices
