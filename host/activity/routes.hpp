// The API of events: its rows of the route table and its schemas.
#pragma once

#include "activity/activity.hpp"
#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"

namespace lendport {

// Both outlive the routes.
http::Routes activity_routes(const Activity& activity, const http::Cursors& cursors);
http::Schemas activity_schemas();

}  // namespace lendport
