// The OpenAPI document, written straight from the route table.
#include "core/error.hpp"
#include "core/quote.hpp"
#include "core/text.hpp"
#include "http/documentation.hpp"
#include "http/json.hpp"
#include "http/router.hpp"

#include <map>
#include <set>

namespace lendport::http {
namespace {

constexpr std::string_view kDescription =
    "One API to lenders' products, quotes and credit applications. Errors are "
    "application/problem+json; amounts are decimal strings; lists come in pages.";

constexpr std::string_view kRate =
    R"({"type":"string","description":"A rate in percent, a decimal string: 5.99 is 5.99 %.",)"
    R"("pattern":"^[0-9]{1,4}(\\.[0-9]{1,9})?$"})";

constexpr std::string_view kPage =
    R"({"type":"object","description":"One page of a list.","required":["data","next_cursor",)"
    R"("has_more"],"properties":{"data":{"type":"array","items":{}},)"
    R"("next_cursor":{"type":["string","null"]},"has_more":{"type":"boolean"}}})";

constexpr std::string_view kMoney =
    R"({"type":"object","required":["amount","currency"],"additionalProperties":false,)"
    R"("properties":{"amount":{"type":"string","pattern":"^-?[0-9]+(\\.[0-9]+)?$",)"
    R"("maxLength":20,"examples":["1200.00"]},"currency":{"type":"string",)"
    R"("pattern":"^[A-Z]{3}$","maxLength":3,"examples":["USD"]}}})";

constexpr std::string_view kProblem =
    R"({"type":"object","required":["type","title","status","code","detail","request_id"],)"
    R"("properties":{"type":{"type":"string","description":"Leads to a page about it."},)"
    R"("title":{"type":"string"},"status":{"type":"integer"},"code":{"type":"string",)"
    R"("description":"A stable word a program may branch on."},"detail":{"type":"string"},)"
    R"("request_id":{"type":"string"},"errors":{"type":"array","items":{"type":"object",)"
    R"("required":["pointer","code","detail"],"properties":{"pointer":{"type":"string",)"
    R"("description":"JSON Pointer of the wrong field."},"code":{"type":"string"},)"
    R"("detail":{"type":"string"}}}}}})";

[[noreturn]] void refuse_to_describe(const std::string& why) {
  throw Error(ErrorCode::internal, "the API cannot be described: " + why);
}

// "post_v1_orgs_org_applications_application_confirm"
std::string operation_id(const Route& route) {
  std::string id = lower(to_string(route.method));
  bool boundary = true;
  for (const char c : route.path) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (word && boundary) id += '_';
    if (word) id += c;
    boundary = !word;
  }
  return id;
}

std::string reference(std::string_view schema) {
  return "{\"$ref\":\"#/components/schemas/" + std::string(schema) + "\"}";
}

std::string json_content(std::string_view type, std::string_view schema) {
  return "\"content\":{\"" + std::string(type) + "\":{\"schema\":" + reference(schema) + "}}";
}

std::string bytes_content(const std::vector<std::string>& types) {
  std::string json;
  for (const std::string& type : types)
    json += (json.empty() ? "" : ",") + json_quoted(type) + ":{}";
  return "\"content\":{" + json + "}";
}

std::string query_schema(const std::string& name) {
  if (name == "limit") return R"({"type":"integer","minimum":1,"maximum":200,"default":50})";
  return R"({"type":"string"})";
}

std::string parameter(const std::string& name, std::string_view meaning, const std::string& rest) {
  return "{\"name\":" + json_quoted(name) + ",\"description\":" + json_quoted(meaning) + "," +
         rest + "}";
}

std::string parameters(const Route& route, const Words& words) {
  std::vector<std::string> list;
  for (const std::string& name : parameters_of(route.path)) {
    list.push_back(parameter(name, meaning_of(words.parameters, name),
                             R"("in":"path","required":true,"schema":{"type":"string"})"));
  }
  for (const std::string& name : route.query_parameters) {
    list.push_back(parameter(name, meaning_of(words.parameters, name),
                             R"("in":"query","schema":)" + query_schema(name)));
  }
  if (route.idempotency != Idempotency::none) {
    const bool required = route.idempotency == Idempotency::required;
    list.push_back(
        R"({"name":"Idempotency-Key","in":"header","required":)" +
        std::string(required ? "true" : "false") +
        R"(,"description":"The same key and body again: the first answer, for seven days.",)"
        R"("schema":{"type":"string","minLength":1,"maxLength":255}})");
  }
  if (route.if_match) {
    list.emplace_back(R"({"name":"If-Match","in":"header","required":true,)"
                      R"("description":"The ETag of the version you have read; strong, or *.",)"
                      R"("schema":{"type":"string"}})");
  }
  std::string json;
  for (const std::string& parameter : list) json += (json.empty() ? "" : ",") + parameter;
  return json.empty() ? json : "\"parameters\":[" + json + "],";
}

std::string success(const Route& route) {
  const bool is_empty = route.response_schema.empty() && route.answer_types.empty();
  const unsigned usual = is_empty ? 204 : 200;
  const unsigned status = route.success_status == 0 ? usual : route.success_status;
  std::string json = "\"" + std::to_string(status) + "\":{\"description\":\"Done.\"";
  if (!route.response_schema.empty()) {
    const std::string_view type = route.streams ? "text/event-stream" : "application/json";
    json += "," + json_content(type, route.response_schema);
  } else if (!route.answer_types.empty()) {
    json += "," + bytes_content(route.answer_types);
  }
  return json + "}";
}

std::string responses(const Route& route) {
  std::set<int> problems = {400, 413};
  if (!route.is_public) problems.insert({401, 403, 422, 429});
  if (!parameters_of(route.path).empty()) problems.insert(404);
  if (!route.request_schema.empty() || !route.body_types.empty()) problems.insert(415);
  // A state that does not allow it.
  if (route.method != Method::get) problems.insert(409);
  if (route.if_match) problems.insert({412, 428});
  std::string json = "\"responses\":{" + success(route);
  for (const int status : problems) {
    json += ",\"" + std::to_string(status) + "\":{\"$ref\":\"#/components/responses/Problem\"}";
  }
  return json + R"(,"default":{"$ref":"#/components/responses/Problem"}})";
}

// What a caller must have and send, in a sentence each.
std::string description_of(const Route& route) {
  if (route.is_public) return "Public: no key is asked for.";
  std::string text = "Needs the permission `" + std::string(to_string(*route.permission)) + "`.";
  if (route.idempotency == Idempotency::required) {
    text += " An `Idempotency-Key` must be sent: a repeat gets the first answer.";
  } else if (route.idempotency != Idempotency::none) {
    text += " With an `Idempotency-Key` a repeat gets the first answer.";
  }
  if (route.if_match) text += " `If-Match` must be sent: nobody overwrites what was not read.";
  return text;
}

std::string operation(const Route& route, const Words& words) {
  std::string json = "{\"operationId\":" + json_quoted(operation_id(route)) +
                     ",\"summary\":" + json_quoted(route.summary) +
                     ",\"description\":" + json_quoted(description_of(route)) + ",\"tags\":[" +
                     json_quoted(subject_of(route.path)) + "],";
  json += route.is_public
              ? "\"security\":[],"
              : "\"x-permission\":\"" + std::string(to_string(*route.permission)) + "\",";
  json += parameters(route, words);
  if (!route.request_schema.empty()) {
    json += "\"requestBody\":{\"required\":true," +
            json_content("application/json", route.request_schema) + "},";
  } else if (!route.body_types.empty()) {
    json += "\"requestBody\":{\"required\":true," + bytes_content(route.body_types) + "},";
  }
  return json + responses(route) + "}";
}

std::string paths(const Routes& routes, const Words& words) {
  std::map<std::string, std::string> by_path;
  for (const Route& route : routes) {
    std::string& item = by_path[route.path];
    item += (item.empty() ? "\"" : ",\"") + lower(to_string(route.method)) +
            "\":" + operation(route, words);
  }
  std::string json;
  for (const auto& [path, item] : by_path) {
    json += (json.empty() ? "" : ",") + json_quoted(path) + ":{" + item + "}";
  }
  return json;
}

std::string tags(const Routes& routes, const Words& words) {
  std::set<std::string> subjects;
  for (const Route& route : routes) subjects.insert(subject_of(route.path));
  std::string json;
  for (const std::string& subject : subjects) {
    json += (json.empty() ? "" : ",") + ("{\"name\":" + json_quoted(subject)) +
            ",\"description\":" + json_quoted(meaning_of(words.subjects, subject)) + "}";
  }
  return json;
}

void check_references(const std::string& where, std::string_view text,
                      const std::set<std::string>& names) {
  constexpr std::string_view kPrefix = "#/components/schemas/";
  for (auto at = text.find(kPrefix); at != std::string_view::npos;
       at = text.find(kPrefix, at + 1)) {
    const std::string_view rest = text.substr(at + kPrefix.size());
    const std::string name(rest.substr(0, rest.find_first_of("\"/")));
    if (names.count(name) == 0)
      refuse_to_describe(where + " names the schema \"" + name + "\", which is missing");
  }
}

std::set<std::string> checked_names(const Schemas& schemas) {
  std::set<std::string> names;
  for (const Schema& schema : schemas) {
    if (!names.insert(schema.name).second)
      refuse_to_describe("two schemas are named " + schema.name);
  }
  for (const Schema& schema : schemas) {
    if (canonical_json(schema.json).empty())
      refuse_to_describe("the schema " + schema.name + " is empty");
    check_references("the schema " + schema.name, schema.json, names);
  }
  return names;
}

}  // namespace

