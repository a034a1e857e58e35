// Lists in pages: ?limit=&cursor= in, {data, next_cursor, has_more} out.
#pragma once

#include "core/time.hpp"
#include "http/message.hpp"
#include "http/ports.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lendport::http {

inline constexpr std::size_t kPageItems = 50;
inline constexpr std::size_t kPageItemsMax = 200;
inline constexpr std::size_t kCursorBytesMax = 512;

// What a list request asks for. `position` is what the handler gave as the next position of the
// page before ("1714814400000/app_…"); empty on the first page.
struct PageRequest {
  std::size_t limit = kPageItems;
  std::string position;
};

// A place in a list whose newest comes first: the time of an item and its id.
using TimedPosition = std::pair<Time, std::string>;
std::string write_position(Time time, std::string_view id);
// Nothing on the first page.
std::optional<TimedPosition> read_position(const PageRequest& page);

// Makes and reads cursors. A cursor is bound to the caller's org, the path and the filters of its
// list: anywhere else it is refused like a garbled one. Thread-safe when `mac` is.
class Cursors {
 public:
  explicit Cursors(Mac mac) : mac_(std::move(mac)) {}

  // Throws malformed_request for a cursor that is not ours for this list, invalid_input for a
  // limit outside 1 to kPageItemsMax.
  PageRequest read(const Request& request) const;

  // `items` is a JSON array; `next_position` is nothing on the last page. Adds Link: rel="next".
  Response page(const Request& request, const json::Value& items,
                const std::optional<std::string>& next_position) const;
  // The same for items that are text already ("[…]").
  Response page_of_text(const Request& request, std::string_view items,
                        const std::optional<std::string>& next_position) const;

 private:
  std::string tag_of(const Request& request, std::string_view position) const;

  Mac mac_;
};

}  // namespace lendport::http
