#include "notices/notice.hpp"

namespace lendport {
namespace {

constexpr std::array<std::string_view, kStaffTopics.size()> kNames{
    "decision",   "information_requested", "expiry_near",
    "notice_due", "connection_broken",     "webhook_disabled"};

}  // namespace

std::string_view to_string(StaffTopic topic) {
  return kNames.at(static_cast<std::size_t>(topic));
}

std::optional<StaffTopic> parse_staff_topic(std::string_view text) {
  for (const StaffTopic topic : kStaffTopics) {
    if (to_string(topic) == text) return topic;
  }
  return std::nullopt;
}

}  // namespace lendport
