// The notice a creditor owes an applicant it said no to, or made another offer (ECOA; Regulation B,
// 12 CFR 1002.9): until when, who sends it, and what proves that it was sent.
#pragma once

#include "core/ids.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lendport {

enum class NoticeKind {
  decline,        // the creditor declined
  counter_offer,  // it offers other terms, or terms with conditions
};
inline constexpr std::size_t kNoticeKindCount = 2;

enum class NoticeState {
  due,         // the clock runs
  sending,     // the clock runs, the hub's letter is on its way
  overdue,     // the clock ran out and nothing proves that it was sent
  sent,        // proven
  not_needed,  // the counter-offer was accepted, or became what was asked
};
inline constexpr std::size_t kNoticeStateCount = 5;

// By what the hub knows that it was sent.
struct NoticeProof {
  std::string source;                // "relay", "lender" or "person"
  std::string words;                 // the relay's answer, or how it was sent
  int code = 0;                      // of the relay
  std::optional<UserId> written_by;  // the person who recorded it
  Time written_at{};

  friend bool operator==(const NoticeProof&, const NoticeProof&) = default;
};

struct AdverseNotice {
  NoticeKind kind = NoticeKind::decline;
  NoticeState state = NoticeState::due;
  std::string rule;  // "12 CFR 1002.9(a)(1)(i)": why `due_at` is when it is
  Time runs_from{};
  Time due_at{};
  bool by_hub = false;          // who writes and sends it: the hub, or the lender
  std::optional<MailId> mail;   // the hub's letter
  bool is_reminded = false;     // a person was told that the end is near
  std::string why_not_written;  // why the hub could not write a letter that is its to write
  std::optional<Time> sent_at;
  std::string sent_by;  // "hub" or "lender"
  std::optional<NoticeProof> proof;
  std::string ended_because;  // of not_needed

  // The clock runs, or ran out.
  bool is_open() const { return state != NoticeState::sent && state != NoticeState::not_needed; }

  friend bool operator==(const AdverseNotice&, const AdverseNotice&) = default;
};

std::string_view to_string(NoticeKind kind);
std::string_view to_string(NoticeState state);

}  // namespace lendport
