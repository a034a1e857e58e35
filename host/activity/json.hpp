// The only spelling of events on the wire.
#pragma once

#include "activity/activity.hpp"
#include "http/cursor.hpp"
#include "http/schemas.hpp"

#include <string>

namespace lendport {

// The environment that the event's record names for its subject.
std::optional<Environment> environment_in(const events::Event& event);

std::string event_text(const events::Event& event);

// `next_cursor` goes on after the last event that was looked at, shown or not.
http::Response event_page(const http::Cursors& cursors, const http::Request& request,
                          const Activity::Page& page);

}  // namespace lendport
