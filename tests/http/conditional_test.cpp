// ETags: which lists name a version, and what a write without the current one is answered.
#include "http/conditional.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>

namespace lendport::http {
namespace {

TEST(Etags, AreStrongAndDifferWithWhatTheyStandFor) {
  EXPECT_EQ(version_etag(12), "\"v12\"");
  EXPECT_TRUE(version_etag(12, "a").starts_with("\"v12-"));
  EXPECT_NE(version_etag(12, "a"), version_etag(12, "b"));
  EXPECT_EQ(body_etag("a"), body_etag("a"));
  EXPECT_NE(body_etag("a"), body_etag("b"));
  EXPECT_EQ(body_etag("").size(), 34U);
}

TEST(IfNoneMatch, NamesTheTagWeaklyAnywhereInTheList) {
  for (const char* list :
       {"\"v1\"", "W/\"v1\"", "\"v0\", \"v1\"", " \"a,b\" ,W/\"v1\"", "*", " *"}) {
    EXPECT_TRUE(names_etag(list, "\"v1\"")) << list;
  }
  for (const char* list : {"", "\"v2\"", "v1", "\"v1", ",,,", "\"xv1\"", "\"v1x\""}) {
    EXPECT_FALSE(names_etag(list, "\"v1\"")) << list;
  }
}

ErrorCode refused(const std::string& if_match) {
  Request request;
  request.if_match = if_match;
  try {
    require_match(request, "\"v1\"");
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;  // let through
}

TEST(IfMatch, LetsThroughTheCurrentVersionOnly) {
  EXPECT_EQ(refused("\"v1\""), ErrorCode::internal);
  EXPECT_EQ(refused("\"v0\", \"v1\""), ErrorCode::internal);
  EXPECT_EQ(refused("*"), ErrorCode::internal);
  EXPECT_EQ(refused(version_etag(1, "a body")), ErrorCode::internal);
  EXPECT_EQ(refused(version_etag(11, "a body")), ErrorCode::precondition_failed);
  EXPECT_EQ(refused("W/" + version_etag(1, "a body")), ErrorCode::precondition_failed);
  EXPECT_EQ(refused(""), ErrorCode::precondition_required);
  EXPECT_EQ(refused("\"v2\""), ErrorCode::precondition_failed);
  EXPECT_EQ(refused("W/\"v1\""), ErrorCode::precondition_failed);
  EXPECT_EQ(refused("v1"), ErrorCode::precondition_failed);
}

TEST(IfMatch, SaysWhyAWeakTagIsRefused) {
  Request request;
  for (const char* list : {"W/\"v1\"", "\"v0\", W/\"v1\""}) {
    request.if_match = list;
    try {
      require_match(request, "\"v1\"");
      ADD_FAILURE() << list;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::precondition_failed);
      EXPECT_NE(error.detail().find("W/\"v1\" is weak"), std::string::npos) << error.detail();
    }
  }
  request.if_match = "W/\"v0\", \"v1\"";
  EXPECT_NO_THROW(require_match(request, "\"v1\""));
}

}  // namespace
}  // namespace lendport::http
