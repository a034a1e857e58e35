// The wire form of the domain's own types.
#include "json/writer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport::json {
namespace {

TEST(Write, SpellsTheDomainTypes) {
  EXPECT_EQ(dump(write(Money{1250, Currency::parse("EUR").value()})),
            R"({"amount":"12.50","currency":"EUR"})");
  EXPECT_EQ(dump(write(Rate{5'990'000'000})), R"("5.99")");
  EXPECT_EQ(dump(write(parse_time("2026-05-04T00:00:00Z").value())),
            R"("2026-05-04T00:00:00.000Z")");
  EXPECT_EQ(dump(write(parse_date("2026-05-04").value())), R"("2026-05-04")");
}

}  // namespace
}  // namespace lendport::json
