// The rows of the route table about orgs, users and keys.
#pragma once

#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"
#include "orgs/orgs.hpp"

namespace lendport {

// Both outlive the routes.
http::Routes orgs_routes(Orgs& orgs, const http::Cursors& cursors);
http::Schemas orgs_schemas();

}  // namespace lendport
