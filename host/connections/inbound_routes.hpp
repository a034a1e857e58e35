// Where lenders send webhooks, and the log of what came.
#pragma once

#include "connections/inbound_webhooks.hpp"
#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"

namespace lendport {

// Both outlive the routes.
http::Routes inbound_webhook_routes(InboundWebhooks& webhooks, const http::Cursors& cursors);
http::Schemas inbound_webhook_schemas();

}  // namespace lendport