std::string subject_of(std::string_view path) {
  constexpr std::string_view kOrg = "/v1/orgs/{org}/";
  constexpr std::string_view kVersion = "/v1/";
  if (!path.starts_with(kVersion)) return "system";
  const bool of_org = path.starts_with(kOrg);
  path.remove_prefix(of_org ? kOrg.size() : kVersion.size());
  return std::string(path.substr(0, path.find_first_of("/:")));
}

std::string_view meaning_of(std::span<const Word> words, std::string_view name) {
  for (const Word& word : words) {
    if (word.name == name) return word.meaning;
  }
  refuse_to_describe("it has no words for \"" + std::string(name) + "\"");
}

Schemas with_usual_schemas(const Schemas& schemas) {
  Schemas all = schemas;
  all.push_back({"Money", std::string(kMoney)});
  all.push_back({"Rate", std::string(kRate)});
  all.push_back({"Page", std::string(kPage)});
  all.push_back({"Problem", std::string(kProblem)});
  return all;
}

std::string openapi_document(const Routes& routes, const Schemas& schemas, const Words& words) {
  const Schemas all = with_usual_schemas(schemas);
  const std::set<std::string> names = checked_names(all);
  std::string json =
      "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Lendport API\",\"version\":\"1\"," +
      ("\"description\":" + json_quoted(kDescription)) +
      "},\"servers\":[{\"url\":\"/\"}],\"security\":[{\"key\":[]}],\"tags\":[" +
      tags(routes, words) + "],\"paths\":{" + paths(routes, words) + "},\"components\":{";
  json += "\"securitySchemes\":{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\"}},";
  json += "\"responses\":{\"Problem\":{\"description\":\"What went wrong.\"," +
          json_content("application/problem+json", "Problem") + "}},\"schemas\":{";
  bool first = true;
  for (const Schema& schema : all) {
    json += (first ? "" : ",") + json_quoted(schema.name) + ":" + schema.json;
    first = false;
  }
  json += "}}}";
  check_references("a route", json, names);
  return json;
}

}  // namespace lendport::http
