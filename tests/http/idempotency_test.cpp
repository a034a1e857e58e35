// Idempotency: which requests are the same, and which run.
#include "http/idempotency.hpp"

#include "core/error.hpp"
#include "crypto/hash.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace lendport::http {
namespace {

Request request_with(const std::string& body) {
  Request request;
  request.principal.user.value = "user_1";
  request.path = "/v1/x";
  request.body = body;
  return request;
}

TEST(IdempotencyKey, IsShortVisibleText) {
  for (const std::string& key :
       {std::string("a"), std::string(255, '~'), std::string("\"quoted\"")}) {
    EXPECT_TRUE(is_idempotency_key(key));
  }
  for (const std::string& key : {std::string(), std::string(256, 'a'), std::string("a b"),
                                 std::string("\xC3\xA9"), std::string("a\x7F")}) {
    EXPECT_FALSE(is_idempotency_key(key));
  }
}

TEST(Fingerprint, TellsCallerPathAndBodyApartAndNothingElse) {
  const std::string one = fingerprint_of(request_with(R"({"a":1,"b":2})"));
  EXPECT_EQ(one, fingerprint_of(request_with(R"({ "b": 2, "a": 1 })")));
  EXPECT_NE(one, fingerprint_of(request_with(R"({"a":1,"b":3})")));
  Request other = request_with(R"({"a":1,"b":2})");
  other.path = "/v1/y";
  EXPECT_NE(one, fingerprint_of(other));
  other = request_with(R"({"a":1,"b":2})");
  other.principal.user.value = "user_2";
  EXPECT_NE(one, fingerprint_of(other));
  other = request_with(R"({"a":1,"b":2})");
  other.principal.key.value = "key_2";
  EXPECT_EQ(one, fingerprint_of(other)) << "a key in place of another";
  other.principal.permissions.set(0);
  EXPECT_NE(one, fingerprint_of(other)) << "a key that may something else";
  other = request_with(R"({"a":1,"b":2})");
  other.principal.environment = Environment::sandbox;
  EXPECT_NE(one, fingerprint_of(other));
  EXPECT_THROW(fingerprint_of(request_with("{")), Error);
  other = request_with(R"({"a":1,"b":2})");
  other.query["name"] = "a.pdf";
  EXPECT_NE(one, fingerprint_of(other)) << "what stands in the query is asked as well";
}

// A kept answer outlives an update of the program.
TEST(Fingerprint, IsOfTheNamesOfThePermissions) {
  Request request = request_with("{}");
  request.principal.environment = Environment::production;
  request.principal.permissions.set(static_cast<std::size_t>(Permission::webhooks_read));
  request.principal.permissions.set(static_cast<std::size_t>(Permission::cases_read));
  EXPECT_EQ(fingerprint_of(request),
            crypto::hex(crypto::sha256("user_1\nproduction\ncases_read,webhooks_read\n/v1/x\n{}")));
}

TEST(Fingerprint, OfABodyOfBytesIsOfEachByte) {
  const auto of = [](const std::string& body) {
    return fingerprint_of(request_with(body), BodyKind::bytes);
  };
  EXPECT_EQ(of("%PDF {"), of("%PDF {"));
  EXPECT_NE(of("{}"), of("{ }"));
  EXPECT_NE(of(std::string("\0", 1)), of(""));
}

TEST(KeysInFlight, AreHeldOnceAtATime) {
  KeysInFlight keys;
  const IdempotencyScope scope{OrgId{"org_1"}, "POST /v1/x", "k"};
  const IdempotencyScope elsewhere{OrgId{"org_2"}, "POST /v1/x", "k"};
  {
    const auto claim = keys.claim(scope);
    EXPECT_THROW(keys.claim(scope), Error);
    EXPECT_NO_THROW(keys.claim(elsewhere));
  }
  EXPECT_NO_THROW(keys.claim(scope));
}

}  // namespace
}  // namespace lendport::http
