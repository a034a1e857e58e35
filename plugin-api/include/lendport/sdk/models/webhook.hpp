// webhook.verify/1 and webhook.parse/1: is it from the lender, and what does it say. The raw body
// is Context::payload().
#pragma once

#include <lendport/sdk/models/application.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>

namespace lendport::sdk {

struct WebhookHead {
  std::vector<Json> headers;  // [name, value], in order, names in any case
  std::string received_at;    // when the hub had it: what a timestamp is compared with

  // The value of a header, or "" if there is none. The first one counts.
  std::string header(std::string_view name) const {
    const auto same = [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) ==
             std::tolower(static_cast<unsigned char>(b));
    };
    for (const Json& pair : headers) {
      const std::string own = pair.at(0).get<std::string>();
      if (std::equal(own.begin(), own.end(), name.begin(), name.end(), same)) {
        return pair.at(1).get<std::string>();
      }
    }
    return {};
  }

  // Seconds since 1970; nothing where the hub wrote none.
  std::optional<std::int64_t> received_unix_s() const {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    const int read = std::sscanf(received_at.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month,
                                 &day, &hour, &minute, &second);
    if (read != 6) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
    return days * 86'400 + hour * 3'600 + minute * 60 + second;
  }

  static void fields(auto& self, auto& each) {
    each("headers", self.headers);
    each("received_at", self.received_at);
  }
};

struct WebhookVerdict {
  bool verified = false;
  std::optional<std::string> event_id;
  std::optional<std::string> reason;  // why not: shown to the org, so nothing of the body

  static void fields(auto& self, auto& each) {
    each("verified", self.verified);
    each("event_id", self.event_id);
    each("reason", self.reason);
  }
};

struct WebhookVerify {
  static constexpr std::string_view kId = "webhook.verify/1";
  using Request = WebhookHead;
  using Result = WebhookVerdict;
};

enum class WebhookEventType : std::uint8_t { unknown, application_changed };
constexpr auto enum_names(WebhookEventType) {
  return std::array<std::string_view, 2>{"unknown", "application.changed"};
}

// Names its application by the state's lender_application_id, or by the key of the submission.
struct WebhookEvent {
  WebhookEventType type = WebhookEventType::unknown;
  std::optional<std::string> occurred_at;
  std::optional<std::string> idempotency_key;
  std::optional<ApplicationState> application;

  static void fields(auto& self, auto& each) {
    each("type", self.type);
    each("occurred_at", self.occurred_at);
    each("idempotency_key", self.idempotency_key);
    each("application", self.application);
  }
};

struct WebhookReading {
  std::optional<std::string> event_id;  // the same for every delivery of this event
  std::vector<WebhookEvent> events;

  static void fields(auto& self, auto& each) {
    each("event_id", self.event_id);
    each.always("events", self.events);
  }
};

struct WebhookParse {
  static constexpr std::string_view kId = "webhook.parse/1";
  using Request = WebhookHead;
  using Result = WebhookReading;
};

}  // namespace lendport::sdk
