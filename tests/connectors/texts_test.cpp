// What the hub says in a connector's place: every sentence in both languages, and no other one
// said.
#include "connectors/texts.hpp"

#include "connectors/world.hpp"
#include "support/wordings.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport::connectors {
namespace {

using connectors_texts::kOutcomes;

// The row that an outcome's message is.
std::string said_by(const Outcome& outcome) {
  const Wording* row = row_saying(kOutcomes, outcome.message);
  return row == nullptr ? "no row: " + outcome.message : std::string(row->code);
}

TEST(ConnectorTexts, AreInBothLanguages) {
  test::expect_whole(kOutcomes);
  test::expect_whole(connectors_texts::kRefusals);
}

TEST(ConnectorTexts, OutcomesHaveNoParameters) {
  for (const Wording& row : kOutcomes) EXPECT_TRUE(parameters_of(row.en).empty()) << row.code;
}

struct Broken {
  const char* page;
  const char* row;
};

TEST(ConnectorTexts, AreWhatTheHubSaysOfABrokenOperation) {
  World world;
  world.start_puppet();
  for (const Broken& one : {
           Broken{"result:{", "mistake"},
           Broken{"result:{}", "mistake"},
           Broken{"error:4", "mistake"},
           Broken{"oversized", "mistake"},
           Broken{"refuse:-6", "unsupported"},
           Broken{"refuse:-8", "not_taken"},
       }) {
    EXPECT_EQ(said_by(world.play(one.page)), one.row) << one.page;
  }
  EXPECT_TRUE(said_by(world.play("outcome:1")).starts_with("no row: ")) << "the connector's own";
}

TEST(ConnectorTexts, AreWhatTheHubSaysBeforeAConnectorDoes) {
  World world;
  world.start_puppet();
  Call malformed = world.puppet("ok");
  malformed.request = R"({"page":7})";
  EXPECT_EQ(said_by(world.call(malformed)), "request_invalid");
  Call refused = world.puppet("ok");
  refused.settings = R"({"client_id":"me","refuse":true})";
  refused.settings_revision = 2;
  EXPECT_EQ(said_by(world.call(refused)), "settings_refused");
  Call kept = world.puppet("create");
  kept.fence = [](db::Transaction&) { throw Error(ErrorCode::overloaded, "no time"); };
  EXPECT_EQ(said_by(world.call(kept)), "hub_busy");
}

TEST(ConnectorTexts, AreWhatTheHubSaysOfALender) {
  World world({{"", true, false}});
  world.settings.doorway.circuit.failures = 1;
  world.settings.doorway.circuit.open_for = std::chrono::seconds(60);
  world.start_puppet();
  EXPECT_EQ(said_by(world.play("lie")), "outcome_unknown");
  EXPECT_EQ(said_by(world.play("get")), "lender_down");
}

TEST(ConnectorTexts, AreInTheErrorsOfACall) {
  World world;
  world.start_puppet();
  const auto french_of = [&](Call call) {
    try {
      world.call(std::move(call));
    } catch (const Error& error) {
      return error.detail_fr();
    }
    return std::string();
  };
  Call missing = world.puppet("ok");
  missing.operation = "rep.ensure/1";
  EXPECT_EQ(french_of(missing), "le connecteur com.example.puppet ne propose pas rep.ensure/1");
  Call unknown = world.puppet("ok");
  unknown.plugin = "com.example.nobody";
  EXPECT_EQ(french_of(unknown), "le connecteur com.example.nobody n'est pas prêt");
}

}  // namespace
}  // namespace lendport::connectors
