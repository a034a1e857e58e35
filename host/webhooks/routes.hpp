// The rows of the route table about webhooks.
#pragma once

#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"
#include "webhooks/webhooks.hpp"

namespace lendport {

// All outlive the routes.
http::Routes webhook_routes(Webhooks& webhooks, const Clock& clock, const http::Cursors& cursors);
http::Schemas webhook_schemas();

}  // namespace lendport
