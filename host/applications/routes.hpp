// The API of applications: its rows of the route table and its schemas.
#pragma once

#include "applications/applications.hpp"
#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"

namespace lendport {

// Both outlive the routes.
http::Routes applications_routes(Applications& applications, const http::Cursors& cursors);
http::Schemas applications_schemas();

}  // namespace lendport
