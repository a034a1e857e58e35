// The reasons of a notice: at most four, specific, in the applicant's language.
#include "notices/reasons.hpp"

#include <gtest/gtest.h>

namespace lendport::notices {
namespace {

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
