// Words of the wire for states and orders of quotes.
#include "quotes/quote.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(QuoteWords, AreReadAsTheyAreWritten) {
  for (auto status : {QuoteStatus::active, QuoteStatus::superseded}) {
    EXPECT_EQ(parse_quote_status(to_string(status)), status);
  }
  for (auto order :
       {QuoteOrder::lowest_payment, QuoteOrder::lowest_rate, QuoteOrder::shortest_term}) {
    EXPECT_EQ(parse_quote_order(to_string(order)), order);
  }
  EXPECT_FALSE(parse_quote_status("draft"));
  EXPECT_FALSE(parse_quote_order("payment"));
}

}  // namespace
}  // namespace lendport
