// Who may connect what, and the examples beside the toggles.
#include "connections/rules.hpp"

#include "connections/stage.hpp"
#include "connections/texts.hpp"
#include "connectors/texts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace lendport::connections {
namespace {

const connectors::Manifest kManifest = connectors::read_manifest(acme_manifest().dump());

Org served_org() {
  Org org;
  org.country = "US";
  org.segments = {Segment::residential, Segment::commercial};
  org.sales_mode = true;
  return org;
}

TEST(Unavailable, AnOfferedOrgOfThePlacesAndSegmentsServedMayConnect) {
  EXPECT_EQ(refusals(unavailable(served_org(), kManifest, Environment::sandbox, true)), Refusals{});
}

TEST(Unavailable, SaysEveryReasonAtOnce) {
  Org org = served_org();
  org.country = "FR";
  org.segments = {Segment::commercial};
  org.sales_mode = false;
  json::Value manifest = acme_manifest();
  manifest["environments"].erase("production");
  const auto only_sandbox = connectors::read_manifest(manifest.dump());
  EXPECT_EQ(refusals(unavailable(org, only_sandbox, Environment::production, false)),
            (Refusals{"/plugin_id not_offered", "/plugin_id country_not_served",
                      "/plugin_id segment_not_served", "/plugin_id sales_mode_missing",
                      "/environment environment_missing"}));
}

TEST(Unavailable, SaysSoInBothLanguages) {
  Org org = served_org();
  org.sales_mode = false;
  for (const Violation& one : unavailable(org, kManifest, Environment::sandbox, false)) {
    EXPECT_FALSE(one.detail.empty());
    EXPECT_FALSE(one.detail_fr.empty()) << one.code;
    EXPECT_NE(one.detail, one.detail_fr) << one.code;
  }
}

TEST(WhyNotUsable, GivesTheReasonElseTheStatusAndWhoLendsInstead) {
  Connection connection;
  connection.status = ConnectionStatus::disabled;
  EXPECT_EQ(why_not_usable(connection).en, "disabled");
  EXPECT_EQ(why_not_usable(connection).fr, "désactivée");
  connection.status = ConnectionStatus::needs_attention;
  connection.status_reason = "the lender refuses the credentials";
  EXPECT_EQ(why_not_usable(connection).en, connection.status_reason);
  EXPECT_EQ(why_not_usable(connection).fr, "le prêteur refuse les identifiants");
  connection.status_reason = "Dealer 7 is closed";
  connection.successors = {{"com.example.hello", "Hello"}};
  EXPECT_EQ(why_not_usable(connection).en, "Dealer 7 is closed. Instead: Hello.");
  EXPECT_EQ(why_not_usable(connection).fr, "Dealer 7 is closed. À sa place : Hello.")
      << "its own words stay";
}

TEST(StatusReason, IsKnownWhereTheHubSaidIt) {
  std::vector<Wording> ours(std::begin(connections_texts::kReasons),
                            std::end(connections_texts::kReasons));
  ours.insert(ours.end(), std::begin(connectors_texts::kOutcomes),
              std::end(connectors_texts::kOutcomes));
  for (const Wording& row : ours) {
    Connection connection;
    connection.status_reason = row.en;
    EXPECT_EQ(status_reason_in(connection, "fr"), row.fr) << row.code;
    EXPECT_EQ(status_reason_in(connection, "en"), row.en) << row.code;
  }
}

TEST(ProblemsOfRepPolicy, AGenericAccountNeedsItsNameAndALenderThatTakesOne) {
  RepPolicy policy;
  EXPECT_EQ(refusals(problems_of(policy, kManifest)), Refusals{});
  policy.mode = RepMode::match_or_generic;
  EXPECT_EQ(refusals(problems_of(policy, kManifest)),
            Refusals{"/rep_policy/generic_account required"});
  policy.generic_account = "office@sunrise.example";
  EXPECT_EQ(refusals(problems_of(policy, kManifest)), Refusals{});
  json::Value manifest = acme_manifest();
  manifest["rep"]["generic_account"] = false;
  EXPECT_EQ(refusals(problems_of(policy, connectors::read_manifest(manifest.dump()))),
            Refusals{"/rep_policy/mode not_supported"});
  policy.mode = RepMode::match_or_create;
  EXPECT_EQ(refusals(problems_of(policy, kManifest)),
            Refusals{"/rep_policy/generic_account not_used"});
}

TEST(ProblemsOfRepPolicy, AnAccountIsMadeOnlyByALenderThatMakesThem) {
  struct Row {
    const char* rep;
    Refusals refused;
  };
  for (const Row& row :
       {Row{R"({"match":true,"create":false,"generic_account":true})",
            {"/rep_policy/mode not_supported"}},
        Row{R"({"match":true,"generic_account":true})", {"/rep_policy/mode not_supported"}},
        Row{R"({"match":true,"create":true})", {}}, Row{R"({"match":true})", {}}}) {
    json::Value manifest = acme_manifest();
    manifest["rep"] = json::parse(row.rep);
    EXPECT_EQ(refusals(problems_of(RepPolicy{}, connectors::read_manifest(manifest.dump()))),
              row.refused)
        << row.rep;
  }
}

TEST(IsOtherAccount, NeedsTwoNamesThatDiffer) {
  EXPECT_TRUE(is_other_account("A1", "A2"));
  EXPECT_FALSE(is_other_account("A1", "A1"));
  EXPECT_FALSE(is_other_account("", "A2"));
  EXPECT_FALSE(is_other_account("A1", ""));
}

TEST(Reaches, OwnOffersAndNetworkOffersFromAbove) {
  const OrgId top{"org_top"};
  const OrgId leaf{"org_leaf"};
  Offer offer;
  offer.org = top;
  offer.scope = OfferScope::org;
  EXPECT_TRUE(reaches(offer, top, {top}));
  EXPECT_FALSE(reaches(offer, leaf, {leaf, top}));
  offer.scope = OfferScope::network;
  EXPECT_TRUE(reaches(offer, leaf, {leaf, top}));
  EXPECT_FALSE(reaches(offer, leaf, {leaf}));
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// 20 000 / (1 − 20 %) = 25 000; 20 % of 20 000 = 4 000.
TEST(DealerFeeTexts, SayBothChoicesInMoney) {
  const PolicyTexts en = dealer_fee_texts("en");
  EXPECT_TRUE(holds(en.on, "$25,000.00") && holds(en.on, "$5,000.00")) << en.on;
  EXPECT_TRUE(holds(en.off, "$20,000.00") && holds(en.off, "$4,000.00")) << en.off;
  const PolicyTexts fr = dealer_fee_texts("fr");
  EXPECT_TRUE(holds(fr.on, "25\u202f000,00\u00a0$")) << fr.on;
  EXPECT_TRUE(holds(fr.off, "4\u202f000,00\u00a0$")) << fr.off;
}

TEST(RepTexts, ExistInBothLanguages) {
  EXPECT_NE(rep_texts("en").on, rep_texts("fr").on);
  EXPECT_TRUE(holds(rep_texts("en").off, "cannot tell"));
}

}  // namespace
}  // namespace lendport::connections
