#include "json/schema.hpp"

#include "core/time.hpp"
#include "json/pattern.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <unordered_map>

namespace lendport::json {
namespace {

constexpr int kStepsDeepMax = 256;
constexpr std::size_t kPatternTextMax = 1024;
constexpr std::size_t kUniqueItemsMax = 1000;  // each is compared with each

enum Type : unsigned {
  object = 1,
  array = 2,
  string = 4,
  integer = 8,
  number = 16,
  boolean = 32,
  null = 64
};

constexpr std::array<std::pair<std::string_view, unsigned>, 7> kTypes = {{{"object", object},
                                                                          {"array", array},
                                                                          {"string", string},
                                                                          {"integer", integer},
                                                                          {"number", number},
                                                                          {"boolean", boolean},
                                                                          {"null", null}}};

unsigned type_of(const Value& value) {
  switch (value.type()) {
    case Value::value_t::object: return object;
    case Value::value_t::array: return array;
    case Value::value_t::string: return string;
    case Value::value_t::boolean: return boolean;
    case Value::value_t::number_integer:
    case Value::value_t::number_unsigned: return integer | number;
    case Value::value_t::number_float: {
      const double real = value.get<double>();
      return real == std::trunc(real) ? integer | number : number;
    }
    default: return null;
  }
}

std::string types_in_words(unsigned types) {
  static constexpr std::array<std::pair<unsigned, std::string_view>, 7> kWords = {
      {{object, "an object"},
       {array, "a list"},
       {string, "text"},
       {integer, "a whole number"},
       {number, "a number"},
       {boolean, "true or false"},
       {null, "null"}}};
  std::string words;
  for (const auto& [type, word] : kWords) {
    if ((types & type) == 0 || (type == integer && (types & number) != 0)) continue;
    words += (words.empty() ? "" : " or ") + std::string(word);
  }
  return words;
}

bool is_email(const std::string& text) {
  static const Pattern form =
      Pattern::compile(
          R"(^[^\s@<>()\[\],;:"]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$)")
          .value();
  return text.size() <= 254 && form.found_in(text);
}

bool is_uri(const std::string& text) {
  static const Pattern form =
      Pattern::compile(R"(^[A-Za-z][A-Za-z0-9+.-]*:[^\s"<>\\^`{|}]+$)").value();
  return text.size() <= 8192 && form.found_in(text);
}

bool has_format(const std::string& format, const std::string& text) {
  if (format == "email") return is_email(text);
  if (format == "uri") return is_uri(text);
  if (format == "date") return parse_date(text).has_value();
  if (format == "date-time") return parse_time(text).has_value();
  return true;
}

std::string in_words(double value) {
  std::string text = Value(value).dump();
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

}  // namespace

std::string member_pointer(const std::string& where, std::string_view name) {
  std::string pointer = where + "/";
  for (const char c : name) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

struct Schema::Node {
  bool never = false;          // the schema `false`
  unsigned types = 0;          // none: any
  std::vector<Value> allowed;  // enum, const
  std::vector<std::string> required;
  std::unordered_map<std::string, std::size_t> properties;
  std::optional<std::size_t> additional;
  std::optional<std::size_t> names;
  std::vector<std::size_t> prefix;
  std::optional<std::size_t> items;
  std::optional<std::size_t> members_min, members_max, items_min, items_max, length_min, length_max;
  std::optional<double> minimum, maximum, above, below;
  bool unique = false;
  std::optional<Pattern> pattern;
  std::string format;
  std::vector<std::size_t> all, any, one;  // $ref is one of `all`
};

Schema::Schema(std::vector<Node> nodes)
    : nodes_(std::make_shared<const std::vector<Node>>(std::move(nodes))) {}

// Turns a document into nodes; places that are referred to become nodes once.
class SchemaCompiler {
 public:
  using Node = Schema::Node;

  explicit SchemaCompiler(const Value& document) : document_(document) {}

  Result<Schema> compile() {
    node_at("");
    if (!problems_.empty()) return Error(std::move(problems_), "the schema cannot be carried out");
    return Schema(std::move(nodes_));
  }

 private:
  void refuse(const std::string& where, std::string detail) {
    if (problems_.size() < Schema::kViolationsMax) {
      problems_.push_back({where, "schema", std::move(detail)});
    }
  }

  std::size_t node_at(const std::string& pointer) {
    if (const auto known = places_.find(pointer); known != places_.end()) return known->second;
    const std::size_t index = nodes_.size();
    places_.emplace(pointer, index);
    nodes_.emplace_back();
    const Value* schema = find(pointer);
    if (schema == nullptr) {
      refuse(pointer, "$ref leads to no place in this document");
    } else if (depth_ == Schema::kDepthMax) {
      refuse(pointer, "is reached through too many others, one in another");
    } else {
      ++depth_;
      fill(index, *schema, pointer);
      --depth_;
    }
    return index;
  }

  void fill(std::size_t index, const Value& schema, const std::string& pointer) {
    Node node;
    if (schema.is_boolean()) {
      node.never = !schema.get<bool>();
    } else if (schema.is_object()) {
      for (const auto& [keyword, value] : schema.items()) read(node, pointer, keyword, value);
    } else {
      refuse(pointer, "a schema is an object, true or false");
    }
    const bool unbounded = !node.length_max || *node.length_max > kPatternTextMax;
    if (node.pattern && unbounded)
      refuse(pointer, "a pattern needs maxLength, at most 1024, beside it");
    const bool many = !node.items_max || *node.items_max > kUniqueItemsMax;
    if (node.unique && many) refuse(pointer, "uniqueItems needs maxItems, at most 1000, beside it");
    nodes_[index] = std::move(node);
  }

  const Value* find(const std::string& pointer) const {
    // A text that is no pointer is said by an exception alone.
    try {
      const Value::json_pointer place(pointer);
      return document_.contains(place) ? &document_.at(place) : nullptr;
    } catch (const Value::exception&) {
      return nullptr;
    }
  }

  void read(Node& node, const std::string& at, const std::string& keyword, const Value& value) {
    const std::string here = member_pointer(at, keyword);
    if (!read_shape(node, here, keyword, value) && !read_limit(node, here, keyword, value) &&
        !read_parts(node, here, keyword, value) && !is_remark(keyword)) {
      refuse(here, "the keyword " + keyword + " is not in the profile");
    }
  }

  static bool is_remark(const std::string& keyword) {
    static constexpr std::array<std::string_view, 7> kRemarks = {
        "$schema", "title", "description", "default", "examples", "$defs", "$comment"};
    return keyword.starts_with("x-") ||
           std::find(kRemarks.begin(), kRemarks.end(), keyword) != kRemarks.end();
  }

  bool read_shape(Node& node, const std::string& here, const std::string& keyword,
                  const Value& value) {
    if (keyword == "type") {
      const auto add = [&](const Value& name) {
        const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& one) {
          return name.is_string() && name.get_ref<const std::string&>() == one.first;
        });
        if (found == kTypes.end()) return refuse(here, "is not a type");
        node.types |= found->second;
      };
      if (value.is_array()) {
        for (const Value& name : value) add(name);
      } else {
        add(value);
      }
    } else if (keyword == "const") {
      node.allowed = {value};
    } else if (keyword == "enum" && value.is_array()) {
      node.allowed.assign(value.begin(), value.end());
    } else if (keyword == "required" && value.is_array()) {
      for (const Value& name : value) {
        if (!name.is_string()) return refuse(here, "must be a list of names"), true;
        node.required.push_back(name.get<std::string>());
      }
    } else if (keyword == "pattern" && value.is_string()) {
      auto pattern = Pattern::compile(value.get_ref<const std::string&>());
      if (!pattern) return refuse(here, pattern.error().detail()), true;
      node.pattern = std::move(*pattern);
    } else if (keyword == "format" && value.is_string()) {
      node.format = value.get<std::string>();
    } else if (keyword == "uniqueItems" && value.is_boolean()) {
      node.unique = value.get<bool>();
    } else {
      return false;
    }
    return true;
  }

  bool read_limit(Node& node, const std::string& here, const std::string& keyword,
                  const Value& value) {
    const std::pair<std::string_view, std::optional<std::size_t>*> counts[] = {
        {"minProperties", &node.members_min}, {"maxProperties", &node.members_max},
        {"minItems", &node.items_min},        {"maxItems", &node.items_max},
        {"minLength", &node.length_min},      {"maxLength", &node.length_max}};
    for (const auto& [name, count] : counts) {
      if (keyword != name) continue;
      if (!value.is_number_unsigned())
        return refuse(here, "must be a whole number, 0 or more"), true;
      *count = value.get<std::size_t>();
      return true;
    }
    const std::pair<std::string_view, std::optional<double>*> bounds[] = {
        {"minimum", &node.minimum},
        {"maximum", &node.maximum},
        {"exclusiveMinimum", &node.above},
        {"exclusiveMaximum", &node.below}};
    for (const auto& [name, bound] : bounds) {
      if (keyword != name) continue;
      if (!value.is_number()) return refuse(here, "must be a number"), true;
      *bound = value.get<double>();
      return true;
    }
    return false;
  }

  bool read_parts(Node& node, const std::string& here, const std::string& keyword,
                  const Value& value) {
    if (keyword == "properties" && value.is_object()) {
      for (const auto& member : value.items()) {
        node.properties.emplace(member.key(), node_at(member_pointer(here, member.key())));
      }
    } else if (keyword == "additionalProperties") {
      node.additional = node_at(here);
    } else if (keyword == "propertyNames") {
      node.names = node_at(here);
    } else if (keyword == "items") {
      node.items = node_at(here);
    } else if (keyword == "$ref" && value.is_string() &&
               value.get_ref<const std::string&>().starts_with("#/")) {
      node.all.push_back(node_at(value.get<std::string>().substr(1)));
    } else if (value.is_array() && (keyword == "prefixItems" || keyword == "anyOf" ||
                                    keyword == "oneOf" || keyword == "allOf")) {
      auto& list = keyword == "prefixItems" ? node.prefix
                   : keyword == "anyOf"     ? node.any
                   : keyword == "oneOf"     ? node.one
                                            : node.all;
      for (std::size_t i = 0; i < value.size(); ++i) {
        list.push_back(node_at(member_pointer(here, std::to_string(i))));
      }
    } else {
      return false;
    }
    return true;
  }

  const Value& document_;
  std::vector<Node> nodes_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<Violation> problems_;
  int depth_ = 0;
};

// One walk over a value.
class SchemaCheck {
 public:
  using Node = Schema::Node;

  explicit SchemaCheck(const std::vector<Node>& nodes) : nodes_(nodes) {}

  void walk(std::size_t index, const Value& value, const std::string& where) {
    if (++depth_ > kStepsDeepMax) {
      note(where, "too_deep", "is nested too deep");
    } else {
      check(nodes_[index], value, where);
    }
    --depth_;
  }

  std::vector<Violation> violations;

 private:
  void note(const std::string& where, const char* code, std::string detail) {
    if (violations.size() < Schema::kViolationsMax) {
      violations.push_back({where, code, std::move(detail)});
    }
  }

  void check(const Node& node, const Value& value, const std::string& where) {
    if (node.never) return note(where, "unknown", "is not a field here");
    if (node.types != 0 && (type_of(value) & node.types) == 0) {
      return note(where, "type", "must be " + types_in_words(node.types));
    }
    if (!node.allowed.empty() &&
        std::find(node.allowed.begin(), node.allowed.end(), value) == node.allowed.end()) {
      return note(where, "enum", "must be one of " + Value(node.allowed).dump());
    }
    if (value.is_string()) check_text(node, value.get_ref<const std::string&>(), where);
    if (value.is_number()) check_number(node, value.get<double>(), where);
    if (value.is_array()) check_list(node, value, where);
    if (value.is_object()) check_object(node, value, where);
    check_forms(node, value, where);
  }

  void check_text(const Node& node, const std::string& text, const std::string& where) {
    if (node.length_min || node.length_max) {
      const std::size_t length = code_points(text).size();
      if (node.length_min && length < *node.length_min) {
        return note(where, "too_short",
                    "must have at least " + std::to_string(*node.length_min) + " characters");
      }
      if (node.length_max && length > *node.length_max) {
        return note(where, "too_long",
                    "must have at most " + std::to_string(*node.length_max) + " characters");
      }
    }
    if (node.pattern && !node.pattern->found_in(text)) {
      return note(where, "pattern", "does not have the form that is asked for");
    }
    if (!has_format(node.format, text)) note(where, "format", "is not a valid " + node.format);
  }

  void check_number(const Node& node, double number, const std::string& where) {
    if ((node.minimum && number < *node.minimum) || (node.above && number <= *node.above)) {
      note(where, "too_small",
           node.above ? "must be more than " + in_words(*node.above)
                      : "must be at least " + in_words(*node.minimum));
    }
    if ((node.maximum && number > *node.maximum) || (node.below && number >= *node.below)) {
      note(where, "too_large",
           node.below ? "must be less than " + in_words(*node.below)
                      : "must be at most " + in_words(*node.maximum));
    }
  }

  void check_list(const Node& node, const Value& list, const std::string& where) {
    if (node.items_min && list.size() < *node.items_min) {
      note(where, "too_few", "must have at least " + std::to_string(*node.items_min) + " items");
    }
    if (node.items_max && list.size() > *node.items_max) {
      return note(where, "too_many",
                  "must have at most " + std::to_string(*node.items_max) + " items");
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      const bool fixed = i < node.prefix.size();
      if (!fixed && !node.items) break;
      walk(fixed ? node.prefix[i] : *node.items, list[i], where + "/" + std::to_string(i));
    }
    if (!node.unique) return;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (std::find(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(i), list[i]) !=
          list.begin() + static_cast<std::ptrdiff_t>(i)) {
        note(where + "/" + std::to_string(i), "duplicate", "comes twice");
      }
    }
  }

  void check_object(const Node& node, const Value& object, const std::string& where) {
    for (const std::string& name : node.required) {
      if (!object.contains(name)) note(member_pointer(where, name), "required", "is required");
    }
    if (node.members_min && object.size() < *node.members_min) {
      note(where, "too_few",
           "must have at least " + std::to_string(*node.members_min) + " members");
    }
    if (node.members_max && object.size() > *node.members_max) {
      return note(where, "too_many",
                  "must have at most " + std::to_string(*node.members_max) + " members");
    }
    if (node.properties.empty() && !node.names && !node.additional) return;
    for (const auto& member : object.items()) {
      const std::string here = member_pointer(where, member.key());
      const auto known = node.properties.find(member.key());
      if (node.names) walk(*node.names, member.key(), here);
      if (known != node.properties.end()) {
        walk(known->second, member.value(), here);
      } else if (node.additional) {
        walk(*node.additional, member.value(), here);
      }
    }
  }

  bool fits(std::size_t index, const Value& value) {
    SchemaCheck inner(nodes_);
    inner.depth_ = depth_;
    inner.walk(index, value, "");
    return inner.violations.empty();
  }

  void check_forms(const Node& node, const Value& value, const std::string& where) {
    for (const std::size_t index : node.all) walk(index, value, where);
    const auto fitting = [&](const std::vector<std::size_t>& forms) {
      return std::count_if(forms.begin(), forms.end(),
                           [&](std::size_t index) { return fits(index, value); });
    };
    if (!node.any.empty() && fitting(node.any) == 0) {
      note(where, "form", "has none of the forms that are allowed here");
    }
    if (!node.one.empty() && fitting(node.one) != 1) {
      note(where, "form", "must have exactly one of the forms that are allowed here");
    }
  }

  const std::vector<Node>& nodes_;
  int depth_ = 0;
};

Result<Schema> Schema::compile(const Value& document) {
  return SchemaCompiler(document).compile();
}

std::vector<Violation> Schema::check(const Value& value, const std::string& where) const {
  SchemaCheck walk(*nodes_);
  walk.walk(0, value, where);
  return std::move(walk.violations);
}

}  // namespace lendport::json
