#include "applications/step.hpp"

#include <algorithm>

namespace lendport {
namespace {

constexpr std::chrono::milliseconds kFirstWait{1'000};
constexpr std::chrono::milliseconds kLongestWait{60'000};

// Whether `said` differs from what is known, but for the expiry the hub gave it.
bool is_new(Decision said, const std::optional<Decision>& known) {
  if (!known) return true;
  if (!said.expires_at) said.expires_at = known->expires_at;
  return said != *known;
}

bool says_something_new(const Application& application, const LenderState& said,
                        ApplicationState next) {
  return next != application.state || said.lender_status != application.lender_status ||
         said.lender_application_id != application.lender_application_id ||
         (said.decision && is_new(*said.decision, application.decision));
}

void keep_decision(Application& application, const LenderState& said, int decision_days, Time now) {
  if (said.decision) application.decision = said.decision;
  if (!is_decided(application.state)) return;
  application.decided_at = now;
  if (application.decision && !application.decision->expires_at &&
      application.state != ApplicationState::declined) {
    application.decision->expires_at = now + std::chrono::days{decision_days};
  }
}

}  // namespace

bool is_about_another(const Application& application, const LenderState& said) {
  return !application.lender_application_id.empty() &&
         said.lender_application_id != application.lender_application_id;
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

Step take_lender_state(Application& application, const LenderState& said, int decision_days,
                       Time now) {
  if (is_about_another(application, said)) return {false, false};
  const LenderEvent event = lender_event(said.status);
  // A word nobody knows says only that the lender has it: it moves nothing that is further already.
  const bool stays = !event.mapped && is_followed(application.state);
  const auto next = stays ? application.state : next_state(application.state, event.event);
  if (!next) return {false, false};
  if (!says_something_new(application, said, *next)) return {true, false};

  application.state = *next;
  application.lender_application_id = said.lender_application_id;
  application.lender_status = said.lender_status;
  if (!said.portal_url.empty()) application.portal_url = said.portal_url;
  application.attention.clear();
  if (!event.mapped) {
    application.attention =
        "the lender answered a status the hub does not know: " + said.lender_status +
        "; ask the lender what it means";
  }
  application.failure.reset();
  application.updated_at = now;
  keep_decision(application, said, decision_days, now);
  return {};
}

Step take_failure(Application& application, TechnicalFailure failure, Time now) {
  const Step step = take_event(application, ApplicationEvent::refuse_technically, now);
  if (step.allowed) application.failure = std::move(failure);
  return step;
}

std::chrono::milliseconds wait_before_asking(Time since, Time now, std::chrono::milliseconds first,
                                             std::chrono::milliseconds longest) {
  const auto passed = std::max(now - since, std::chrono::milliseconds{0});
  return std::clamp(passed / 2, first, std::max(first, longest));
}

std::chrono::milliseconds wait_before_sending(int attempt, unsigned char jitter) {
  const int doublings = std::clamp(attempt - 1, 0, 10);
  const auto wait = std::min(kFirstWait * (1 << doublings), kLongestWait);
  return wait - wait * jitter / (4 * 255);
}

}  // namespace lendport
