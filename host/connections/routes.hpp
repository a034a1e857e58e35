// The rows of the route table about plugins, offers and connections.
#pragma once

#include "connections/connections.hpp"
#include "connections/plugins.hpp"
#include "connectors/connectors.hpp"
#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"

namespace lendport {

// All outlive the routes.
http::Routes connections_routes(Connections& connections, Plugins& plugins,
                                connectors::Connectors& connectors, const http::Cursors& cursors);
http::Schemas connections_schemas();

}  // namespace lendport
