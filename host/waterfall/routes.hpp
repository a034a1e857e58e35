// The paths of an org's waterfall.
#pragma once

#include "http/route.hpp"
#include "http/schemas.hpp"
#include "waterfall/waterfall.hpp"

namespace lendport {

// `waterfall` outlives the routes.
http::Routes waterfall_routes(Waterfall& waterfall);
http::Schemas waterfall_schemas();

}  // namespace lendport
