// What of an answer survives being kept, and how it is given again.
#include "http/stored_answer.hpp"

#include <gtest/gtest.h>

namespace lendport::http {
namespace {

// As the store gives it back.
StoredAnswer kept(const Response& response) {
  const StoredAnswer before = stored(response);
  StoredAnswer after;
  after.status = before.status;
  after.body = before.body;
  read_stored_headers(stored_headers(before), after);
  return after;
}

TEST(StoredAnswer, IsGivenAgainAndSaysSo) {
  Response first;
  first.status = 201;
  first.body = "{}";
  first.etag = "\"v3\"";
  first.headers = {{"X-Other", "1"}, {"Location", "/v1/x/1"}, {"Cache-Control", "no-store"}};
  const Response again = replay(kept(first));
  EXPECT_EQ(again.status, 201U);
  EXPECT_EQ(again.body, "{}");
  EXPECT_EQ(again.etag, "\"v3\"");
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"Location", "/v1/x/1"}, {"Cache-Control", "no-store"}, {"Idempotent-Replayed", "true"}};
  EXPECT_EQ(again.headers, headers);
}

TEST(StoredAnswer, MayHaveNoHeaders) {
  EXPECT_EQ(replay(kept({})).etag, "");
  EXPECT_EQ(replay(kept({})).headers.size(), 1U);
  for (const char* text : {"", "\n", "\n\n"}) {
    StoredAnswer answer;
    read_stored_headers(text, answer);
    EXPECT_EQ(answer.location + answer.etag + answer.cache_control, "");
  }
}

TEST(StoredAnswer, OfAnOlderHubNamesTwoHeaders) {
  StoredAnswer answer;
  read_stored_headers("/v1/x/1\n\"v3\"", answer);
  EXPECT_EQ(answer.location, "/v1/x/1");
  EXPECT_EQ(answer.etag, "\"v3\"");
  EXPECT_EQ(answer.cache_control, "");
}

}  // namespace
}  // namespace lendport::http
