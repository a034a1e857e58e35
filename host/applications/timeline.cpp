// What an application went through, as a list and as it happens.
#include "applications/applications.hpp"
#include "applications/json.hpp"
#include "connectors/journal.hpp"
#include "events/events.hpp"
#include "http/server_sent_events.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace lendport {
namespace {

// A call is on disk, and so seen, this long after its id was made at the latest.
constexpr std::chrono::seconds kCallsSettleIn{60};

TimelineEntry entry_of(const events::Event& event) {
  return {event.at, "event", event.type, event.actor, event.payload};
}

TimelineEntry entry_of(const connectors::JournalEntry& call) {
  return {call.started_at, "lender_call", call.operation, "hub", write_lender_call(call)};
}

void sort_by_time(std::vector<TimelineEntry>& entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
}

// How far a reader is: the last event it has, and the call up to which it has all calls, ended.
struct Place {
  std::int64_t sequence = 0;
  std::string call;

  std::string text() const { return std::to_string(sequence) + "." + call; }
};

Place place_in(std::string_view text) {
  Place place;
  if (text.empty()) return place;
  const std::size_t dot = text.find('.');
  const std::string_view number = text.substr(0, dot);
  const auto [end, failure] =
      std::from_chars(number.data(), number.data() + number.size(), place.sequence);
  const bool whole = failure == std::errc() && end == number.data() + number.size();
  if (!whole || place.sequence < 0 || dot == std::string_view::npos) {
    throw Error(ErrorCode::malformed_request,
                said(row_of(applications_texts::kRefusals, "not_a_place")));
  }
  place.call = text.substr(dot + 1);
  return place;
}

}  // namespace

class TimelineStream final : public http::Stream {
 public:
  TimelineStream(const ApplicationNeeds& needs, const ApplicationRecords& records,
                 const http::Request& request, OrgId org, ApplicationId id, Place place)
      : needs_(needs),
        records_(records),
        request_(request),
        org_(std::move(org)),
        id_(std::move(id)),
        place_(std::move(place)) {}

  Task<std::string> read(Deadline deadline) override {
    const auto work = [&](db::Snapshot& at) { return news(at); };
    std::vector<TimelineEntry> entries = co_await needs_.db.read(work, deadline);
    sort_by_time(entries);
    std::string bytes;
    for (const TimelineEntry& entry : entries) {
      // The place holds once all of these were read: cut off before, they come again.
      const bool last = &entry == &entries.back();
      const std::string id = last ? place_.text() : std::string();
      http::append_event(bytes, {id, entry.kind, write_timeline_entry(entry, request_.language)});
    }
    co_return bytes;
  }

  void on_news(std::function<void()> bell) override {
    news_ = needs_.db.on_signal(std::string(events::kSignal), std::move(bell));
  }

 private:
  std::vector<TimelineEntry> news(db::Snapshot& at) {
    records_.visible(at, request_, org_, id_);
    std::vector<TimelineEntry> entries;
    for (const events::Event& event :
         events::list(at, org_, {"application", id_.value}, place_.sequence, kTimelineMax)) {
      entries.push_back(entry_of(event));
      place_.sequence = event.sequence;
    }
    add_calls(connectors::calls_of(at, id_.value), entries);
    return entries;
  }

  void add_calls(const std::vector<connectors::JournalEntry>& calls,
                 std::vector<TimelineEntry>& entries) {
    const Time settled = needs_.clock.now() - kCallsSettleIn;
    bool all_settled = true;
    std::map<std::string, bool> ended;
    for (const connectors::JournalEntry& call : calls) {
      if (call.id.value <= place_.call) continue;
      const auto sent = ended_.find(call.id.value);
      if (sent == ended_.end() || sent->second != call.ended) entries.push_back(entry_of(call));
      all_settled = all_settled && call.ended && call.started_at < settled;
      if (all_settled) {
        place_.call = call.id.value;
      } else {
        ended[call.id.value] = call.ended;
      }
    }
    ended_ = std::move(ended);
  }

  const ApplicationNeeds needs_;
  const ApplicationRecords& records_;
  const http::Request request_;
  const OrgId org_;
  const ApplicationId id_;
  Place place_;
  std::map<std::string, bool> ended_;  // of the calls behind place_.call that were sent: over?
  db::Subscription news_;
};

Task<std::vector<TimelineEntry>> Applications::timeline(const http::Request& request, OrgId org,
                                                        ApplicationId id) {
  const auto work = [&](db::Snapshot& at) {
    records_.visible(at, request, org, id);
    std::vector<TimelineEntry> entries;
    for (const events::Event& event :
         events::latest(at, org, {"application", id.value}, kTimelineMax)) {
      entries.push_back(entry_of(event));
    }
    for (const connectors::JournalEntry& call : connectors::calls_of(at, id.value)) {
      entries.push_back(entry_of(call));
    }
    sort_by_time(entries);
    return entries;
  };
  co_return co_await needs_.db.read(work, request.deadline);
}

Task<http::Response> Applications::timeline_stream(const http::Request& request, OrgId org,
                                                   ApplicationId id, std::string after) {
  Place place = place_in(after);
  co_await get(request, org, id);
  co_return http::event_stream(
      std::make_shared<TimelineStream>(needs_, records_, request, org, id, std::move(place)));
}

}  // namespace lendport
