// The paths of a waterfall, as a client meets them.
#include "waterfall/routes.hpp"

#include "waterfall/cascade.hpp"

namespace lendport::waterfall {
namespace {

class WaterfallRoutes : public Cascade {
 protected:
  orgs::Answered asked(const std::string& method, const std::string& body = "",
                       const std::string& if_match = "") {
    orgs::Call call;
    call.row = method + " /v1/orgs/{org}/waterfall";
    call.parameters = {{"org", org_.id.value}};
    call.body = body;
    call.if_match = if_match;
    return orgs::answer(routes_, admin_, call);
  }
  http::Routes routes_ = waterfall_routes(waterfall_);
};
INSTANTIATE_TEST_SUITE_P(Stores, WaterfallRoutes, db::kEngines, db::engine_name);

TEST_P(WaterfallRoutes, ShowAndSetTheOrder) {
  const std::string lender = product("L-20").lender;
  const auto first = asked("GET");
  EXPECT_TRUE(first.body().at("lenders").empty());
  const std::string body = R"({"lenders":[")" + lender + "\"]}";
  const auto set = asked("PUT", body, first.response.etag);
  ASSERT_EQ(set.response.status, 200U);
  EXPECT_EQ(set.body().at("lenders").at(0), lender);
  EXPECT_EQ(asked("GET").response.etag, set.response.etag);
  EXPECT_EQ(asked("PUT", body, first.response.etag).error, ErrorCode::precondition_failed);
  for (const char* wrong :
       {R"({"lenders":["Nobody"]})", R"({"lenders":["A","A"]})", R"({})", R"({"lenders":[1]})"}) {
    EXPECT_EQ(asked("PUT", wrong, set.response.etag).error, ErrorCode::invalid_input) << wrong;
  }
}

TEST_P(WaterfallRoutes, ShowWhatComesNext) {
  order_both();
  const Application first = declined();
  const json::Value shown = json::parse(application_answer(200, first, "en").body);
  EXPECT_EQ(shown.at("next").at("lender"), kSecond);
  const json::Value next =
      json::parse(application_answer(200, stored(first.onward.next->application), "en").body);
  EXPECT_EQ(next.at("id"), shown.at("next").at("application_id"));
  EXPECT_TRUE(next.at("consent").is_null());
  EXPECT_TRUE(next.at("next").is_null());
}

}  // namespace
}  // namespace lendport::waterfall
