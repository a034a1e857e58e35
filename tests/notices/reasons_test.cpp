// The reasons of a notice: at most four, specific, in the applicant's language.
#include "notices/reasons.hpp"

#include "json/value.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace lendport::notices {
namespace {

TEST(Reasons, HaveATextForEveryUnifiedCode) {
  std::ifstream file(LENDPORT_SOURCE_DIR "/plugin-api/schema/application.status-1.result.json");
  const json::Value schema = json::Value::parse(file);
  const auto& codes =
      schema.at("$defs").at("reason").at("properties").at("unified_code").at("x-values");
  for (const auto& code : codes) {
    for (const auto language : {mail::Language::en, mail::Language::fr}) {
      const bool is_told = !text_of(code.get<std::string>(), language).empty();
      EXPECT_EQ(is_told, code != "other") << code;
    }
  }
}

TEST(Reasons, AreAtMostFourAndNoneTwice) {
  Decision decision;
  decision.reasons = {{"1", "income_insufficient", "x"}, {"2", "other", "Roof too old"},
                      {"3", "income_insufficient", "y"}, {"4", "other", ""},
                      {"5", "bankruptcy", ""},           {"6", "new_code", "As the lender says"},
                      {"7", "outside_area", ""}};
  EXPECT_EQ(principal_reasons(decision, mail::Language::en),
            (std::vector<std::string>{"Income insufficient for amount of credit requested",
                                      "Roof too old", "Bankruptcy", "As the lender says"}));
  EXPECT_EQ(principal_reasons(decision, mail::Language::fr).front(),
            "Revenus insuffisants pour le montant de crédit demandé");
  EXPECT_TRUE(principal_reasons({}, mail::Language::en).empty());
}

}  // namespace
}  // namespace lendport::notices
