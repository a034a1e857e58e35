// The headers of a kept answer survive being kept.
#include "http/stored_answer.hpp"

#include <gtest/gtest.h>

namespace lendport::http {
namespace {

StoredAnswer kept(const Response& response) {
  StoredAnswer answer;
  read_stored_headers(stored_headers(response), answer);
  return answer;
}

TEST(StoredHeaders, RoundTrip) {
  Response response;
  response.etag = "\"v3\"";
  response.headers = {{"X-Other", "1"}, {"Location", "/v1/orgs/o/applications/a"}};
  EXPECT_EQ(kept(response).location, "/v1/orgs/o/applications/a");
  EXPECT_EQ(kept(response).etag, "\"v3\"");
}

TEST(StoredHeaders, MayBeAbsent) {
  EXPECT_EQ(kept({}).location, "");
  EXPECT_EQ(kept({}).etag, "");
  StoredAnswer answer;
  read_stored_headers("", answer);
  EXPECT_EQ(answer.location + answer.etag, "");
}

}  // namespace
}  // namespace lendport::http
