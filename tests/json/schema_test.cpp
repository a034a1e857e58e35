// Schemas against documents: what is found wrong, and where.
#include "json/schema.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

namespace lendport::json {
namespace {

Schema schema(const char* text) {
  return Schema::compile(parse(text)).value();
}

// "pointer code" of each violation.
std::string wrong(const Schema& schema, const char* document) {
  std::string result;
  for (const Violation& one : schema.check(parse(document))) {
    result += (result.empty() ? "" : ", ") + one.pointer + " " + one.code;
  }
  return result;
}

struct SchemaCase {
  const char* schema;
  const char* document;
  const char* wrong;
};

TEST(Schema, NamesEveryWrongPlace) {
  const SchemaCase cases[] = {
      {"true", "1", ""},
      {"false", "1", " unknown"},
      {R"({"type":"object"})", "[]", " type"},
      {R"({"type":["string","null"]})", "null", ""},
      {R"({"type":"integer"})", "1.0", ""},
      {R"({"type":"integer"})", "1.5", " type"},
      {R"({"type":"number"})", "1", ""},
      {R"({"const":"a"})", R"("b")", " enum"},
      {R"({"enum":["a",1]})", "1", ""},
      {R"({"required":["a","b"],"properties":{"a":{"type":"string"}}})", R"({"a":1})",
       "/b required, /a type"},
      {R"({"properties":{"a/b":{"type":"string"}}})", R"({"a/b":1})", "/a~1b type"},
      {R"({"properties":{"a":true},"additionalProperties":false})", R"({"a":1,"b":2})",
       "/b unknown"},
      {R"({"additionalProperties":{"type":"string"}})", R"({"a":1})", "/a type"},
      {R"({"propertyNames":{"pattern":"^[a-z]{2}$","maxLength":9}})", R"({"en":1,"EN":1})",
       "/EN pattern"},
      {R"({"minProperties":1,"maxProperties":1})", "{}", " too_few"},
      {R"({"minProperties":1,"maxProperties":1})", R"({"a":1,"b":1})", " too_many"},
      {R"({"items":{"type":"string"},"maxItems":2,"minItems":1})", R"(["a",1])", "/1 type"},
      {R"({"items":{"type":"string"},"maxItems":2,"minItems":1})", "[]", " too_few"},
      {R"({"items":{"type":"string"},"maxItems":2})", "[1,2,3]", " too_many"},
      {R"({"prefixItems":[{"type":"string"}],"items":{"type":"integer"}})", R"(["a",1,"b"])",
       "/2 type"},
      {R"({"uniqueItems":true,"maxItems":9})", "[1,2,1]", "/2 duplicate"},
      {R"({"minLength":2,"maxLength":3})", R"("é")", " too_short"},
      {R"({"minLength":2,"maxLength":3})", R"("éééé")", " too_long"},
      {R"({"pattern":"^a","maxLength":5})", R"("b")", " pattern"},
      {R"({"format":"email"})", R"("a@b.example")", ""},
      {R"({"format":"email"})", R"("a@b")", " format"},
      {R"({"format":"uri"})", R"("https://a.example/x?y=1")", ""},
      {R"({"format":"uri"})", R"("not one")", " format"},
      {R"({"format":"date"})", R"("2026-02-30")", " format"},
      {R"({"minimum":1,"maximum":2})", "0", " too_small"},
      {R"({"minimum":1,"maximum":2})", "3", " too_large"},
      {R"({"exclusiveMinimum":1})", "1", " too_small"},
      {R"({"exclusiveMaximum":1})", "1", " too_large"},
      {R"({"anyOf":[{"type":"string"},{"minimum":5}]})", "3", " form"},
      {R"({"anyOf":[{"type":"string"},{"minimum":5}]})", "7", ""},
      {R"({"oneOf":[{"type":"integer"},{"minimum":5}]})", "7", " form"},
      {R"({"allOf":[{"type":"integer"},{"minimum":5}]})", "3", " too_small"},
      {R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}})", "3", " type"},
      {R"({"properties":{"next":{"$ref":"#/$defs/n"}},"$defs":{"n":{"type":"object",
           "properties":{"next":{"$ref":"#/$defs/n"}}}}})",
       R"({"next":{"next":{"next":1}}})", "/next/next/next type"},
      {R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}})", "3", " too_deep"},
  };
  for (const SchemaCase& one : cases) {
    EXPECT_EQ(wrong(schema(one.schema), one.document), one.wrong) << one.schema << one.document;
  }
}

TEST(Schema, RefusesRulesItCannotCarryOut) {
  for (const char* text :
       {"1", R"({"type":"text"})", R"({"patternProperties":{}})", R"({"if":{}})", R"({"$id":"x"})",
        R"({"$ref":"https://example.com/x"})", R"({"$ref":"#/$defs/missing"})",
        R"({"pattern":"a"})", R"({"pattern":"a","maxLength":1025})",
        R"({"pattern":"(","maxLength":5})", R"({"maxLength":-1})", R"({"minimum":"1"})",
        R"({"properties":{"a":{"unknown":1}}})", R"({"$ref":"#/~"})", R"({"$ref":"#/~2"})",
        R"({"items":{"$ref":"#/$defs/~"}})", R"({"uniqueItems":true})",
        R"({"uniqueItems":true,"maxItems":1001})"}) {
    EXPECT_FALSE(Schema::compile(parse(text)).has_value()) << text;
  }
}

TEST(Schema, RefusesAChainOfReferencesThatIsTooLong) {
  const auto chain = [](int length) {
    std::string text = R"({"$ref":"#/$defs/0","$defs":{)";
    for (int i = 0; i < length; ++i) {
      text += "\"" + std::to_string(i) + R"(":{"$ref":"#/$defs/)" + std::to_string(i + 1) + "\"},";
    }
    return text + "\"" + std::to_string(length) + R"(":{"type":"string"}}})";
  };
  EXPECT_TRUE(Schema::compile(parse(chain(50))).has_value());
  EXPECT_FALSE(Schema::compile(parse(chain(100))).has_value());
  EXPECT_FALSE(Schema::compile(parse(chain(990))).has_value());
}

TEST(Schema, StopsCountingAtItsLimit) {
  std::string many = "[1";
  for (int i = 0; i < 500; ++i) many += ",1";
  EXPECT_EQ(schema(R"({"items":{"type":"string"}})").check(parse(many + "]")).size(),
            Schema::kViolationsMax);
}

TEST(Schema, CanCarryOutEveryPublishedSchema) {
  int count = 0;
  for (const auto& file : std::filesystem::directory_iterator(
           std::filesystem::path(LENDPORT_SOURCE_DIR) / "plugin-api/schema")) {
    if (file.path().extension() != ".json") continue;
    std::ifstream in(file.path());
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    const auto compiled = Schema::compile(parse(text));
    EXPECT_TRUE(compiled.has_value())
        << file.path() << (compiled ? "" : compiled.error().violations()[0].pointer);
    ++count;
  }
  EXPECT_GT(count, 30);
}

}  // namespace
}  // namespace lendport::json
