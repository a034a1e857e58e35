// The bytes of answers, and that no header value can end its line.
#include "http/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lendport::http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string head_of(const Response& response, AnswerFrame frame = {}) {
  frame.request_id = "r1";
  frame.language = "fr";
  frame.now = 1'777'887'000;
  std::string out = "left over";
  write_head(out, response, frame);
  return out;
}

TEST(WriteHead, WritesTheWholeBlock) {
  Response response;
  response.body = "{}";
  EXPECT_EQ(head_of(response),
            "HTTP/1.1 200 OK\r\n"
            "Date: Mon, 04 May 2026 09:30:00 GMT\r\n"
            "Content-Type: application/json\r\n"
            "Content-Length: 2\r\n"
            "Cache-Control: no-store\r\n"
            "Content-Language: fr\r\n"
            "Vary: Accept-Language\r\n"
            "X-Request-Id: r1\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "X-Frame-Options: DENY\r\n"
            "Referrer-Policy: no-referrer\r\n"
            "Cross-Origin-Resource-Policy: same-origin\r\n"
            "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
            "\r\n");
}

TEST(WriteHead, SaysWhatTheAnswerNeeds) {
  Response response;
  response.etag = "\"v1\"";
  response.shared_body = std::make_shared<const std::string>("shared");
  AnswerFrame frame;
  const std::vector<std::pair<std::string, std::string>> more = {{"Allow", "GET"}};
  frame.headers = &more;
  frame.keep_alive = false;
  frame.strict_transport = true;
  const std::string head = head_of(response, frame);
  EXPECT_THAT(head, HasSubstr("ETag: \"v1\"\r\nCache-Control: private, no-cache\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Length: 6\r\n"));
  EXPECT_THAT(head, HasSubstr("Allow: GET\r\n"));
  EXPECT_THAT(head, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(head, HasSubstr("Strict-Transport-Security: max-age=31536000\r\n"));
  response.status = 304;
  EXPECT_THAT(head_of(response), Not(HasSubstr("Content-Length")));
}

TEST(WriteHead, LetsNoHeaderValueEndItsLine) {
  Response response;
  response.headers.emplace_back("Location", "/a\r\nSet-Cookie: x=1\r\n\r\nHTTP/1.1 200");
  EXPECT_THAT(head_of(response), HasSubstr("\r\nLocation: /aSet-Cookie: x=1HTTP/1.1 200\r\n"));
}

}  // namespace
}  // namespace lendport::http
