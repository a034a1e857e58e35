// The only spelling of events and of the audit record on the wire.
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
// The same of the audit record.
http::Response audit_page(const http::Cursors& cursors, const http::Request& request,
                          const Activity::AuditPage& page);

}  // namespace lendport
