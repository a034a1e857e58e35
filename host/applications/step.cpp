#include "applications/step.hpp"

#include "applications/attention.hpp"
#include "applications/upload.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace lendport {
namespace {

constexpr std::chrono::milliseconds kFirstWait{1'000};
constexpr std::chrono::milliseconds kLongestWait{60'000};

// A quarter of an hour at the end of the first day.
constexpr std::chrono::hours kDay{24};
constexpr int kThinning = 96;

bool says_something_new(const Application& application, const LenderState& said,
                        ApplicationState next) {
  return next != application.state || said.lender_status != application.lender_status ||
         said.lender_application_id != application.lender_application_id ||
         (said.decision && said.decision != application.decision);
}

bool brings_a_link(const Application& application, const LenderState& said) {
  return !said.portal_url.empty() && said.portal_url != application.portal_url;
}

// What was said of the decision before is not said of this one: a decline is another.
void forget_what_ended(Decision& decision, ApplicationState now) {
  decision.expires_at.reset();
  if (now != ApplicationState::declined) return;
  decision.decided_at.reset();
  decision.notice_sent_at.reset();
  decision.reasons.clear();
  decision.report.reset();
  decision.report_used.reset();
}

void keep_decision(Application& application, const LenderState& said, ApplicationState from,
                   Time now) {
  if (said.decision) {
    application.decision = said.decision;
  } else if (application.decision && from != application.state) {
    forget_what_ended(*application.decision, application.state);
  }
  if (is_decided(application.state)) application.decided_at = now;
}

// Documents that the hub sent for a stipulation are there as long as the lender says nothing of it:
// its silence is no new word.
LenderState with_what_was_sent(const Application& application, LenderState said) {
  if (!said.decision || !application.decision) return said;
  auto& now = said.decision->stipulations;
  const auto& before = application.decision->stipulations;
  const auto ids = stipulation_ids(now);
  const auto ids_before = stipulation_ids(before);
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i].said || now[i].fulfilled) continue;
    for (std::size_t j = 0; j < before.size(); ++j) {
      const bool is_sent = before[j].said == StipulationState::sent;
      const bool is_it = ids_before[j] == ids[i] || is_same(before[j], now[i]);
      if (is_sent && is_it) now[i].said = before[j].said;
    }
  }
  return said;
}

std::string attention_to(const AdverseNotice& notice) {
  if (notice.state == NoticeState::overdue) return attention::kNoticeOverdue;
  if (notice.state != NoticeState::due) return {};
  if (!notice.why_not_written.empty()) return attention::kNoticeNotWritten;
  if (notice.mail) return attention::kNoticeNotSent;
  return notice.is_reminded ? attention::kNoticeDue : "";
}

}  // namespace

std::string attention_to(const LenderState& heard) {
  if (!lender_event(heard.status).mapped) {
    return said(row_of(attention::kSentences, "unknown_status"), {{"status", heard.lender_status}})
        .en;
  }
  if (heard.left_out.empty()) return {};
  const std::string& first = heard.left_out.front();
  const std::size_t others = heard.left_out.size() - 1;
  if (others == 0)
    return said(row_of(attention::kSentences, "left_out_one"), {{"member", first}}).en;
  return said(row_of(attention::kSentences, "left_out"),
              {{"member", first}, {"others", std::to_string(others)}})
      .en;
}

std::string attention_left(const Application& application) {
  return application.notice ? attention_to(*application.notice) : "";
}

std::string attention_left(const Application& application, const LenderState& said) {
  std::string left = attention_to(said);
  return left.empty() ? attention_left(application) : left;
}

bool is_about_another(const Application& application, const LenderState& said) {
  return !application.lender_application_id.empty() &&
         said.lender_application_id != application.lender_application_id;
}

bool is_worth_asking(const Application& application) {
  const auto& notice = application.notice;
  const bool owes_notice = notice && notice->is_open() && !notice->by_hub;
  return is_followed(application.state) ||
         (application.state == ApplicationState::declined && owes_notice);
}

