// Names of requests: ours are new each time, theirs are kept when they are harmless.
#include "http/request_id.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport::http {
namespace {

TEST(RequestId, KeepsTheCallersWhenWellFormed) {
  for (const std::string& id : {std::string("a"), std::string("Req-1_2.3"), std::string(64, 'x')}) {
    EXPECT_EQ(request_id_from(id), id);
  }
  for (const std::string& id : {std::string(), std::string(65, 'x'), std::string("a b"),
                                std::string("a\"b"), std::string("\xC3\xA9"), std::string("a/b")}) {
    EXPECT_EQ(request_id_from(id).size(), 32U) << id;
    EXPECT_NE(request_id_from(id), request_id_from(id));
  }
}

TEST(Traceparent, IsPassedOnWhenItIsOne) {
  const std::string good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_EQ(traceparent_from(good), good);
  for (const char* bad : {"", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                          "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                          "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-xx"}) {
    EXPECT_EQ(traceparent_from(bad), "") << bad;
  }
}

}  // namespace
}  // namespace lendport::http
