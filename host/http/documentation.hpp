// The API described by its own route table: /openapi.json, /docs, /problems/{slug}.
#pragma once

#include "http/route.hpp"
#include "http/schemas.hpp"

#include <string>
#include <string_view>

namespace lendport::http {

// The OpenAPI 3.1 document of `routes`. Throws Error{internal} for a row that names a schema that
// is not there, a schema that is not JSON or refers to one that is not there, a name used twice.
std::string openapi_document(const Routes& routes, const Schemas& schemas);

// The same for people: one page, no script, nothing from elsewhere.
std::string documentation_page(const Routes& routes, const Schemas& schemas);

// The rows that serve both, and the pages the `type` of problems leads to. `routes` are all other
// rows; everything is rendered here, once. Public.
Routes documentation_routes(const Routes& routes, const Schemas& schemas);

// "applications" for "/v1/orgs/{org}/applications/{application}:confirm": what a row is about.
std::string subject_of(std::string_view path);

// `schemas` and those every API of ours has: Money, Rate, Page, Problem.
Schemas with_usual_schemas(const Schemas& schemas);

}  // namespace lendport::http
