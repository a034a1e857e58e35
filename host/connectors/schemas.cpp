#include "connectors/schemas.hpp"

#include "connectors/json.hpp"
#include "core/error.hpp"

#include <map>

namespace lendport::connectors {
namespace {

struct Compiled {
  std::map<std::string, json::Schema, std::less<>> schemas;
  std::set<std::string, std::less<>> personal;
};

Compiled compile_all() {
  Compiled all;
  for (const BuiltInSchema& one : built_in_schemas()) {
    const JsonBox document = parse_box(one.text);
    auto schema = json::Schema::compile(*document);
    if (!schema) {
      throw Error(ErrorCode::internal,
                  "the schema " + std::string(one.name) + " cannot be carried out");
    }
    all.schemas.emplace(one.name, std::move(*schema));
    collect_personal(*document, all.personal);
  }
  return all;
}

const Compiled& compiled() {
  static const Compiled all = compile_all();
  return all;
}

}  // namespace

const json::Schema* find_schema(std::string_view name) {
  const auto found = compiled().schemas.find(name);
  return found == compiled().schemas.end() ? nullptr : &found->second;
}

std::vector<Violation> check_by(std::string_view name, const json::Value& value) {
  const json::Schema* schema = find_schema(name);
  if (schema == nullptr) {
    throw Error(ErrorCode::internal, "there is no schema " + std::string(name));
  }
  return schema->check(value);
}

std::string schema_name(std::string_view operation, std::string_view part) {
  std::string name(operation);
  if (const std::size_t slash = name.find('/'); slash != std::string::npos) name[slash] = '-';
  return name + "." + std::string(part);
}

const std::set<std::string, std::less<>>& personal_members() {
  return compiled().personal;
}

}  // namespace lendport::connectors
