#include "quotes/engine/amounts.hpp"

#include "quotes/engine/vectors.hpp"

namespace lendport::quotes {
namespace {

Costs costs(const std::string& system, const std::string& incentives = "0") {
  Costs costs;
  costs.system_cost = usd(system);
  costs.incentives = usd(incentives);
  return costs;
}

DealerFee fee(FeeBasis basis, const std::string& percent) {
  DealerFee fee;
  fee.basis = basis;
  fee.percent = rate(percent);
  return fee;
}

// The one place that calls amounts_of: what is financed, or the limit that was broken.
std::string financed(const Costs& costs, const DealerFee& fee,
                     FeeHandling handling = FeeHandling::in_loan) {
  const auto outcome = amounts_of(costs, fee, handling);
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) return refusal->code;
  const auto& amounts = std::get<Amounts>(outcome);
  EXPECT_EQ(amounts.financed, amounts.sent);
  return format_amount(amounts.financed);
}

TEST(Amounts, FollowThePublishedDealerFeeExamples) {
  int seen = 0;
  for (const auto& example : vector_cases("dealer_fee_examples.json")) {
    if (!example.contains("dealer_fee_percent")) continue;
    const std::string basis = example.at("basis").get<std::string>().substr(11);
    const bool loan = example.contains("expected_loan_amount");
    const std::string cost = example.at(loan ? "install_cost" : "system_cost");
    const std::string expected =
        example.at(loan ? "expected_loan_amount" : "expected_financed_amount");
    EXPECT_EQ(financed(costs(cost), fee(*parse_fee_basis(basis),
                                        example.at("dealer_fee_percent").get<std::string>())),
              expected)
        << example.at("id");
    ++seen;
  }
  EXPECT_EQ(seen, 3);
}

TEST(Amounts, NameTheBasisOfTheFee) {
  struct Example {
    const char* system;
    const char* incentives;
    FeeBasis basis;
    const char* percent;
    const char* financed;
  };
  for (const Example& example :
       {Example{"20000", "0", FeeBasis::system_cost, "5", "21000.00"},
        Example{"20000", "2000", FeeBasis::system_cost, "5", "19000.00"},
        Example{"20000", "2000", FeeBasis::net_cost, "5", "18900.00"},
        Example{"20000", "2000", FeeBasis::financed_amount, "5", "18947.37"},
        Example{"20000", "0", FeeBasis::financed_amount, "5", "21052.63"},
        Example{"40931.25", "0", FeeBasis::financed_amount, "15.5", "48439.35"},
        Example{"20000", "0", FeeBasis::net_cost, "0", "20000.00"}}) {
    EXPECT_EQ(
        financed(costs(example.system, example.incentives), fee(example.basis, example.percent)),
        example.financed);
    EXPECT_EQ(financed(costs(example.system, example.incentives),
                       fee(example.basis, example.percent), FeeHandling::own_cost),
              format_amount(usd(example.system) - usd(example.incentives)));
  }
}

// What the lender keeps of a loan that does not hold the fee.
TEST(Amounts, SayWhatTheSellersOwnCostIs) {
  struct Example {
    FeeBasis basis;
    bool included;
    const char* financed;
    const char* fee;
  };
  for (const Example& example : {Example{FeeBasis::system_cost, false, "18000.00", "4000.00"},
                                 Example{FeeBasis::net_cost, false, "18000.00", "3600.00"},
                                 Example{FeeBasis::financed_amount, false, "18000.00", "3600.00"},
                                 Example{FeeBasis::system_cost, true, "14666.67", "3333.33"},
                                 Example{FeeBasis::net_cost, true, "15000.00", "3000.00"},
                                 Example{FeeBasis::financed_amount, true, "14400.00", "2880.00"}}) {
    DealerFee twenty = fee(example.basis, "20");
    twenty.included_in_quoted_cost = example.included;
    const auto outcome = amounts_of(costs("20000", "2000"), twenty, FeeHandling::own_cost);
    const auto& amounts = std::get<Amounts>(outcome);
    EXPECT_EQ(format_amount(amounts.financed), example.financed) << to_string(example.basis);
    EXPECT_EQ(format_amount(amounts.dealer_fee), example.fee) << to_string(example.basis);
  }
}

TEST(Amounts, BoundOnlyAFeeThatGrowsWithoutBound) {
  const std::string most = "99.999999999";
  const auto system = fee(FeeBasis::system_cost, most);
  const auto net = fee(FeeBasis::net_cost, most);
  const auto financed_amount = fee(FeeBasis::financed_amount, most);
  EXPECT_EQ(financed(costs("20000"), system), "40000.00");
  EXPECT_EQ(financed(costs("20000"), net), "40000.00");
  EXPECT_EQ(financed(costs("20000"), financed_amount), "amount_limit");
  EXPECT_EQ(financed(costs("20000"), financed_amount, FeeHandling::own_cost), "20000.00");
}

TEST(Amounts, ApplyAddersDiscountsAndDownPaymentFirst) {
  Costs project = costs("30000", "2000");
  project.adders = usd("1500.50");
  project.discounts = usd("500.25");
  project.down_payment = usd("3000");
  const auto outcome = amounts_of(project, fee(FeeBasis::system_cost, "10"), FeeHandling::in_loan);
  const auto& amounts = std::get<Amounts>(outcome);
  EXPECT_EQ(format_amount(amounts.net_cost), "26000.25");
  EXPECT_EQ(format_amount(amounts.dealer_fee), "3100.03");  // of 31 000.25, half away from zero
  EXPECT_EQ(format_amount(amounts.financed), "29100.28");
}

TEST(Amounts, TakeAnIncludedFeeOutWhenItIsTheSellersCost) {
  for (const auto& [basis, without] :
       {std::pair{FeeBasis::financed_amount, "20000.00"}, std::pair{FeeBasis::net_cost, "20050.12"},
        std::pair{FeeBasis::system_cost, "20050.12"}}) {
    DealerFee included = fee(basis, "5");
    included.included_in_quoted_cost = true;
    EXPECT_EQ(financed(costs("21052.63"), included), "21052.63");
    EXPECT_EQ(financed(costs("21052.63"), included, FeeHandling::own_cost), without);
  }
}

TEST(Amounts, TakeAFlatFee) {
  DealerFee flat;
  flat.flat = usd("750");
  EXPECT_EQ(financed(costs("20000"), flat), "20750.00");
  EXPECT_EQ(financed(costs("20000"), flat, FeeHandling::own_cost), "20000.00");
  flat.flat = Money{75'000, Currency::parse("EUR").value()};
  EXPECT_EQ(financed(costs("20000"), flat), "currency");
  flat.flat = Money{-1, {}};
  EXPECT_EQ(financed(costs("20000"), flat), "dealer_fee");
  flat.flat = Money{kMinorUnitsMax, {}};
  EXPECT_EQ(financed(costs("20000"), flat), "dealer_fee");
}

TEST(Amounts, RefuseWhatCannotBeFinanced) {
  for (const char* incentives : {"20000", "20000.01", "1000000"}) {
    EXPECT_EQ(financed(costs("20000", incentives), fee(FeeBasis::net_cost, "5")), "net_cost");
  }
  for (FeeBasis basis : {FeeBasis::system_cost, FeeBasis::net_cost, FeeBasis::financed_amount}) {
    EXPECT_EQ(financed(costs("20000"), fee(basis, "100")), "dealer_fee");
    EXPECT_EQ(financed(costs("20000"), fee(basis, "1000")), "dealer_fee");
  }
  EXPECT_EQ(financed(costs("20000"), fee(FeeBasis::financed_amount, "99.999999999")),
            "amount_limit");
  DealerFee included = fee(FeeBasis::financed_amount, "99.999");
  included.included_in_quoted_cost = true;
  EXPECT_EQ(financed(costs("0.01"), included, FeeHandling::own_cost), "net_cost");
}

TEST(Amounts, MultiplySizeByCostPerWatt) {
  EXPECT_EQ(format_amount(*cost_of_size(10'915, usd("3.75"))), "40931.25");
  EXPECT_EQ(format_amount(*cost_of_size(0, usd("3.75"))), "0.00");
  EXPECT_EQ(format_amount(*cost_of_size(10'915, usd("0"))), "0.00");
  EXPECT_FALSE(cost_of_size(INT64_MAX, usd("3.75")));
  EXPECT_FALSE(cost_of_size(2, Money{kCostMinorMax, {}}));
}

TEST(Amounts, SpellTheirWords) {
  for (FeeBasis basis : {FeeBasis::system_cost, FeeBasis::net_cost, FeeBasis::financed_amount}) {
    EXPECT_EQ(parse_fee_basis(to_string(basis)), basis);
  }
  EXPECT_FALSE(parse_fee_basis("financed"));
  EXPECT_EQ(to_string(Source::size_times_cost_per_watt), "size_times_cost_per_watt");
}

}  // namespace
}  // namespace lendport::quotes
