// The rows of the route table about products and their catalogues.
#pragma once

#include "catalog/catalog.hpp"
#include "http/cursor.hpp"
#include "http/route.hpp"
#include "http/schemas.hpp"

namespace lendport {

// All outlive the routes.
http::Routes catalog_routes(Catalog& catalog, const http::Cursors& cursors);
http::Schemas catalog_schemas();

}  // namespace lendport
