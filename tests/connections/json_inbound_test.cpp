// What of a webhook is kept and told.
#include "connections/json_inbound.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport::connections {
namespace {

struct Header {
  const char* name;
  std::string value;
  bool kept;
};

TEST(JsonInbound, KeepsHeadersButCredentialsAndJunk) {
  const std::vector<Header> headers = {
      {"X-Signature", "v1=abc", true},
      {"X-Signature", "v1=def", true},
      {"AUTHORIZATION", "Bearer x", false},
      {"Proxy-Authorization", "Basic x", false},
      {"cookie", "a=b", false},
      {"X-Latin", "caf\xe9", false},
      {"X-Long", std::string(kWebhookHeaderBytesMax, 'a'), true},
      {"X-Longer", std::string(kWebhookHeaderBytesMax + 1, 'a'), false},
      {"X-Tab", "a\tb", true},
      {"X-Empty", "", true},
  };
  Delivery delivery;
  std::size_t kept = 0;
  for (const Header& header : headers) {
    delivery.headers.emplace_back(header.name, header.value);
    kept += header.kept ? 1 : 0;
  }
  const auto written = json::parse(headers_text(delivery));
  ASSERT_EQ(written.size(), kept);
  for (const Header& header : headers) {
    const json::Value pair = json::Value::array({header.name, "*"});
    const bool there =
        headers_text(delivery).find('"' + std::string(header.name)) != std::string::npos;
    EXPECT_EQ(there, header.kept) << header.name;
  }
  EXPECT_EQ(json::parse(webhook_request(headers_text(delivery), from_unix_ms(0)))["received_at"],
            "1970-01-01T00:00:00.000Z");
}

TEST(JsonInbound, ReadsWhatAConnectorSays) {
  EXPECT_TRUE(read_verified(json::parse(R"({"verified":true,"event_id":"e"})"))->verified);
  EXPECT_FALSE(read_verified(json::parse(R"({"verified":"yes"})")));
  EXPECT_EQ(read_parsed(json::parse(R"({"events":[{"type":"a"},{"type":"b"}]})"))->event_type, "a");
  EXPECT_FALSE(read_parsed(json::parse(R"({"events":{}})")));
  const InboundId id{"inhook_1"};
  EXPECT_EQ(webhook_in(webhook_payload(id)), id);
}

}  // namespace
}  // namespace lendport::connections
