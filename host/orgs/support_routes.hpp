// The support's views over HTTP.
#pragma once

#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"
#include "orgs/support_views.hpp"

namespace lendport {

// Both outlive the routes.
http::Routes support_routes(SupportViews& views, const http::Cursors& cursors);
http::Schemas support_schemas();

}  // namespace lendport
