// The paths of quotes, as a client meets them.
#include "quotes/routes.hpp"

#include "crypto/hash.hpp"
#include "quotes/market.hpp"

#include <algorithm>

namespace lendport::quotes {
namespace {

class QuoteRoutes : public QuoteMarket {
 protected:
  orgs::Answered asked(const std::string& row, const std::string& body = "",
                       std::map<std::string, std::string> more = {},
                       std::map<std::string, std::string> query = {}) {
    orgs::Call call;
    call.row = row;
    call.parameters = {{"org", org_.id.value}, {"case", case_.id.value}};
    call.parameters.merge(more);
    call.body = body;
    call.query = std::move(query);
    return orgs::answer(routes_, rep_, call);
  }
  orgs::Answered posted(const std::string& product) {
    return asked("POST " + kAll, R"({"product_id":")" + this->product(product).id.value + R"("})");
  }

  const std::string kAll = "/v1/orgs/{org}/cases/{case}/quotes";
  Connection connection_ = open_market();
  Case case_ = opened();
  http::Cursors cursors_{
      [](std::string_view bytes) { return crypto::hex(crypto::hmac_sha256("key", bytes)); }};
  http::Routes routes_ = quote_routes(quotes_, cursors_);
};

INSTANTIATE_TEST_SUITE_P(Sqlite, QuoteRoutes, testing::Values(db::Engine::sqlite), db::engine_name);

TEST_P(QuoteRoutes, MakeShowAndList) {
  const auto made = posted("L-20");
  EXPECT_EQ(made.response.status, 201U);
  const std::string id = made.body().at("id");
  const auto shown = asked("GET " + kAll + "/{quote}", "", {{"quote", id}});
  EXPECT_EQ(shown.response.body, made.response.body);
  EXPECT_EQ(shown.body().at("schedule").at("rows").size(), 240U);
  const auto csv = asked("GET " + kAll + "/{quote}", "", {{"quote", id}}, {{"format", "csv"}});
  EXPECT_EQ(csv.response.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(std::count(csv.response.body.begin(), csv.response.body.end(), '\n'), 241);
  EXPECT_EQ(asked("GET " + kAll + "/{quote}", "", {{"quote", id}}, {{"format", "pdf"}}).error,
            ErrorCode::invalid_input);
  posted("L-25");
  const auto first = asked("GET " + kAll, "", {}, {{"limit", "1"}}).body();
  EXPECT_EQ(first.at("data").at(0).at("lender_product_id"), "L-25");
  const auto second =
      asked("GET " + kAll, "", {}, {{"limit", "1"}, {"cursor", first.at("next_cursor")}}).body();
  EXPECT_EQ(second.at("data").at(0).at("id"), id);
  EXPECT_EQ(second.at("has_more"), false);
}

TEST_P(QuoteRoutes, CompareInTheAskedOrder) {
  const auto body = asked("POST " + kAll + ":compare", R"({"sort":"shortest_term"})").body();
  ASSERT_EQ(body.at("data").size(), 3U);
  EXPECT_EQ(body.at("data").at(0).at("term_months"), 120);
  EXPECT_EQ(asked("POST " + kAll + ":compare", R"({"sort":"best"})").error,
            ErrorCode::invalid_input);
}

TEST_P(QuoteRoutes, SayInTheCallersLanguageWhyAProductIsLeftOut) {
  case_ = opened(cases::case_body(R"(,"number":"BIG")"));
  orgs::Call call;
  call.row = "POST " + kAll + ":compare";
  call.language = "fr";
  lender_.lists(loan("L-10", "7.99", 120, R"(,"down_payment":{"amount":"9.00","currency":"USD"})"));
  sync(connection_);
  stage_.run(catalog_.refresh());
  call.parameters = {{"org", org_.id.value}, {"case", case_.id.value}};
  const auto french = orgs::answer(routes_, rep_, call).body();
  EXPECT_EQ(french.at("left_out").at(0).at("detail"),
            "le produit demande un apport d'au moins 9,00 USD, celui du dossier est de 0,00 USD");
  call.language = "en";
  EXPECT_EQ(orgs::answer(routes_, rep_, call).body().at("left_out").at(0).at("detail"),
            "the product wants a down payment of at least 9.00 USD, the case has 0.00 USD");
  call.row = "POST " + kAll;
  call.language = "fr";
  call.body = R"({"product_id":")" + product("L-10").id.value + R"("})";
  const auto refused = orgs::answer(routes_, rep_, call);
  EXPECT_EQ(refused.error, ErrorCode::invalid_input);
  EXPECT_EQ(refused.violations.at(0).detail.substr(0, 30), "le produit demande un apport d");
}

TEST_P(QuoteRoutes, IdsThatCannotBeAreMissingOnes) {
  for (const char* id : {"", "quote_1", "case_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f"}) {
    EXPECT_EQ(asked("GET " + kAll + "/{quote}", "", {{"quote", id}}).error, ErrorCode::not_found);
  }
}

TEST_P(QuoteRoutes, EverySchemaTheyNameExists) {
  std::vector<std::string> names;
  for (const http::Schema& schema : quote_schemas()) {
    EXPECT_NO_THROW(json::parse(schema.json)) << schema.name;
    names.push_back(schema.name);
  }
  for (const http::Route& route : routes_) {
    EXPECT_TRUE(route.permission.has_value()) << route.path;
    for (const std::string& used : {route.request_schema, route.response_schema}) {
      if (used.empty()) continue;
      EXPECT_NE(std::find(names.begin(), names.end(), used), names.end()) << used;
    }
  }
}

}  // namespace
}  // namespace lendport::quotes
