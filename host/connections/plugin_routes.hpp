// The rows of the route table about plugins: what there is to connect, with its own form and texts.
#pragma once

#include "connectors/connectors.hpp"
#include "http/cursor.hpp"
#include "http/route.hpp"

namespace lendport::connections {

// Both outlive the routes. Plugins that are refused or stopped are shown to the operator alone.
http::Routes plugin_routes(connectors::Connectors& connectors, const http::Cursors& cursors);

}  // namespace lendport::connections
