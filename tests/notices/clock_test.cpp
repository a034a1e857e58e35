// When each clock begins and ends, paragraph by paragraph.
#include "notices/clock.hpp"

#include <gtest/gtest.h>

namespace lendport::notices {
namespace {

using State = ApplicationState;

Time day(int number) {
  return parse_time("2026-05-01T12:00:00Z").value() + std::chrono::days{number};
}

int day_of(Time time) {
  return static_cast<int>(std::chrono::floor<std::chrono::days>(time - day(0)).count());
}

struct DeclineCase {
  const char* what;
  std::vector<Turn> turns;
  std::optional<Time> decided_at;
  int from;
  int due;
  const char* rule;
};

TEST(Decline, RunsFromTheWholeApplication) {
  const Turn sent{day(0), State::submitting, State::in_review};
  const std::vector<DeclineCase> cases = {
      {"at once", {{day(0), State::submitting, State::declined}}, {}, 0, 30, "(i)"},
      {"after a review", {sent, {day(12), State::in_review, State::declined}}, {}, 0, 30, "(i)"},
      {"after the term", {sent, {day(40), State::in_review, State::declined}}, {}, 0, 30, "(i)"},
      {"once the information came",
       {sent,
        {day(3), State::in_review, State::needs_info},
        {day(10), State::needs_info, State::in_review},
        {day(15), State::in_review, State::declined}},
       {},
       10,
       40,
       "(i)"},
      {"while information was missing",
       {sent,
        {day(3), State::in_review, State::needs_info},
        {day(20), State::needs_info, State::declined}},
       {},
       20,
       50,
       "(ii)"},
      {"as the lender dates it",
       {sent,
        {day(3), State::in_review, State::needs_info},
        {day(20), State::needs_info, State::declined}},
       day(18),
       18,
       48,
       "(ii)"},
      {"not as an impossible date has it",
       {sent,
        {day(3), State::in_review, State::needs_info},
        {day(20), State::needs_info, State::declined}},
       day(-5),
       20,
       50,
       "(ii)"},
  };
  for (const DeclineCase& one : cases) {
    const Term term = term_of_decline({one.turns, day(0), one.decided_at, day(99)}, std::nullopt);
    EXPECT_EQ(day_of(term.runs_from), one.from) << one.what;
    EXPECT_EQ(day_of(term.due_at), one.due) << one.what;
    EXPECT_EQ(term.rule, "12 CFR 1002.9(a)(1)" + std::string(one.rule)) << one.what;
  }
}

TEST(Decline, AfterACounterOfferEndsNoLaterThanItsClock) {
  AdverseNotice counter;
  counter.due_at = day(90);
  const auto term = [&](int number) {
    const Turn turn{day(number), State::conditional, State::declined};
    return term_of_decline({{turn}, day(0), {}, day(99)}, counter);
  };
  EXPECT_EQ(day_of(term(10).due_at), 40);
  EXPECT_EQ(day_of(term(80).due_at), 90);
  // Once that one was sent, it is no end any more; nor does the whole application's clock run.
  counter.state = NoticeState::sent;
  EXPECT_EQ(day_of(term(80).due_at), 110);
  EXPECT_EQ(term(80).rule, "12 CFR 1002.9(a)(1)(ii)");
}

TEST(CounterOffer, HasNinetyDaysFromTheDecision) {
  const std::vector<Turn> turns = {{day(0), State::submitting, State::in_review},
                                   {day(5), State::in_review, State::conditional}};
  const Term term = term_of_counter_offer({turns, day(0), {}, day(99)});
  EXPECT_EQ(day_of(term.runs_from), 5);
  EXPECT_EQ(day_of(term.due_at), 95);
  EXPECT_EQ(term.rule, "12 CFR 1002.9(a)(1)(iv)");
  EXPECT_EQ(day_of(term_of_counter_offer({turns, day(0), day(4), day(99)}).due_at), 94);
  EXPECT_EQ(day_of(term_of_counter_offer({{}, day(0), {}, day(7)}).due_at), 97);
}

TEST(Notice, CanHaveBeenSentSinceTheTurnBeforeTheHubHeard) {
  const std::vector<Turn> turns = {{day(1), State::submitting, State::needs_info},
                                   {day(5), State::needs_info, State::conditional},
                                   {day(9), State::conditional, State::declined}};
  const Course course{turns, day(0), {}, day(99)};
  const auto from = [&](NoticeKind kind, const Course& of, const Term& term) {
    AdverseNotice notice;
    notice.kind = kind;
    notice.rule = term.rule;
    notice.runs_from = term.runs_from;
    return std::pair(day_of(sent_from(of, notice)), day_of(words_from(of, notice)));
  };
  using From = std::pair<int, int>;
  EXPECT_EQ(from(NoticeKind::counter_offer, course, term_of_counter_offer(course)), From(1, 1));
  AdverseNotice counter;
  counter.due_at = day(90);
  EXPECT_EQ(from(NoticeKind::decline, course, term_of_decline(course, counter)), From(5, 9));
  Course dated = course;
  dated.decided_at = day(3);
  EXPECT_EQ(from(NoticeKind::counter_offer, dated, term_of_counter_offer(dated)), From(3, 3));
  const Course missing{{turns[0], {day(9), State::needs_info, State::declined}}, day(0), {}, {}};
  EXPECT_EQ(from(NoticeKind::decline, missing, term_of_decline(missing, {})), From(1, 1));
  const Course at_once{{{day(5), State::submitting, State::conditional}}, day(0), {}, {}};
  EXPECT_EQ(from(NoticeKind::counter_offer, at_once, term_of_counter_offer(at_once)), From(0, 0));
  const Course whole{{{day(5), State::in_review, State::declined}}, day(2), {}, {}};
  EXPECT_EQ(from(NoticeKind::decline, whole, term_of_decline(whole, {})), From(2, 2));
}

TEST(Owed, IsForANoAndForOtherTerms) {
  Application application;
  application.amount_sent_to_lender = {2'000'000, {}};
  application.term_months = 240;
  application.apr = Rate{5'990'000'000};
  const auto owes = [&](State state, std::optional<Decision> decision = {}) -> std::string {
    application.state = state;
    application.decision = std::move(decision);
    const auto kind = owed(application);
    return kind ? std::string(to_string(*kind)) : "none";
  };
  EXPECT_EQ(owes(State::declined), "decline");
  EXPECT_EQ(owes(State::conditional), "counter_offer");
  for (const State state : {State::approved, State::prequalified, State::signed_, State::expired,
                            State::in_review, State::failed, State::cancelled}) {
    EXPECT_EQ(owes(state), "none");
  }
  Decision asked;
  asked.amount = Money{2'000'000, {}};
  asked.term_months = 240;
  asked.apr = Rate{5'990'000'000};
  EXPECT_EQ(owes(State::approved, asked), "none");
  Decision less = asked, other = asked, dearer = asked, better = asked;
  less.amount = Money{1'999'999, {}};
  other.term_months = 180;
  dearer.apr = Rate{5'990'000'001};
  better.amount = Money{2'500'000, {}};
  better.apr = Rate{4'990'000'000};
  EXPECT_EQ(owes(State::approved, less), "counter_offer");
  EXPECT_EQ(owes(State::approved, other), "counter_offer");
  EXPECT_EQ(owes(State::approved, dearer), "counter_offer");
  EXPECT_EQ(owes(State::approved, better), "none");
}

TEST(CounterOffer, IsOverWhenAcceptedOrAskedFor) {
  for (const State state : {State::approved, State::signed_, State::countersigned, State::funded}) {
    EXPECT_NE(why_not_needed(state), "") << to_string(state);
  }
  for (const State state : {State::expired, State::cancelled, State::documents_sent,
                            State::needs_info, State::conditional, State::declined}) {
    EXPECT_EQ(why_not_needed(state), "") << to_string(state);
  }
}

}  // namespace
}  // namespace lendport::notices
