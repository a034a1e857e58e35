// JSON Schemas by name: what request and response bodies look like, for the API's documentation.
#pragma once

#include <string>
#include <vector>

namespace lendport::http {

// `json` is a JSON Schema (draft 2020-12) as text; it may refer to others by
// {"$ref":"#/components/schemas/Money"}. Names are PascalCase and unique. Each capability hands its
// own to the composition root beside its routes. Money, Rate, Problem and Page
// ("data", "next_cursor", "has_more") are there already.
struct Schema {
  std::string name;
  std::string json;
};

using Schemas = std::vector<Schema>;

}  // namespace lendport::http
