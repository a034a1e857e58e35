// Consent to further lenders, read strictly and kept as it was given.
#include "applications/json_onward.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport {
namespace {

const Time kNow = from_unix_ms(1'780'000'000'000);

std::vector<OnwardConsent> read(const std::string& items) {
  const json::Value document = json::parse(R"({"waterfall":[)" + items + "]}");
  json::Reader at(document);
  auto consents = read_onward_consents(at, kNow);
  at.finish();
  return consents;
}

TEST(JsonOnward, ReadsEachLenderWithItsTerms) {
  const auto consents =
      read(R"({"lender":"Second Bank","text_version":"v1","apr_max":"7.99","term_months_max":240,
               "amount_max":{"amount":"25000.00","currency":"USD"}})");
  ASSERT_EQ(consents.size(), 1U);
  EXPECT_EQ(consents.front(), (OnwardConsent{"Second Bank", "v1", Rate{7'990'000'000}, 240,
                                             Money{2'500'000, Currency()}, "", kNow}));
  EXPECT_TRUE(read("").empty());
  EXPECT_THROW(read(R"({"lender":"Second Bank"})"), Error);
}

TEST(JsonOnward, ComesBackFromTheStore) {
  Onward onward;
  EXPECT_EQ(read_stored_onward(write_stored_onward(onward)), onward);
  onward.consents = {
      {"Second Bank", "v1", Rate{7'990'000'000}, 240, Money{2'500'000, Currency()}, "fr", kNow}};
  onward.next = NextApplication{ApplicationId{"app_1"}, "Second Bank"};
  EXPECT_EQ(read_stored_onward(write_stored_onward(onward)), onward);
  // As it was kept before skipped lenders were.
  const char* kept = R"({"waterfall":[],"next":{"application_id":"app_1","lender":"Second Bank"}})";
  EXPECT_EQ(read_stored_onward(kept).next, onward.next);
  onward.next->skipped = {{"First Bank", "lender_paused"}};
  EXPECT_EQ(read_stored_onward(write_stored_onward(onward)), onward);
}

// As they were written before each kept its own language and time.
TEST(JsonOnward, ReadsConsentsOfAnOlderStore) {
  const Onward onward = read_stored_onward(
      R"({"waterfall":[{"lender":"Second Bank","text_version":"v1","apr_max":"7.99",
           "term_months_max":240,"amount_max":{"amount":"25000.00","currency":"USD"}}],
          "next":null})");
  ASSERT_EQ(onward.consents.size(), 1U);
  EXPECT_EQ(onward.consents.front(), (OnwardConsent{"Second Bank", "v1", Rate{7'990'000'000}, 240,
                                                    Money{2'500'000, Currency()}, "", Time{}}));
}

}  // namespace
}  // namespace lendport
