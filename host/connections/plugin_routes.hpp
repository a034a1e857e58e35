// The rows of the route table about plugins: what there is to connect, with its own form and texts.
#pragma once

#include "connections/plugins.hpp"
#include "connectors/connectors.hpp"
#include "http/cursor.hpp"
#include "http/route.hpp"

namespace lendport::connections {

// All outlive the routes. Lists show refused, draining and stopped plugins to the operator alone;
// one that an operator stopped is shown to anybody who names it, so that what an org sees of its
// connection can be explained.
http::Routes plugin_routes(Plugins& plugins, connectors::Connectors& connectors,
                           const http::Cursors& cursors);

}  // namespace lendport::connections
