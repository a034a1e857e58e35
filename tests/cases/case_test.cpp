// Words of the wire for kinds, states and income periods.
#include "cases/case.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(CaseWords, AreReadAsTheyAreWritten) {
  for (auto kind : {CustomerKind::prospect, CustomerKind::client}) {
    EXPECT_EQ(parse_customer_kind(to_string(kind)), kind);
  }
  for (auto status : {CaseStatus::active, CaseStatus::abandoned, CaseStatus::closed}) {
    EXPECT_EQ(parse_case_status(to_string(status)), status);
  }
  for (auto period : {IncomePeriod::year, IncomePeriod::month, IncomePeriod::week}) {
    EXPECT_EQ(parse_income_period(to_string(period)), period);
  }
}

TEST(CaseWords, OthersAreNone) {
  for (const char* word : {"", "Client", "open", "day", "active "}) {
    EXPECT_FALSE(parse_customer_kind(word)) << word;
    EXPECT_FALSE(parse_case_status(word)) << word;
    EXPECT_FALSE(parse_income_period(word)) << word;
  }
}

}  // namespace
}  // namespace lendport
