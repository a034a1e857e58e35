// Canonical JSON: one text for every spelling of a document.
#include "http/json.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>

namespace lendport::http {
namespace {

TEST(CanonicalJson, IsTheSameForEverySpelling) {
  EXPECT_EQ(canonical_json(R"({"b":true,"a":[1,{"y":"é","x":null}]})"),
            canonical_json(" { \"a\" : [ 1 , {\"x\":null,\"y\":\"\\u00e9\"}],\n\"b\":true } "));
  EXPECT_NE(canonical_json("[1,2]"), canonical_json("[2,1]"));
  EXPECT_EQ(canonical_json(""), "");
  EXPECT_THROW(canonical_json("{"), Error);
}

TEST(IndentedJson, KeepsTheOrder) {
  EXPECT_EQ(indented_json(R"({"b":1,"a":[]})"), "{\n  \"b\": 1,\n  \"a\": []\n}");
}

}  // namespace
}  // namespace lendport::http
