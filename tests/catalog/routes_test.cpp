// The products' rows of the route table: status, headers, bodies, preconditions.
#include "catalog/routes.hpp"

#include "catalog/market.hpp"
#include "crypto/hash.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace lendport {
namespace {

using orgs::Answered;
using test::lender_product;

const std::string kAll = "/v1/orgs/{org}/products";
const std::string kOne = kAll + "/{product}";

constexpr const char* kDraft =
    R"({"lender":"Credit Union","kind":"loan","name":{"en":"CU 10","fr":"CU 10 ans"},
        "approved_locales":["en","fr"],"countries":["US"],"currency":"USD","apr":"7.25",
        "term_months":120})";

class CatalogRoutes : public test::Market {
 protected:
  Answered call(const std::string& row, orgs::Call call = {}) {
    call.row = row;
    call.parameters.emplace("org", org_.id.value);
    return orgs::answer(routes_, admin_, call);
  }

  Answered on(const std::string& row, const std::string& product, const std::string& etag = {},
              const std::string& body = {}) {
    orgs::Call wanted;
    wanted.parameters = {{"product", product}};
    wanted.if_match = etag;
    wanted.body = body;
    return call(row, wanted);
  }

  Answered listed(const std::map<std::string, std::string>& query = {},
                  const std::string& language = "en") {
    orgs::Call wanted;
    wanted.query = query;
    wanted.language = language;
    return call("GET " + kAll, wanted);
  }

  // The lender's ids of a list.
  std::string names(const Answered& answered) {
    EXPECT_FALSE(answered.error);
    const http::Response& response = answered.response;
    const auto body = json::parse(response.shared_body ? *response.shared_body : response.body);
    std::string text;
    for (const auto& item : body["data"]) {
      text += (text.empty() ? "" : " ") + item["lender_product_id"].get<std::string>();
    }
    return text;
  }

  void sync_three() {
    lender_.lists(lender_product("a") + "," + lender_product("b") + "," + lender_product("c"));
    connection_ = connect(org_);
    sync(connection_);
  }

  Answered create() {
    orgs::Call wanted;
    wanted.body = kDraft;
    return call("POST " + kAll, wanted);
  }

  http::Cursors cursors_{[](std::string_view bytes) { return crypto::hex(crypto::sha256(bytes)); }};
  http::Routes routes_ = catalog_routes(catalog_, cursors_);
  Connection connection_;
};

TEST_P(CatalogRoutes, ListFromASharedBodyWithItsTag) {
  sync_three();
  const Answered first = listed();
  EXPECT_EQ(names(first), "a b c");
  const Answered again = listed();
  EXPECT_TRUE(first.response.shared_body);
  EXPECT_EQ(first.response.shared_body.get(), again.response.shared_body.get());
  EXPECT_EQ(first.response.etag, again.response.etag);
  lender_.lists(lender_product("a"));
  sync(connection_);
  EXPECT_NE(listed().response.etag, first.response.etag);
}

TEST_P(CatalogRoutes, ListWhatIsAskedFor) {
  sync_three();
  const Product b = product("b");
  const Answered chosen =
      on("PUT " + kOne + "/selection", b.id.value,
         '"' + std::string("v") + std::to_string(b.revision) + '"', R"({"selected":false})");
  ASSERT_FALSE(chosen.error);
  EXPECT_FALSE(chosen.body()["selected"].get<bool>());
  EXPECT_EQ(names(listed()), "a c");
  EXPECT_EQ(names(listed({{"selected", "false"}})), "b");
  EXPECT_EQ(names(listed({{"selected", "any"}})), "a b c");
  lender_.lists(lender_product("a") + "," + lender_product("b"));
  sync(connection_);
  EXPECT_EQ(names(listed({{"status", "retired"}})), "c");
  EXPECT_EQ(names(listed({{"status", "any"}})), "a b");
  EXPECT_EQ(listed({{"status", "asleep"}}).error, ErrorCode::invalid_input);
  EXPECT_EQ(listed({{"selected", "maybe"}}).error, ErrorCode::invalid_input);
}

