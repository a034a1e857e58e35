// A capability's handlers as rows of the route table take them.
#pragma once

#include "http/cursor.hpp"
#include "http/route.hpp"

namespace lendport::http {

// Gives each handler what it works on: `{..., asks(&list_cases)}`. Both outlive the routes.
template <class Capability>
struct Bound {
  Capability& capability;
  const Cursors& cursors;

  Handler operator()(Task<Response> (*handle)(Capability&, const Request&)) const {
    return [&on = capability, handle](const Request& request) { return handle(on, request); };
  }
  Handler operator()(Task<Response> (*handle)(Capability&, const Cursors&, const Request&)) const {
    return [&on = capability, &by = cursors, handle](const Request& request) {
      return handle(on, by, request);
    };
  }
};

}  // namespace lendport::http
