// An application's JSON for who reads French: the hub's sentences, and not the lender's.
#include "applications/json_language.hpp"

#include "applications/attention.hpp"
#include "applications/texts.hpp"
#include "connectors/texts.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport {
namespace {

json::Value sample() {
  return json::parse(R"({
    "attention": "the lender says \"PAID\", which does not follow from declined: ask the lender",
    "failure": {"code": "deadline", "message": "The lender could not be reached in time"},
    "documents": {"state": "failed",
      "failure": {"code": "x", "message": "The lender waits for no documents any more"}},
    "notice": {"why_not_written": "mail is off",
      "ended_because": "the applicant accepted the offer"},
    "reason": "an application that is approved cannot be confirmed",
    "decision": {"reasons": [{"text": "mail is off"}]}})");
}

TEST(PutInLanguage, SaysWhatTheHubSays) {
  json::Value written = sample();
  put_in_language(written, "fr");
  EXPECT_EQ(written.at("attention"),
            "le prêteur indique « PAID », ce qui ne peut pas suivre l'état « refusée » : "
            "renseignez-vous auprès de lui");
  EXPECT_EQ(written.at("failure").at("message"), "Le prêteur n'a pas pu être joint à temps");
  EXPECT_EQ(written.at("failure").at("code"), "deadline");
  EXPECT_EQ(written.at("documents").at("failure").at("message"),
            "Le prêteur n'attend plus de documents");
  EXPECT_EQ(written.at("notice").at("why_not_written"), "l'envoi d'e-mails est désactivé");
  EXPECT_EQ(written.at("notice").at("ended_because"), "l'emprunteur a accepté l'offre");
  EXPECT_EQ(written.at("reason"), "une demande à l'état « accordée » ne peut pas être confirmée");
  EXPECT_EQ(written.at("decision").at("reasons").at(0).at("text"), "mail is off")
      << "the lender's own";
}

TEST(PutInLanguage, KnowsTheFailuresSaidInAConnectorsPlaceToo) {
  const auto expect_french = [](std::span<const Wording> table) {
    for (const Wording& row : table) {
      json::Value written;
      written["failure"]["message"] = row.en;
      written["documents"]["failure"]["message"] = row.en;
      put_in_language(written, "fr");
      EXPECT_EQ(written["failure"]["message"], row.fr);
      EXPECT_EQ(written["documents"]["failure"]["message"], row.fr);
    }
  };
  expect_french(applications_texts::kFailures);
  expect_french(connectors_texts::kOutcomes);
}

TEST(PutInLanguage, LeavesOtherWordsAndOtherLanguages) {
  json::Value english = sample();
  put_in_language(english, "en");
  EXPECT_EQ(english, sample());
  json::Value others = json::parse(R"({"attention": "look", "documents": null, "notice": null,
    "failure": {"code": "deadline", "message": "The lender says: too late"}, "reason": 7})");
  const json::Value before = others;
  put_in_language(others, "fr");
  EXPECT_EQ(others, before);
  json::Value list = json::Value::array();
  put_in_language(list, "fr");
  EXPECT_TRUE(list.empty());
}

}  // namespace
}  // namespace lendport