TEST_P(CatalogRoutes, GoBackToAllWithTheTagThatWasSeen) {
  sync_three();
  const Product b = product("b");
  stage_.run(catalog_.choose(act(), {b.id, b.revision}, false, orgs::Stage::soon()));
  const Answered before = call("GET " + kAll + "/selection");
  EXPECT_EQ(before.body()["mode"], "chosen");
  orgs::Call wanted;
  wanted.body = R"({"mode":"all"})";
  const std::string put = "PUT " + kAll + "/selection";
  EXPECT_EQ(call(put, wanted).error, ErrorCode::precondition_required);
  wanted.if_match = before.response.etag;
  const Answered after = call(put, wanted);
  EXPECT_EQ(after.body()["mode"], "all");
  EXPECT_EQ(names(listed()), "a b c");
  EXPECT_EQ(call(put, wanted).error, ErrorCode::precondition_failed);
  wanted.if_match = after.response.etag;
  wanted.body = R"({"mode":"some"})";
  EXPECT_EQ(call(put, wanted).error, ErrorCode::invalid_input);
}

TEST_P(CatalogRoutes, ListPageByPage) {
  sync_three();
  for (const std::string status : {"live", "retired"}) {
    const Answered first = listed({{"limit", "2"}, {"status", status}});
    EXPECT_EQ(names(first), "a b");
    const auto cursor = first.body()["next_cursor"].get<std::string>();
    const Answered second = listed({{"limit", "2"}, {"status", status}, {"cursor", cursor}});
    EXPECT_EQ(names(second), "c");
    EXPECT_EQ(listed({{"cursor", cursor + "x"}}).error, ErrorCode::malformed_request);
    lender_.lists("");
    sync(connection_);
  }
}

TEST_P(CatalogRoutes, ShowAProductInTheLanguageAskedFor) {
  const Answered made = create();
  EXPECT_EQ(made.response.status, 201u);
  const std::string id = made.body()["id"].get<std::string>();
  EXPECT_EQ(made.response.headers.at(0).second, "/v1/orgs/" + org_.id.value + "/products/" + id);
  orgs::Call french;
  french.parameters = {{"product", id}};
  french.language = "fr";
  const Answered shown = call("GET " + kOne, french);
  EXPECT_EQ(shown.body()["display_name"], "CU 10 ans");
  EXPECT_EQ(shown.body()["not_quotable"]["detail"], "Ce produit n'est pas en service.");
  EXPECT_NE(shown.response.etag, made.response.etag);
  const std::string version = made.response.etag.substr(0, 4);
  EXPECT_EQ(version, "\"v1-");
  EXPECT_TRUE(shown.response.etag.starts_with(version));
}

TEST_P(CatalogRoutes, TagAProductWithWhyItIsNotQuoted) {
  sync_three();
  const std::string id = product("a").id.value;
  const Answered before = on("GET " + kOne, id);
  EXPECT_TRUE(before.body()["quotable"].get<bool>());
  EXPECT_EQ(on("GET " + kOne, id).response.etag, before.response.etag);
  stage_.run(connections_.disable(admin_, org_.id, connection_.id, connection_.version,
                                  "the fair is over", orgs::Stage::soon()));
  stage_.run(catalog_.refresh());
  const Answered after = on("GET " + kOne, id);
  EXPECT_FALSE(after.body()["quotable"].get<bool>());
  EXPECT_EQ(after.body()["revision"], before.body()["revision"]);
  EXPECT_NE(after.response.etag, before.response.etag);
  EXPECT_FALSE(
      on("PUT " + kOne + "/selection", id, before.response.etag, R"({"selected":false})").error);
}

