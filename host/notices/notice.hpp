// What the org's own people are told, and how each wants to be told.
#pragma once

#include "core/ids.hpp"
#include "core/principal.hpp"
#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lendport {

struct StaffNoticeIdKind {
  static constexpr std::string_view kPrefix = "notice_";
};
using StaffNoticeId = Id<StaffNoticeIdKind>;

enum class StaffTopic {
  decision,               // a lender decided; to the case's owner, like the next three
  information_requested,  // a lender asks for something
  expiry_near,            // a decision holds a few days more
  notice_due,             // a notice of adverse action is due or overdue
  connection_broken,      // a lender refuses the credentials; to the org's admins, like the next
  webhook_disabled,       // the hub gave up an endpoint that does not take its webhooks
};
inline constexpr std::array kStaffTopics{
    StaffTopic::decision,   StaffTopic::information_requested, StaffTopic::expiry_near,
    StaffTopic::notice_due, StaffTopic::connection_broken,     StaffTopic::webhook_disabled};
std::string_view to_string(StaffTopic topic);
std::optional<StaffTopic> parse_staff_topic(std::string_view text);

// Names a case, by the number the org gave it, and a lender; else nothing of an applicant.
struct StaffNotice {
  StaffNoticeId id;
  OrgId org;
  UserId user;  // who is told
  Environment environment = Environment::sandbox;
  StaffTopic topic = StaffTopic::decision;
  // Of a decision: "approved"; of notice_due: "due", "overdue"; of webhook_disabled: the host.
  std::string word;
  std::string cause;   // the id of the event: at most one notice for it and the person
  std::string lender;  // none: ""
  std::optional<ApplicationId> application;
  std::optional<CaseId> case_id;
  std::string case_number;
  std::optional<ConnectionId> connection;
  std::optional<Time> day;     // until when: of expiry_near and notice_due
  bool is_listed = true;       // the person wants it in the list
  std::optional<MailId> mail;  // and by mail
  Time created_at{};
  std::optional<Time> read_at;
};

struct Channels {
  bool mail = true;
  bool list = true;

  friend bool operator==(const Channels&, const Channels&) = default;
};

struct NoticePreferences {
  std::array<Channels, kStaffTopics.size()> by_topic;
  std::int64_t version = 0;  // 0: never said

  const Channels& of(StaffTopic topic) const {
    return by_topic.at(static_cast<std::size_t>(topic));
  }
  Channels& of(StaffTopic topic) { return by_topic.at(static_cast<std::size_t>(topic)); }
};

}  // namespace lendport
