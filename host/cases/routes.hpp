// The paths of cases.
#pragma once

#include "cases/cases.hpp"
#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"

namespace lendport {

// Both outlive the routes.
http::Routes case_routes(Cases& cases, const http::Cursors& cursors);
http::Schemas case_schemas();

}  // namespace lendport
