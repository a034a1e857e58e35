#include "orgs/org.hpp"

#include <array>

namespace lendport {
namespace {

template <class Enum>
struct Named {
  Enum value;
  std::string_view name;
};

constexpr std::array kPlans{Named<Plan>{Plan::starter, "starter"},
                            Named<Plan>{Plan::premium, "premium"}, Named<Plan>{Plan::pro, "pro"}};
constexpr std::array kCares{Named<Care>{Care::standard, "standard"},
                            Named<Care>{Care::priority, "priority"}};
constexpr std::array kSegments{Named<Segment>{Segment::residential, "residential"},
                               Named<Segment>{Segment::commercial, "commercial"}};
constexpr std::array kStatuses{Named<UserStatus>{UserStatus::active, "active"},
                               Named<UserStatus>{UserStatus::deactivated, "deactivated"}};

template <class Names, class Enum>
std::string_view name_in(const Names& names, Enum value) {
  return names.at(static_cast<std::size_t>(value)).name;
}

template <class Enum, std::size_t size>
std::optional<Enum> value_in(const std::array<Named<Enum>, size>& names, std::string_view text) {
  for (const Named<Enum>& named : names) {
    if (named.name == text) return named.value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Plan plan) {
  return name_in(kPlans, plan);
}
std::string_view to_string(Care care) {
  return name_in(kCares, care);
}
std::string_view to_string(Segment segment) {
  return name_in(kSegments, segment);
}
std::string_view to_string(UserStatus status) {
  return name_in(kStatuses, status);
}

std::optional<Plan> parse_plan(std::string_view text) {
  return value_in(kPlans, text);
}
std::optional<Care> parse_care(std::string_view text) {
  return value_in(kCares, text);
}
std::optional<Segment> parse_segment(std::string_view text) {
  return value_in(kSegments, text);
}
std::optional<UserStatus> parse_user_status(std::string_view text) {
  return value_in(kStatuses, text);
}

}  // namespace lendport
