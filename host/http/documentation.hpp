// The API described by its own route table: /openapi.json, /docs, /problems/{slug}.
#pragma once

#include "http/route.hpp"
#include "http/schemas.hpp"

#include <span>
#include <string>
#include <string_view>

namespace lendport::http {

struct Word {
  std::string_view name;
  std::string_view meaning;
};

// What rows speak of: their subjects (subject_of) and the parameters in their paths and queries,
// each name once. What they view outlives the call.
struct Words {
  std::span<const Word> subjects;
  std::span<const Word> parameters;
};

// The OpenAPI 3.1 document of `routes`. Throws Error{internal} for a row that names a schema that
// is not there or speaks of what has no meaning in `words`, a schema that is not JSON or refers to
// one that is not there, a name used twice.
std::string openapi_document(const Routes& routes, const Schemas& schemas, const Words& words);

// The same for people: one page, no script, nothing from elsewhere.
std::string documentation_page(const Routes& routes, const Schemas& schemas, const Words& words);

// The rows that serve both, and the pages the `type` of problems leads to. `routes` are all other
// rows; everything is rendered here, once. Public.
Routes documentation_routes(const Routes& routes, const Schemas& schemas, const Words& words);

// "applications" for "/v1/orgs/{org}/applications/{application}:confirm": what a row is about.
std::string subject_of(std::string_view path);

// Throws Error{internal} for a name that has none.
std::string_view meaning_of(std::span<const Word> words, std::string_view name);

// `schemas` and those every API of ours has: Money, Rate, Page, Problem.
Schemas with_usual_schemas(const Schemas& schemas);

}  // namespace lendport::http
