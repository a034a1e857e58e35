// The transition table, whole: every state with every event.
#include "applications/state.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace lendport {
namespace {

using State = ApplicationState;
using Event = ApplicationEvent;

State state_at(std::size_t i) {
  return static_cast<State>(i);
}
Event event_at(std::size_t i) {
  return static_cast<Event>(i);
}

// One line a state, in the order of the enum: for each event, in its order, the letter of the state
// that follows, or '.' where the table refuses.
// States:  d draft, c confirmed, s submitting, u unknown, f failed, r in_review, n needs_info,
//          q prequalified, o conditional, a approved, x declined, t documents_sent, g signed,
//          y countersigned, m funded, k cancelled, e expired
constexpr std::string_view kLetters = "dcsufrnqoaxtgymke";
constexpr std::array<std::string_view, kApplicationStateCount> kExpected{
    "c................k",  // draft
    ".s.f..............",  // confirmed
    ".suf.rnqoaxtgymke.",  // submitting
    "....srnqoaxtgymke.",  // unknown
    "c................k",  // failed
    ".....rnqoaxtgymke.",  // in_review
    ".....rnqoaxtgymke.",  // needs_info
    ".....rnqoaxtgymke.",  // prequalified
    "......n.oaxtgymke.",  // conditional
    "......n.oaxtgymke.",  // approved
    "..........x.......",  // declined
    "......n...xtgymke.",  // documents_sent
    "......n...x.gymke.",  // signed
    ".............ymk..",  // countersigned
    "..............m...",  // funded
    "...............k..",  // cancelled
    "................e.",  // expired
};

TEST(NextState, FollowsTheTableForEveryStateAndEvent) {
  for (std::size_t s = 0; s < kApplicationStateCount; ++s) {
    std::string row;
    for (std::size_t e = 0; e < kApplicationEventCount; ++e) {
      const auto next = next_state(state_at(s), event_at(e));
      row += next ? kLetters[static_cast<std::size_t>(*next)] : '.';
    }
    EXPECT_EQ(row, kExpected.at(s)) << to_string(state_at(s));
  }
}

TEST(NextState, LeavesAFinalStateNoWayOut) {
  for (std::size_t s = 0; s < kApplicationStateCount; ++s) {
    if (!is_final(state_at(s))) continue;
    for (std::size_t e = 0; e < kApplicationEventCount; ++e) {
      const auto next = next_state(state_at(s), event_at(e));
      EXPECT_TRUE(!next || *next == state_at(s)) << to_string(state_at(s));
    }
  }
}

TEST(NextState, ReachesEveryState) {
  std::set<State> reached{State::draft};
  for (bool grew = true; grew;) {
    grew = false;
    for (State state : std::set<State>(reached)) {
      for (std::size_t e = 0; e < kApplicationEventCount; ++e) {
        if (const auto next = next_state(state, event_at(e))) grew |= reached.insert(*next).second;
      }
    }
  }
  EXPECT_EQ(reached.size(), kApplicationStateCount);
}

TEST(NextState, NeverSendsAgainWhatTheLenderMayHave) {
  EXPECT_FALSE(next_state(State::unknown, Event::attempt));
  EXPECT_FALSE(next_state(State::unknown, Event::refuse_technically));
  EXPECT_FALSE(next_state(State::in_review, Event::confirm));
}

TEST(LenderEvent, NeverTurnsAnUnknownWordIntoASuccess) {
  for (const char* word : {"", "APPROVED", "approved ", "funding", "ok", "draft", "submitting"}) {
    EXPECT_FALSE(lender_event(word).mapped) << word;
    EXPECT_EQ(lender_event(word).event, Event::lender_in_review) << word;
  }
  EXPECT_TRUE(lender_event("approved").mapped);
  EXPECT_EQ(lender_event("signed").event, Event::lender_signed);
}

TEST(ApplicationState, NamesRoundTrip) {
  for (std::size_t s = 0; s < kApplicationStateCount; ++s) {
    EXPECT_EQ(parse_application_state(to_string(state_at(s))), state_at(s));
  }
  EXPECT_FALSE(parse_application_state("pending"));
  std::set<std::string_view> names;
  for (std::size_t e = 0; e < kApplicationEventCount; ++e) names.insert(to_string(event_at(e)));
  EXPECT_EQ(names.size(), kApplicationEventCount);
}

TEST(ApplicationState, IsFollowedUntilItIsFinal) {
  for (std::size_t s = 0; s < kApplicationStateCount; ++s) {
    EXPECT_FALSE(is_followed(state_at(s)) && is_final(state_at(s))) << to_string(state_at(s));
    EXPECT_FALSE(is_decided(state_at(s)) && state_at(s) < State::in_review);
  }
}

}  // namespace
}  // namespace lendport
