// An org's events as they come, for one connection.
#include "activity/activity.hpp"
#include "activity/json.hpp"
#include "http/server_sent_events.hpp"

#include <string>
#include <utility>

namespace lendport {
namespace {

// Pages of one read that may hold nothing the caller sees.
constexpr int kPagesPerRead = 5;
constexpr int kReaderComesBackAfterMs = 2'000;

class EventStream final : public http::Stream {
 public:
  EventStream(const Activity& activity, Principal caller, Activity::Window window)
      : activity_(activity), caller_(std::move(caller)), window_(std::move(window)) {}

  Task<std::string> read(Deadline deadline) override {
    std::string bytes;
    if (!begun_) append_beginning(bytes);
    for (int pages = 0; pages < kPagesPerRead; ++pages) {
      const Activity::Page page = co_await activity_.list(caller_, window_, deadline);
      const bool whole = append_events(bytes, page);
      if (!whole || !page.more || !page.events.empty()) break;
    }
    co_return bytes;
  }

  void on_news(std::function<void()> bell) override { news_ = activity_.on_news(std::move(bell)); }

 private:
  // A reader that is cut off before the first event knows where to go on, too.
  void append_beginning(std::string& bytes) {
    begun_ = true;
    bytes += "retry: " + std::to_string(kReaderComesBackAfterMs) +
             "\nid: " + std::to_string(window_.after) + "\n\n";
  }

  // False when there was no room for all of them.
  bool append_events(std::string& bytes, const Activity::Page& page) {
    for (const events::Event& event : page.events) {
      if (bytes.size() >= http::kStreamReadBytes) return false;
      http::append_event(bytes, {std::to_string(event.sequence), event.type, event_text(event)});
      window_.after = event.sequence;
    }
    window_.after = page.looked_to;
    return true;
  }

  const Activity& activity_;
  const Principal caller_;
  Activity::Window window_;
  bool begun_ = false;
  db::Subscription news_;
};

}  // namespace

std::shared_ptr<http::Stream> Activity::stream(Principal caller, Window window) const {
  return std::make_shared<EventStream>(*this, std::move(caller), std::move(window));
}

}  // namespace lendport
