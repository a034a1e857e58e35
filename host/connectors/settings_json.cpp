// Checks a settings form against the manifest's schema and sorts secrets out of it.
#include "connectors/manifest.hpp"
#include "core/text.hpp"
#include "json/schema.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lendport::connectors {
namespace {

using json::Value;

const Value& schema_of(const Manifest& manifest) {
  return (*manifest.document)["settings"]["schema"];
}

bool marked(const Value& field, const char* mark) {
  return field.value(mark, false);
}

// The path and the query of an http(s) address; nothing for other text.
std::optional<std::pair<std::string_view, std::string_view>> address_parts(std::string_view text) {
  if (!text.starts_with("https://") && !text.starts_with("http://")) return std::nullopt;
  text.remove_prefix(text.find("://") + 3);
  text = text.substr(0, text.find('#'));
  const std::size_t question = text.find('?');
  const std::string_view query =
      question == std::string_view::npos ? "" : text.substr(question + 1);
  text = text.substr(0, question);
  const std::size_t slash = text.find('/');
  return std::pair{slash == std::string_view::npos ? "" : text.substr(slash + 1), query};
}

// The piece after the one equal to `wanted`, or with a `wanted`= before it.
std::optional<std::string> piece_after(std::string_view path, std::string_view wanted) {
  bool next = false;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view piece = path.substr(0, end);
    if (next && !piece.empty()) return std::string(piece);
    next = next || piece == wanted;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return std::nullopt;
}

std::optional<std::string> query_value(std::string_view query, std::string_view wanted) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view member = query.substr(0, end);
    const std::size_t equals = member.find('=');
    if (member.substr(0, equals) == wanted && equals != std::string_view::npos &&
        equals + 1 < member.size()) {
      return std::string(member.substr(equals + 1));
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return std::nullopt;
}

// Text with a pasted address replaced by the id in it; other text as it is.
std::string taken_from_url(const Value& rule, const std::string& text) {
  const auto parts = address_parts(text);
  if (!parts) return text;
  std::optional<std::string> found;
  if (rule.contains("path_after")) {
    found = piece_after(parts->first, rule["path_after"].get_ref<const std::string&>());
  }
  if (!found && rule.contains("query")) {
    found = query_value(parts->second, rule["query"].get_ref<const std::string&>());
  }
  return found.value_or(text);
}

Value normal_value(const Value& field, const Value& given) {
  const auto rule = field.find("x-from-url");
  if (rule == field.end() || !given.is_string()) return given;
  return taken_from_url(*rule, given.get_ref<const std::string&>());
}

bool counts_as_absent(const Value& field, const Value& given) {
  return given.is_null() || (marked(field, "x-secret") && given == kMasked);
}

}  // namespace

CheckedSettings check_settings(const Manifest& manifest, const Value& form,
                               const std::set<std::string>& stored_secrets) {
  CheckedSettings checked;
  checked.settings = "{}";
  if (!form.is_object()) {
    checked.violations.push_back({"", "type", "must be an object"});
    return checked;
  }
  const Value& schema = schema_of(manifest);
  const Value& fields = schema["properties"];
  for (const auto& [name, given] : form.items()) {
    if (!fields.contains(name)) {
      checked.violations.push_back(
          {json::member_pointer("", name), "unknown", "is not a setting of this connector"});
    }
  }
  Value whole = Value::object();
  for (const auto& [name, field] : fields.items()) {
    const auto given = form.find(name);
    if (given != form.end() && !counts_as_absent(field, *given)) {
      whole[name] = normal_value(field, *given);
    } else if (field.contains("default")) {
      whole[name] = field["default"];
    }
  }
  for (Violation& one : json::Schema::compile(schema).value().check(whole)) {
    const bool stored = one.code == "required" && !one.pointer.empty() &&
                        stored_secrets.contains(one.pointer.substr(1));
    if (!stored) checked.violations.push_back(std::move(one));
  }
  Value open = Value::object();
  for (const auto& [name, value] : whole.items()) {
    if (!marked(fields[name], "x-secret")) {
      open[name] = value;
      if (!value.is_string() || value.get_ref<const std::string&>().empty()) continue;
      const auto problem = problem_of_text(value.get_ref<const std::string&>(), Lines::many);
      if (!problem) continue;
      checked.violations.push_back({json::member_pointer("", name), std::string(problem->code),
                                    std::string(problem->detail)});
    } else if (value.is_string()) {
      checked.secrets.emplace(name, Secret<std::string>(value.get<std::string>()));
    }
  }
  checked.settings = json::dump(open);
  return checked;
}

bool same_audience(const Manifest& manifest, std::string_view settings_before,
                   std::string_view settings_after) {
  const Value before = json::parse(settings_before);
  const Value after = json::parse(settings_after);
  for (const auto& [name, field] : schema_of(manifest)["properties"].items()) {
    if (marked(field, "x-audience") && before.value(name, Value()) != after.value(name, Value())) {
      return false;
    }
  }
  return true;
}

std::set<std::string> secret_fields(const Manifest& manifest) {
  std::set<std::string> names;
  for (const auto& [name, field] : schema_of(manifest)["properties"].items()) {
    if (marked(field, "x-secret")) names.insert(name);
  }
  return names;
}

}  // namespace lendport::connectors
