#include "catalog/routes.hpp"

#include "catalog/json.hpp"
#include "catalog/snapshot.hpp"
#include "http/conditional.hpp"
#include "http/stored_answer.hpp"

#include <utility>

namespace lendport {
namespace {

using http::Request;
using http::Response;

OrgId org_of(const Request& request) {
  return request.id_in_path<OrgId>("org");
}

ProductAct act_of(const Request& request) {
  ProductAct act{request.principal, org_of(request)};
  act.caller.request_id = request.id;
  return act;
}

[[noreturn]] void refuse_query(const std::string& name, const std::string& choices) {
  std::vector<Violation> violations{{"/" + name, "unknown_choice", "must be one of " + choices}};
  throw Error(std::move(violations), "the query is not valid");
}

ProductQuery query_of(const Request& request, const http::PageRequest& page) {
  ProductQuery query;
  query.language = request.language;
  query.after = page.position;
  query.limit = page.limit;
  if (const auto status = request.query_parameter("status")) {
    query.status = parse_product_status(*status);
    if (!query.status && *status != "any") {
      refuse_query("status", "draft, needs_configuration, uat, live, retired, any");
    }
    if (query.status != ProductStatus::live) query.selected.reset();
  }
  if (const auto selected = request.query_parameter("selected")) {
    if (*selected != "true" && *selected != "false" && *selected != "any") {
      refuse_query("selected", "true, false, any");
    }
    query.selected.reset();
    if (*selected != "any") query.selected = *selected == "true";
  }
  return query;
}

// Retired products are not in memory: they are looked at rarely and pile up.
Task<Response> list_retired(Catalog& catalog, const http::Cursors& cursors, const Request& request,
                            ProductQuery query) {
  auto found = co_await catalog.retired(org_of(request), request.principal.environment, query.after,
                                        query.limit + 1, request.deadline);
  std::optional<std::string> next;
  if (found.size() > query.limit) {
    found.pop_back();
    next = found.back().product->id.value;
  }
  std::vector<std::string> texts;
  for (const Quotable& entry : found) texts.push_back(product_text(entry, query.language));
  std::vector<const std::string*> items;
  for (const std::string& text : texts) items.push_back(&text);
  co_return cursors.page_of_text(request, list_text(items), next);
}

Task<Response> list_products(Catalog& catalog, const http::Cursors& cursors,
                             const Request& request) {
  ProductQuery query = query_of(request, cursors.read(request));
  if (query.status == ProductStatus::retired) {
    co_return co_await list_retired(catalog, cursors, request, std::move(query));
  }
  const auto snapshot =
      co_await catalog.snapshot(org_of(request), request.principal.environment, request.deadline);
  const auto page = snapshot->page(query);
  Response response;
  if (page->next) {
    response = cursors.page_of_text(request, *page->body, page->next);
  } else {
    response.shared_body = page->body;
  }
  response.etag = page->etag;
  co_return response;
}

// As many as the org has connections: one per plugin and org above.
Task<Response> list_lenders(Catalog& catalog, const http::Cursors& cursors,
                            const Request& request) {
  const auto lenders =
      co_await catalog.lenders(org_of(request), request.principal.environment, request.deadline);
  co_return cursors.page_of_text(request, lenders_text(lenders, request.language), std::nullopt);
}

Response shown(const Quotable& entry, const std::string& language) {
  Response response;
  response.body = product_text(entry, language);
  response.etag = http::version_etag(entry.product->revision, response.body);
  return response;
}

// Keeps what `shown` says of the product for a repeated request.
db::Keep<Quotable> keeping(const Request& request, Response& answer) {
  const auto render = [&request](const Quotable& entry) { return shown(entry, request.language); };
  return http::keeping<Quotable>(request, answer, render);
}

Task<Quotable> entry_of(Catalog& catalog, OrgId org, ProductId id, const Request& request) {
  const Environment environment = request.principal.environment;
  const auto snapshot = co_await catalog.snapshot(org, environment, request.deadline);
  if (const Quotable* there = snapshot->find(id)) co_return *there;
  Quotable entry;
  entry.product = co_await catalog.find(org, environment, id, std::nullopt, request.deadline);
  if (!entry.product) http::throw_not_found();
  entry.reason = co_await catalog.why_not_quotable(org, environment, id, request.deadline);
  co_return entry;
}

// The product as it is now, with why it may not be quoted, if so.
Task<Response> show(Catalog& catalog, Product product, const Request& request) {
  const Quotable entry = co_await entry_of(catalog, org_of(request), product.id, request);
  co_return shown(entry, request.language);
}

// The product of the path, which If-Match must name.
Task<SeenProduct> matched(Catalog& catalog, const Request& request) {
  const auto id = request.id_in_path<ProductId>("product");
  const Quotable entry = co_await entry_of(catalog, org_of(request), id, request);
  http::require_match(request, http::version_etag(entry.product->revision));
  SeenProduct seen{id, entry.product->revision};
  co_return seen;
}

Task<Response> get_product(Catalog& catalog, const Request& request) {
  const auto id = request.id_in_path<ProductId>("product");
  const Quotable entry = co_await entry_of(catalog, org_of(request), id, request);
  co_return shown(entry, request.language);
}

Task<Response> post_product(Catalog& catalog, const Request& request) {
  ProductDraft draft = read_configured(request.body);
  Response answer;
  const auto keep = http::keeping<Quotable>(request, answer, [&](const Quotable& made) {
    const Product& product = *made.product;
    Response response = shown(made, request.language);
    response.status = 201;
    response.headers.emplace_back(
        "Location", "/v1/orgs/" + product.org.value + "/products/" + product.id.value);
    return response;
  });
  co_await catalog.create(act_of(request), std::move(draft), request.deadline, keep);
  co_return answer;
}

Task<Response> patch_product(Catalog& catalog, const Request& request) {
  const SeenProduct seen = co_await matched(catalog, request);
  const std::string& body = request.body;
  const ProductEdit edit = [&body](const ProductDraft& before) {
    return read_changes(before, body);
  };
  const Product after = co_await catalog.change(act_of(request), seen, edit, request.deadline);
  co_return co_await show(catalog, after, request);
}

Task<Response> release_product(Catalog& catalog, const Request& request) {
  const SeenProduct seen = co_await matched(catalog, request);
  Response answer;
  const auto keep = keeping(request, answer);
  co_await catalog.release(act_of(request), seen, request.deadline, keep);
  co_return answer;
}

Task<Response> retire_product(Catalog& catalog, const Request& request) {
  const SeenProduct seen = co_await matched(catalog, request);
  Response answer;
  const auto keep = keeping(request, answer);
  co_await catalog.retire(act_of(request), seen, request.deadline, keep);
  co_return answer;
}

Task<Response> put_selection(Catalog& catalog, const Request& request) {
  const SeenProduct seen = co_await matched(catalog, request);
  const bool selected = read_selection(request.body);
  const Product after = co_await catalog.choose(act_of(request), seen, selected, request.deadline);
  co_return co_await show(catalog, after, request);
}

Response shown(const OrgSelection& selection) {
  Response response;
  response.body = selection_text(selection);
  response.etag = http::version_etag(selection.version);
  return response;
}

Task<Response> get_org_selection(Catalog& catalog, const Request& request) {
  co_return shown(
      co_await catalog.selection(org_of(request), request.principal.environment, request.deadline));
}

Task<Response> put_org_selection(Catalog& catalog, const Request& request) {
  const OrgSelection seen =
      co_await catalog.selection(org_of(request), request.principal.environment, request.deadline);
  http::require_match(request, http::version_etag(seen.version));
  const bool narrowed = read_org_selection(request.body);
  co_return shown(
      co_await catalog.select(act_of(request), seen.version, narrowed, request.deadline));
}

Task<Response> list_revisions(Catalog& catalog, const http::Cursors& cursors,
                              const Request& request) {
  const auto revisions =
      co_await catalog.revisions(org_of(request), request.principal.environment,
                                 request.id_in_path<ProductId>("product"), request.deadline);
  co_return cursors.page_of_text(request, revisions_text(revisions), std::nullopt);
}

Task<Response> get_state(Catalog& catalog, const Request& request) {
  const CatalogState state =
      co_await catalog.state(org_of(request), request.principal.environment,
                             request.id_in_path<ConnectionId>("connection"), request.deadline);
  Response response;
  response.body = state_text(state);
  co_return response;
}

Task<Response> post_sync(Catalog& catalog, const Request& request) {
  const auto connection = request.id_in_path<ConnectionId>("connection");
  Response answer;
  const auto keep = http::keeping<CatalogState>(request, answer, [&](const CatalogState& state) {
    Response response;
    response.status = 202;
    response.headers.emplace_back("Location", "/v1/orgs/" + org_of(request).value +
                                                  "/connections/" + connection.value + "/catalog");
    response.body = state_text(state);
    return response;
  });
  co_await catalog.request_sync(act_of(request), connection, request.deadline, keep);
  co_return answer;
}

// What the row says besides: everything that changes a product wants If-Match.
void document(http::Route& route) {
  if (route.response_schema == "ProductPage") {
    route.query_parameters = {"status", "selected", "limit", "cursor"};
  }
  if (route.request_schema == "ProductDraft") route.success_status = 201;
  if (route.path.ends_with(":sync")) route.success_status = 202;
  const bool of_product = route.path.find("/products/") != std::string::npos;
  route.if_match = of_product && route.method != http::Method::get;
}

}  // namespace

http::Routes catalog_routes(Catalog& catalog, const http::Cursors& cursors) {
  using http::Method;
  using enum http::Idempotency;
  using enum Permission;
  const auto to = [&catalog](auto* handler) {
    return [&catalog, handler](const Request& request) { return handler(catalog, request); };
  };
  const auto list = [&catalog, &cursors](auto* handler) {
    return [&catalog, &cursors, handler](const Request& request) {
      return handler(catalog, cursors, request);
    };
  };
  const std::string all = "/v1/orgs/{org}/products";
  const std::string one = all + "/{product}";
  const std::string connection = "/v1/orgs/{org}/connections/{connection}";
  http::Routes routes = {
      {Method::get, "/v1/orgs/{org}/lenders", connections_read, none,
       "Which integrated lenders are active: partnerships and their products", "", "LenderPage",
       [&catalog, &cursors](const Request& request) {
         return list_lenders(catalog, cursors, request);
       }},
      {Method::get, all, products_read, none,
       "List the products the org quotes; ?status= and ?selected= for others", "", "ProductPage",
       list(&list_products)},
      {Method::post, all, products_write, optional, "Create a configured product as a draft",
       "ProductDraft", "Product", to(&post_product)},
      {Method::get, all + "/selection", products_read, none,
       "Show whether the org quotes all products or those it chose", "", "OrgSelection",
       to(&get_org_selection)},
      {Method::put, all + "/selection", products_write, none,
       "Quote all products again, new ones too, or let new ones wait for an admin", "OrgSelection",
       "OrgSelection", to(&put_org_selection)},
      {Method::get, one, products_read, none, "Show a product", "", "Product", to(&get_product)},
      {Method::patch, one, products_write, none,
       "Change a configured product; a live one takes a new dealer fee, not a new price",
       "ProductPatch", "Product", to(&patch_product)},
      {Method::post, one + ":release", products_write, optional, "Make a configured product live",
       "", "Product", to(&release_product)},
      {Method::post, one + ":retire", products_write, optional, "Retire a configured product", "",
       "Product", to(&retire_product)},
      {Method::put, one + "/selection", products_write, none,
       "Choose whether the org quotes a product", "ProductSelection", "Product",
       to(&put_selection)},
      {Method::get, one + "/revisions", products_read, none,
       "List the dated versions of a product's terms", "", "ProductRevisionPage",
       list(&list_revisions)},
      {Method::get, connection + "/catalog", products_read, none,
       "Show how the catalogue of a connection stands", "", "CatalogState", to(&get_state)},
      {Method::post, connection + ":sync", products_write, optional,
       "Fetch the catalogue of a connection soon", "", "CatalogState", to(&post_sync)},
  };
  for (http::Route& route : routes) document(route);
  return routes;
}

}  // namespace lendport
