// The transition table of credit applications.
#include "applications/state.hpp"

#include "core/words.hpp"

#include <cstddef>

namespace lendport {
namespace {

using State = ApplicationState;
using Event = ApplicationEvent;

constexpr std::array<std::string_view, kApplicationStateCount> kStateNames{
    "draft",      "confirmed",     "submitting",  "unknown",   "failed",   "in_review",
    "needs_info", "prequalified",  "conditional", "approved",  "declined", "documents_sent",
    "signed",     "countersigned", "funded",      "cancelled", "expired",
};

constexpr std::array<std::string_view, kApplicationEventCount> kEventNames{
    "confirm",
    "attempt",
    "answer_lost",
    "refuse_technically",
    "not_found",
    "lender_in_review",
    "lender_needs_info",
    "lender_prequalified",
    "lender_conditional",
    "lender_approved",
    "lender_declined",
    "lender_documents_sent",
    "lender_signed",
    "lender_countersigned",
    "lender_funded",
    "lender_cancelled",
    "lender_expired",
    "withdraw",
};

// The words of a lender and the state each leads to, in the order of the events.
struct Word {
  std::string_view status;
  Event event;
  State state;
};
constexpr std::array<Word, 12> kWords{{
    {"in_review", Event::lender_in_review, State::in_review},
    {"needs_info", Event::lender_needs_info, State::needs_info},
    {"prequalified", Event::lender_prequalified, State::prequalified},
    {"conditional", Event::lender_conditional, State::conditional},
    {"approved", Event::lender_approved, State::approved},
    {"declined", Event::lender_declined, State::declined},
    {"documents_sent", Event::lender_documents_sent, State::documents_sent},
    {"signed", Event::lender_signed, State::signed_},
    {"countersigned", Event::lender_countersigned, State::countersigned},
    {"funded", Event::lender_funded, State::funded},
    {"cancelled", Event::lender_cancelled, State::cancelled},
    {"expired", Event::lender_expired, State::expired},
}};

// Which of the lender's words, by their place in kWords, a state accepts.
constexpr unsigned kReview = 1u << 0, kInfo = 1u << 1, kPrequalified = 1u << 2,
                   kConditional = 1u << 3, kApproved = 1u << 4, kDeclined = 1u << 5,
                   kDocuments = 1u << 6, kSigned = 1u << 7, kCountersigned = 1u << 8,
                   kFunded = 1u << 9, kCancelled = 1u << 10, kExpired = 1u << 11,
                   kAnyWord = (1u << 12) - 1;
constexpr unsigned kEnds = kCancelled | kExpired;
constexpr unsigned kPaperwork = kDocuments | kSigned | kCountersigned | kFunded;

// A lender may skip steps forward; it goes back only where lenders really do: from an answer to a
// question (needs_info), from prequalified to review. A decision already declined, funded,
// cancelled or expired stays.
constexpr unsigned words_of(State state) {
  switch (state) {
    case State::submitting:
    case State::unknown: return kAnyWord;
    case State::in_review:
    case State::needs_info: return kAnyWord;
    case State::prequalified:
      return kReview | kInfo | kPrequalified | kConditional | kApproved | kDeclined | kPaperwork |
             kEnds;
    case State::conditional:
      return kInfo | kConditional | kApproved | kDeclined | kPaperwork | kEnds;
    case State::approved: return kInfo | kConditional | kApproved | kDeclined | kPaperwork | kEnds;
    case State::documents_sent: return kInfo | kDeclined | kPaperwork | kEnds;
    case State::signed_: return kInfo | kDeclined | kSigned | kCountersigned | kFunded | kEnds;
    case State::countersigned: return kCountersigned | kFunded | kCancelled;
    case State::declined: return kDeclined;
    case State::funded: return kFunded;
    case State::cancelled: return kCancelled;
    case State::expired: return kExpired;
    case State::draft:
    case State::confirmed:
    case State::failed: return 0;
  }
  return 0;
}

std::optional<State> after_own_event(State state, Event event) {
  switch (event) {
    case Event::confirm:
      if (state == State::draft || state == State::failed) return State::confirmed;
      return std::nullopt;
    case Event::attempt:
      if (state == State::confirmed || state == State::submitting) return State::submitting;
      return std::nullopt;
    case Event::answer_lost:
      if (state == State::submitting) return State::unknown;
      return std::nullopt;
    case Event::refuse_technically:
      if (state == State::confirmed || state == State::submitting) return State::failed;
      return std::nullopt;
    case Event::not_found:
      if (state == State::unknown) return State::submitting;
      return std::nullopt;
    case Event::withdraw:
      if (state == State::draft || state == State::failed) return State::cancelled;
      return std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace

std::string_view to_string(ApplicationState state) {
  return kStateNames.at(static_cast<std::size_t>(state));
}

std::string_view to_string(ApplicationEvent event) {
  return kEventNames.at(static_cast<std::size_t>(event));
}

std::optional<ApplicationState> parse_application_state(std::string_view text) {
  return enum_of<State>(text, kStateNames);
}

std::optional<ApplicationState> next_state(ApplicationState state, ApplicationEvent event) {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (kWords.at(i).event != event) continue;
    if ((words_of(state) & (1u << i)) == 0) return std::nullopt;
    return kWords.at(i).state;
  }
  return after_own_event(state, event);
}

LenderEvent lender_event(std::string_view status) {
  for (const Word& word : kWords) {
    if (word.status == status) return {word.event, true};
  }
  return {Event::lender_in_review, false};
}

bool is_final(ApplicationState state) {
  return state == State::declined || state == State::funded || state == State::cancelled ||
         state == State::expired;
}

bool is_followed(ApplicationState state) {
  switch (state) {
    case State::in_review:
    case State::needs_info:
    case State::prequalified:
    case State::conditional:
    case State::approved:
    case State::documents_sent:
    case State::signed_:
    case State::countersigned: return true;
    default: return false;
  }
}

bool is_decided(ApplicationState state) {
  switch (state) {
    case State::prequalified:
    case State::conditional:
    case State::approved:
    case State::declined:
    case State::documents_sent:
    case State::signed_:
    case State::countersigned:
    case State::funded: return true;
    default: return false;
  }
}

bool has_documents(ApplicationState state) {
  return state == State::documents_sent || state == State::signed_ ||
         state == State::countersigned || state == State::funded;
}

}  // namespace lendport