TEST_P(CatalogRoutes, DemandIfMatchOnEveryChange) {
  const std::string id = create().body()["id"].get<std::string>();
  const std::vector<std::pair<std::string, std::string>> rows{
      {"PATCH " + kOne, R"({"term_months":60})"},
      {"POST " + kOne + ":release", ""},
      {"POST " + kOne + ":retire", ""},
      {"PUT " + kOne + "/selection", R"({"selected":false})"}};
  for (const auto& [row, body] : rows) {
    EXPECT_EQ(on(row, id, "", body).error, ErrorCode::precondition_required) << row;
    EXPECT_EQ(on(row, id, "\"v999\"", body).error, ErrorCode::precondition_failed) << row;
  }
}

TEST_P(CatalogRoutes, CarryAConfiguredProductThroughItsLife) {
  Answered at = create();
  const std::string id = at.body()["id"].get<std::string>();
  at = on("PATCH " + kOne, id, at.response.etag, R"({"term_months":60})");
  EXPECT_EQ(at.body()["term_months"], 60);
  at = on("POST " + kOne + ":release", id, at.response.etag);
  EXPECT_EQ(at.body()["status"], "live");
  const Answered refused = on("PATCH " + kOne, id, at.response.etag, R"({"apr":"8"})");
  EXPECT_EQ(refused.error, ErrorCode::invalid_input);
  EXPECT_EQ(refused.violations.at(0).code, "needs_new_product");
  at = on("PATCH " + kOne, id, at.response.etag,
          R"({"dealer_fee":{"percent":"5","basis":"net_cost"}})");
  EXPECT_EQ(at.body()["version"], 2);
  EXPECT_EQ(on("GET " + kOne + "/revisions", id).body()["data"].size(), 2u);
  at = on("POST " + kOne + ":retire", id, at.response.etag);
  EXPECT_EQ(at.body()["status"], "retired");
  EXPECT_EQ(on("GET " + kOne, id).body()["not_quotable"]["code"], "not_live");
}

TEST_P(CatalogRoutes, AnswerForeignAndMissingProductsAlike) {
  sync_three();
  const std::string id = product("a").id.value;
  const Org other = stage_.org("Others");
  orgs::Call foreign;
  foreign.row = "GET " + kOne;
  foreign.parameters = {{"org", other.id.value}, {"product", id}};
  EXPECT_EQ(orgs::answer(routes_, admin_of(other), foreign).error, ErrorCode::not_found);
  EXPECT_EQ(on("GET " + kOne, stage_.ids.next<ProductId>().value).error, ErrorCode::not_found);
  EXPECT_EQ(on("GET " + kOne, "prod_none").error, ErrorCode::not_found);
  EXPECT_EQ(on("GET " + kOne + "/revisions", "prod_none").error, ErrorCode::not_found);
}

TEST_P(CatalogRoutes, ShowHowACatalogueStandsAndSyncOnDemand) {
  sync_three();
  orgs::Call of_connection;
  of_connection.parameters = {{"connection", connection_.id.value}};
  const std::string connection = "/v1/orgs/{org}/connections/{connection}";
  const Answered state = call("GET " + connection + "/catalog", of_connection);
  EXPECT_EQ(state.body()["products"], 3);
  EXPECT_TRUE(state.body()["quoting_allowed"].get<bool>());
  const Answered asked = call("POST " + connection + ":sync", of_connection);
  EXPECT_EQ(asked.response.status, 202u);
  EXPECT_EQ(asked.response.headers.at(0).second,
            "/v1/orgs/" + org_.id.value + "/connections/" + connection_.id.value + "/catalog");
}

TEST_P(CatalogRoutes, NameOnlySchemasThatAreThere) {
  std::set<std::string> names;
  for (const http::Schema& schema : catalog_schemas()) {
    EXPECT_NO_THROW(json::parse(schema.json)) << schema.name;
    EXPECT_TRUE(names.insert(schema.name).second) << schema.name;
  }
  for (const http::Route& route : routes_) {
    EXPECT_TRUE(route.permission) << route.path;
    for (const std::string& name : {route.request_schema, route.response_schema}) {
      EXPECT_TRUE(name.empty() || names.contains(name)) << name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, CatalogRoutes, db::kEngines, db::engine_name);

}  // namespace
}  // namespace lendport
