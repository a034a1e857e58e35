// The paths of quotes.
#pragma once

#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"
#include "quotes/quotes.hpp"

namespace lendport {

// Both outlive the routes.
http::Routes quote_routes(Quotes& quotes, const http::Cursors& cursors);
http::Schemas quote_schemas();

}  // namespace lendport
