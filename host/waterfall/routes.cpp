// JSON → value → one call → JSON.
#include "waterfall/routes.hpp"

#include "waterfall/json.hpp"

namespace lendport {
namespace {

using http::Request;
using http::Response;

constexpr const char* kWaterfallOrder = R"({
  "type": "object",
  "required": ["lenders"],
  "additionalProperties": false,
  "properties": {
    "lenders": {
      "type": "array", "maxItems": 20, "uniqueItems": true,
      "items": {"type": "string"},
      "description": "Names as products show them, the first one first; none: no waterfall."
    }
  }
})";

Task<Response> get_order(Waterfall& waterfall, const Request& request) {
  const WaterfallOrder order = co_await waterfall.order(request, request.id_in_path<OrgId>("org"));
  co_return waterfall::order_answer(order);
}

Task<Response> put_order(Waterfall& waterfall, const Request& request) {
  WaterfallOrder wanted = waterfall::read_order(request.body);
  const WaterfallOrder order =
      co_await waterfall.set_order(request, request.id_in_path<OrgId>("org"), std::move(wanted));
  co_return waterfall::order_answer(order);
}

}  // namespace

http::Routes waterfall_routes(Waterfall& waterfall) {
  const auto with = [&](Task<Response> (*handle)(Waterfall&, const Request&)) {
    return [&waterfall, handle](const Request& request) { return handle(waterfall, request); };
  };
  const std::string path = "/v1/orgs/{org}/waterfall";
  http::Routes routes = {
      {http::Method::get, path, Permission::products_read, http::Idempotency::none,
       "The order in which lenders are asked", "", "WaterfallOrder", with(get_order)},
      {http::Method::put, path, Permission::products_write, http::Idempotency::none,
       "Set the order in which lenders are asked", "WaterfallOrder", "WaterfallOrder",
       with(put_order)},
  };
  routes[1].if_match = true;
  return routes;
}

http::Schemas waterfall_schemas() {
  return {{"WaterfallOrder", kWaterfallOrder}};
}

}  // namespace lendport
