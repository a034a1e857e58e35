// The spelling of quotes, their schedules and comparisons.
#include "quotes/json.hpp"

#include "core/error.hpp"
#include "quotes/samples.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace lendport::quotes {
namespace {

Quote three_months() {
  const auto loan = level_loan({100'000, percent("12"), 3});
  Quote quote;
  quote.id = QuoteId{"quote_1"};
  quote.product_name = "Prêt \"solaire\"";
  quote.amounts.system_cost = usd("900");
  quote.amounts.system_cost_source = Source::size_times_cost_per_watt;
  quote.amounts.dealer_fee = usd("100");
  quote.amounts.financed = quote.amounts.sent = usd("1000");
  quote.term_months = 3;
  quote.apr_stated = quote.apr = percent("12");
  quote.payment = Money{loan->payment_minor, {}};
  quote.last_payment = Money{loan->last_payment_minor, {}};
  quote.schedule = loan->rows;
  quote.first_payment_on = parse_date("2026-01-31").value();
  return quote;
}

std::vector<std::string> refused(const std::string& body) {
  try {
    read_quote_request(body);
    return {};
  } catch (const Error& error) {
    if (error.code() == ErrorCode::malformed_request) return {"malformed"};
    std::vector<std::string> pointers;
    for (const Violation& violation : error.violations()) pointers.push_back(violation.pointer);
    std::sort(pointers.begin(), pointers.end());
    return pointers;
  }
}

using Pointers = std::vector<std::string>;

TEST(QuoteRequestBody, IsReadOrRefusedWhole) {
  const QuoteRequest request =
      read_quote_request(R"({"product_id":"prod_1","term_months":240,"language":"es"})");
  EXPECT_EQ(request.product.value, "prod_1");
  EXPECT_EQ(request.term_months, 240);
  EXPECT_EQ(request.language, "es");
  EXPECT_EQ(refused("{}"), Pointers{"/product_id"});
  EXPECT_EQ(refused(""), Pointers{"malformed"});
  for (const char* term :
       {"0", "10000", "-1", "1e308", "240.5", "\"240\"", "99999999999999999999999999"}) {
    EXPECT_EQ(refused(R"({"product_id":"prod_1","term_months":)" + std::string(term) + "}"),
              Pointers{"/term_months"})
        << term;
  }
  EXPECT_EQ(refused(R"({"product_id":"prod_1","term_months":1e400})"), Pointers{"malformed"});
  EXPECT_EQ(refused(R"({"product_id":7,"apr":"1e308"})"), (Pointers{"/apr", "/product_id"}));
}

TEST(CompareRequestBody, MayBeEmpty) {
  EXPECT_EQ(read_compare_request("").order, QuoteOrder::lowest_payment);
  EXPECT_EQ(read_compare_request("{}").order, QuoteOrder::lowest_payment);
  EXPECT_EQ(read_compare_request(R"({"sort":"lowest_rate"})").order, QuoteOrder::lowest_rate);
  EXPECT_THROW(read_compare_request(R"({"sort":"cheapest"})"), Error);
}

TEST(WriteQuote, NamesTheSourceOfEachAmount) {
  const auto value = write(three_months());
  const json::Value& amounts = value->at("amounts");
  EXPECT_EQ(amounts.at("system_cost").at("amount"), "900.00");
  EXPECT_EQ(amounts.at("system_cost").at("source"), "size_times_cost_per_watt");
  EXPECT_EQ(amounts.at("dealer_fee").at("basis"), "financed_amount");
  EXPECT_EQ(amounts.at("dealer_fee").at("handling"), "in_loan");
  EXPECT_EQ(amounts.at("amount_sent_to_lender").at("amount"), "1000.00");
  EXPECT_EQ(value->at("apr"), "12");
  EXPECT_EQ(value->at("connection_id"), nullptr);
}

TEST(WriteQuote, SpellsItsScheduleInJsonAndCsv) {
  const Quote quote = three_months();
  const json::Value rows = write(quote)->at("schedule").at("rows");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows.at(1).at("due_date"), "2026-02-28");
  EXPECT_EQ(rows.at(0).at("interest"), "10.00");
  EXPECT_EQ(rows.at(2).at("balance"), "0.00");
  EXPECT_EQ(schedule_csv(quote),
            "n,due_date,opening,principal,interest,payment,balance\n"
            "1,2026-01-31,1000.00,330.02,10.00,340.02,669.98\n"
            "2,2026-02-28,669.98,333.32,6.70,340.02,336.66\n"
            "3,2026-03-31,336.66,336.66,3.37,340.03,0.00\n");
  Quote listed = quote;
  listed.schedule.clear();
  EXPECT_FALSE(write(listed)->contains("schedule"));
}

TEST(WriteComparison, HoldsOffersAndWhatIsLeftOut) {
  const Case subject = project();
  const auto costs = std::get<Costs>(costs_of(subject));
  Comparison comparison;
  comparison.priced.push_back(std::get<PricedProduct>(
      priced(subject, costs, product(level_terms()), "es", FeeHandling::in_loan)));
  comparison.left_out.push_back({ProductId{"prod_2"}, "Loan", "Lender", "state", "not in NY"});
  const auto value = write(comparison);
  EXPECT_EQ(value->at("data").at(0).at("product_name"), "Préstamo solar");
  EXPECT_EQ(value->at("data").at(0).at("amounts").at("financed_amount").at("amount"), "21000.00");
  EXPECT_EQ(value->at("left_out").at(0).at("code"), "state");
}

}  // namespace
}  // namespace lendport::quotes
