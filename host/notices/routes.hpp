// The paths of notices.
#pragma once

#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"
#include "notices/notices.hpp"

namespace lendport {

// `notices` and `cursors` outlive the routes.
http::Routes notices_routes(Notices& notices, const http::Cursors& cursors);
http::Schemas notices_schemas();

}  // namespace lendport
