// Which integrated lenders are active: the partnership and each product's integration, inherited
// ones marked.
#include "catalog/json.hpp"
#include "catalog/market.hpp"

namespace lendport {
namespace {

using test::lender_product;

class Lenders : public test::Market {
 protected:
  json::Value lenders(const OrgId& org, Environment environment = Environment::sandbox) {
    const auto found = stage_.run(catalog_.lenders(org, environment, orgs::Stage::soon()));
    return json::parse(lenders_text(found, "en"));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Lenders, db::kEngines, db::engine_name);

TEST_P(Lenders, AreNamedWithTheirPartnershipAndTheirProducts) {
  EXPECT_TRUE(lenders(org_.id).empty());
  lender_.lists(lender_product("a") + "," + lender_product("b"));
  const Connection made = connect(org_);
  sync(made);
  const json::Value found = lenders(org_.id);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]["lender"], "Fake Lender");
  EXPECT_EQ(found[0]["connection_id"], made.id.value);
  EXPECT_EQ(found[0]["partnership"], "connected");
  EXPECT_TRUE(found[0]["partnership_reason"].is_null());
  EXPECT_EQ(found[0]["inherited"], false);
  ASSERT_EQ(found[0]["products"].size(), 2U);
  EXPECT_EQ(found[0]["products"][0]["integration_status"], "integrated");
  EXPECT_EQ(found[0]["products"][0]["quotable"], true);
  EXPECT_TRUE(lenders(org_.id, Environment::production).empty());
}

// The partnership may be off while its products are what they were: two fields.
TEST_P(Lenders, StayNamedWhileTheyAreSwitchedOff) {
  lender_.lists(lender_product("a"));
  const Connection made = connect(org_);
  sync(made);
  stage_.run(connections_.disable(admin_, org_.id, made.id, made.version, "contract ended",
                                  orgs::Stage::soon()));
  stage_.run(catalog_.refresh());
  const json::Value found = lenders(org_.id);
  EXPECT_EQ(found[0]["partnership"], "disabled");
  EXPECT_EQ(found[0]["partnership_reason"], "contract ended");
  EXPECT_EQ(found[0]["products"][0]["integration_status"], "integrated");
  EXPECT_EQ(found[0]["products"][0]["quotable"], false);
}

TEST_P(Lenders, OfAnUpstreamOrgAreMarked) {
  const Org below = stage_.org("Below", org_.id);
  const Org stranger = stage_.org("Stranger");
  lender_.lists(lender_product("a"));
  const Connection made = connect(org_, Environment::sandbox, true);
  sync(made);
  const json::Value found = lenders(below.id);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]["inherited"], true);
  EXPECT_EQ(found[0]["org"], org_.id.value);
  EXPECT_EQ(found[0]["products"][0]["inherited"], true);
  EXPECT_TRUE(lenders(stranger.id).empty());
}

}  // namespace
}  // namespace lendport
