// Cursors: good for the list they were made for, refused anywhere else.
#include "http/cursor.hpp"

#include "core/error.hpp"
#include "crypto/hash.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport::http {
namespace {

Cursors with_key(const std::string& key) {
  return Cursors(
      [key](std::string_view bytes) { return crypto::bytes_of(crypto::hmac_sha256(key, bytes)); });
}

Request list_request() {
  Request request;
  request.path = "/v1/orgs/org_1/cases";
  request.principal.org.value = "org_1";
  request.query = {{"status", "open"}};
  return request;
}

std::string cursor_of(const Response& page) {
  return json::parse(page.body).at("next_cursor").get<std::string>();
}

ErrorCode refused(const Cursors& cursors, const Request& request) {
  try {
    cursors.read(request);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;  // let through
}

TEST(Cursors, LeadFromPageToPage) {
  const Cursors cursors = with_key("k");
  Request request = list_request();
  EXPECT_EQ(cursors.read(request).limit, kPageItems);
  EXPECT_EQ(cursors.read(request).position, "");

  const Response page = cursors.page(request, json::Value::array({1, 2}), "1714814400000/app_2");
  const json::Value body = json::parse(page.body);
  EXPECT_EQ(json::dump(body.at("data")), "[1,2]");
  EXPECT_TRUE(body.at("has_more").get<bool>());
  EXPECT_EQ(page.headers.at(0).first, "Link");
  EXPECT_EQ(page.headers.at(0).second,
            "</v1/orgs/org_1/cases?status=open&cursor=" + cursor_of(page) + ">; rel=\"next\"");

  request.query["cursor"] = cursor_of(page);
  request.query["limit"] = "7";
  EXPECT_EQ(cursors.read(request).position, "1714814400000/app_2");
  EXPECT_EQ(cursors.read(request).limit, 7U);
}

TEST(Cursors, EndOnThePageWithoutANextPosition) {
  const Response page = with_key("k").page(list_request(), json::Value::array(), std::nullopt);
  EXPECT_EQ(page.body, R"({"data":[],"next_cursor":null,"has_more":false})");
  EXPECT_TRUE(page.headers.empty());
}

TEST(Cursors, AreRefusedWhereTheyDoNotBelong) {
  const Cursors cursors = with_key("k");
  Request request = list_request();
  const std::string cursor = cursor_of(cursors.page(request, json::Value::array(), "p"));
  request.query["cursor"] = cursor;
  ASSERT_EQ(refused(cursors, request), ErrorCode::internal);

  Request other = request;
  other.principal.org.value = "org_2";
  EXPECT_EQ(refused(cursors, other), ErrorCode::malformed_request);
  other = request;
  other.path = "/v1/orgs/org_1/applications";
  EXPECT_EQ(refused(cursors, other), ErrorCode::malformed_request);
  other = request;
  other.query["status"] = "closed";
  EXPECT_EQ(refused(cursors, other), ErrorCode::malformed_request);
  EXPECT_EQ(refused(with_key("another hub"), request), ErrorCode::malformed_request);

  for (std::size_t i = 0; i < cursor.size(); ++i) {
    other.query = request.query;
    char& digit = other.query["cursor"][i];
    digit = digit == 'A' ? 'B' : 'A';
    EXPECT_EQ(refused(cursors, other), ErrorCode::malformed_request) << i;
  }
  for (const std::string& garbled :
       {std::string("x"), std::string("%%"), cursor + "A", std::string(kCursorBytesMax + 1, 'A')}) {
    other.query["cursor"] = garbled;
    EXPECT_EQ(refused(cursors, other), ErrorCode::malformed_request);
  }
}

TEST(Cursors, TakeLimitsInsideTheRangeOnly) {
  Request request = list_request();
  for (const char* limit : {"", "0", "-1", "201", "1x", " 1", "1e2", "99999999999999999999"}) {
    request.query["limit"] = limit;
    EXPECT_EQ(refused(with_key("k"), request), ErrorCode::invalid_input) << limit;
  }
  request.query["limit"] = "200";
  EXPECT_EQ(with_key("k").read(request).limit, 200U);
}

}  // namespace
}  // namespace lendport::http
