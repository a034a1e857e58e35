#include "webhooks/lanes.hpp"

#include <algorithm>

namespace lendport::webhooks {
namespace {

constexpr std::chrono::milliseconds kPaceMin{10};  // a hundred a second
constexpr std::chrono::milliseconds kPaceMax{15'000};

}  // namespace

Lanes::Turn::~Turn() {
  if (!state_) return;
  const std::lock_guard lock(state_->mutex);
  const auto lane = state_->lanes.find(lane_);
  if (duration_) lane->second.pace = std::clamp(*duration_, kPaceMin, kPaceMax);
  if (--lane->second.in_flight == 0) state_->lanes.erase(lane);
}

std::optional<Lanes::Turn> Lanes::enter(const EndpointId& endpoint, Deadline now,
                                        std::chrono::milliseconds& wait) {
  const std::lock_guard lock(state_->mutex);
  auto& lane = state_->lanes[endpoint.value];
  if (lane.in_flight < each_) {
    ++lane.in_flight;
    return Turn(state_, endpoint.value);
  }
  lane.free_at = std::max(lane.free_at, now);
  const bool at_pace = lane.free_at < now + kAwayAtPace;
  lane.free_at += at_pace ? std::max(lane.pace / each_, kPaceMin) : kAwayStep;
  wait = std::chrono::ceil<std::chrono::milliseconds>(lane.free_at - now);
  return std::nullopt;
}

}  // namespace lendport::webhooks
