// The published schemas of the contract, built into the hub.
#pragma once

#include "core/violation.hpp"
#include "json/schema.hpp"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connectors {

struct BuiltInSchema {
  std::string_view name;  // "application.submit-1.result"
  std::string_view text;
};

// All of plugin-api/schema, by name.
std::span<const BuiltInSchema> built_in_schemas();

// The compiled schema, or null for an unknown name. Compiled at the first use of any; a published
// schema that cannot be carried out throws Error{internal} then.
const json::Schema* find_schema(std::string_view name);

// What is wrong with `value` by the schema `name`. An unknown name throws Error{internal}.
std::vector<Violation> check_by(std::string_view name, const json::Value& value);

// "application.submit/1" and "result" give "application.submit-1.result".
std::string schema_name(std::string_view operation, std::string_view part);

// Names of members that any schema marks x-pii or x-secret: what logs never show.
const std::set<std::string, std::less<>>& personal_members();

}  // namespace lendport::connectors
