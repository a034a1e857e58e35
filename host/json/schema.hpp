// Checks documents against a JSON Schema of the profile that this project publishes.
#pragma once

#include "core/error.hpp"
#include "json/value.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::json {

// JSON Schema 2020-12, these keywords: type, const, enum, required, properties, propertyNames,
// additionalProperties, minProperties, maxProperties, items, prefixItems, minItems, maxItems,
// uniqueItems (beside a maxItems), minLength, maxLength (code points), pattern (json/pattern.hpp),
// format (email, uri, date, date-time; others are not checked), minimum, maximum, exclusiveMinimum,
// exclusiveMaximum, anyOf, oneOf, allOf, $ref to a place in the same document. Titles,
// descriptions, defaults, examples and x-… are passed over. Anything else is refused: a rule nobody
// checks is a trap. Immutable, thread-safe.
class Schema {
 public:
  static constexpr std::size_t kViolationsMax = 100;
  static constexpr int kDepthMax = 64;  // of schemas in schemas, through $ref too

  // Error{invalid_input} with every place of `document` that cannot be carried out.
  static Result<Schema> compile(const Value& document);

  // Everything that is wrong with `value`, at most kViolationsMax; empty: nothing. Pointers begin
  // with `where`.
  std::vector<Violation> check(const Value& value, const std::string& where = "") const;

 private:
  friend class SchemaCompiler;
  friend class SchemaCheck;
  struct Node;
  explicit Schema(std::vector<Node> nodes);

  std::shared_ptr<const std::vector<Node>> nodes_;
};

// The JSON Pointer of a member: `where` + "/" + name with ~ and / escaped.
std::string member_pointer(const std::string& where, std::string_view name);

}  // namespace lendport::json
