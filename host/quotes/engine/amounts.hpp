// From what the system costs to what is financed: the order of work and the dealer fee.
//
//   system cost  = a total, or size × cost per watt
//   net cost     = system cost + adders − discounts − up-front incentives − down payment
//   dealer fee   by the product's basis, `f` its percentage:
//     system_cost      f × (system cost + adders − discounts), before incentives and down payment,
//                      added to the net cost: 20 000 at 5 % → 21 000.00
//     net_cost         f × net cost, added to it
//     financed_amount  the fee is f of what is financed: net / (1 − f): 20 000 at 5 % → 21 052.63;
//                      when it is the seller's own cost, f of the net cost: 1 000.00
//   financed     = net cost with the fee, or without it, as the connection says
#pragma once

#include "core/money.hpp"
#include "core/rate.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace lendport::quotes {

enum class FeeBasis { system_cost, net_cost, financed_amount };

std::string_view to_string(FeeBasis basis);
std::optional<FeeBasis> parse_fee_basis(std::string_view text);

// What the lender keeps of each loan from the seller. A percentage or a flat amount.
struct DealerFee {
  FeeBasis basis = FeeBasis::financed_amount;
  Rate percent;
  std::optional<Money> flat;  // instead of the percentage
  // The quoted cost holds the fee already: nothing is added, and "without" takes it out.
  bool included_in_quoted_cost = false;
};

// The connection's switch (on: the loan holds the fee; off: it is the seller's own cost).
enum class FeeHandling { in_loan, own_cost };

std::string_view to_string(FeeHandling handling);
std::optional<FeeHandling> parse_fee_handling(std::string_view text);

// The project's figures, all of one currency, none negative, each at most kCostMinorMax.
struct Costs {
  Money system_cost;  // size × cost per watt, or the total
  bool from_size = false;
  Money adders;
  Money discounts;
  Money incentives;  // paid up front
  Money down_payment;
};

inline constexpr std::int64_t kCostMinorMax = 100'000'000'000;  // a billion dollars

// Why terms cannot be priced. `code` names the limit and is stable; the details say the rule and
// the value that broke it, in English and in French: there is none without both.
struct Refusal {
  Refusal(std::string limit, std::string english, std::string french)
      : code(std::move(limit)), detail(std::move(english)), detail_fr(std::move(french)) {}

  // "fr" is French, any other language English.
  const std::string& in(std::string_view language) const {
    return language == "fr" ? detail_fr : detail;
  }

  std::string code;
  std::string detail;
  std::string detail_fr;
};

// "12.50" as French writes it: "12,50".
std::string in_french(std::string number);

// Where a figure comes from, as it is written beside it in a quote.
enum class Source {
  case_total,
  size_times_cost_per_watt,
  case_lines,  // the sum of adders, discounts or incentives
  case_field,
  product,
  computed,
};

std::string_view to_string(Source source);
std::optional<Source> parse_source(std::string_view text);

// What a loan is made of. `financed` is what the payments are computed on, `sent` what the lender
// is asked for; the two are the same today and are kept apart because a quote shows both.
struct Amounts {
  Money system_cost;
  Source system_cost_source = Source::case_total;
  Money adders;
  Money discounts;
  Money incentives;
  Money down_payment;
  Money net_cost;
  Money dealer_fee;
  FeeBasis dealer_fee_basis = FeeBasis::financed_amount;
  FeeHandling dealer_fee_handling = FeeHandling::in_loan;
  Money fees;  // the lender's own, added to the loan
  Money financed;
  Money sent;
};

// Refuses a net cost that is not positive, a fee of 100 % or more, figures past the limits.
std::variant<Amounts, Refusal> amounts_of(const Costs& costs, const DealerFee& fee,
                                          FeeHandling handling);

// size × cost per watt. Nothing past kCostMinorMax. REQUIRES: size_w ≥ 0, cost ≥ 0.
std::optional<Money> cost_of_size(std::int64_t size_w, Money cost_per_watt);

}  // namespace lendport::quotes