Step take_event(Application& application, ApplicationEvent event, Time now) {
  const auto next = next_state(application.state, event);
  if (!next) return {false, false};
  const bool is_first_attempt = application.state == ApplicationState::confirmed;
  application.state = *next;
  application.updated_at = now;
  if (event == ApplicationEvent::confirm) {
    application.confirmed_at = now;
    application.failure.reset();
    application.attention.clear();
    application.resends = 0;
  }
  if (event == ApplicationEvent::not_found) {
    // What had to be asked of the lender was answered: it never had it.
    application.attention.clear();
    ++application.resends;
  }
  if (event == ApplicationEvent::confirm || event == ApplicationEvent::not_found ||
      is_first_attempt) {
    application.routing_since = now;
  }
  if (event == ApplicationEvent::not_found || event == ApplicationEvent::refuse_technically) {
    application.settled_attempts = application.attempts;
  }
  return {};
}

Step take_lender_state(Application& application, const LenderState& heard, Time now) {
  const LenderState said = with_what_was_sent(application, heard);
  if (is_about_another(application, said)) return {false, false};
  const LenderEvent event = lender_event(said.status);
  // A word nobody knows says only that the lender has it: it moves nothing that is further already.
  const bool stays = !event.mapped && is_followed(application.state);
  const auto next = stays ? application.state : next_state(application.state, event.event);
  if (!next) return {false, false};
  const bool is_new_link = brings_a_link(application, said);
  if (is_new_link) application.portal_url = said.portal_url;
  // A link alone does not make the lender's word younger: it is asked no sooner for that.
  if (!says_something_new(application, said, *next)) return {true, is_new_link};

  const ApplicationState from = application.state;
  application.state = *next;
  application.lender_application_id = said.lender_application_id;
  application.lender_status = said.lender_status;
  // What is to be done about a notice stands until who keeps its clock ends it or begins another.
  application.attention = attention_left(application, said);
  application.failure.reset();
  application.updated_at = now;
  keep_decision(application, said, from, now);
  return {};
}

Step take_failure(Application& application, TechnicalFailure failure, Time now) {
  const Step step = take_event(application, ApplicationEvent::refuse_technically, now);
  if (step.allowed) application.failure = std::move(failure);
  return step;
}

std::optional<Time> expires_at(const Application& application) {
  switch (application.state) {
    case ApplicationState::prequalified:
    case ApplicationState::conditional:
    case ApplicationState::approved:
      return application.decision ? application.decision->expires_at : std::nullopt;
    default: return std::nullopt;
  }
}

Step take_expiry(Application& application, Time now) {
  const auto at = expires_at(application);
  if (!at || now < *at) return {false, false};
  return take_event(application, ApplicationEvent::lender_expired, now);
}

std::chrono::milliseconds wait_before_asking(Time since, Time now, std::chrono::milliseconds first,
                                             std::chrono::milliseconds longest) {
  const auto passed = now - since;
  const auto usual = std::clamp(std::chrono::abs(passed) / 2, first, std::max(first, longest));
  if (passed < kDay) return usual;
  return std::max(usual, std::min<std::chrono::milliseconds>(passed / kThinning, kDay));
}

std::chrono::milliseconds wait_before_sending(int attempt, unsigned char jitter) {
  const int doublings = std::clamp(attempt - 1, 0, 10);
  const auto wait = std::min(kFirstWait * (1 << doublings), kLongestWait);
  return wait - wait * jitter / (4 * 255);
}

// FNV-1a.
unsigned char jitter_of(const ApplicationId& application, int attempt) {
  std::uint32_t hash = 2'166'136'261U;
  for (const char letter : application.value + '/' + std::to_string(attempt)) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 16'777'619U;
  }
  return static_cast<unsigned char>(hash >> 24U);
}

}  // namespace lendport
