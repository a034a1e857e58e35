#include "quotes/engine/amounts.hpp"

#include "quotes/engine/level_loan.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lendport::quotes {
namespace {

template <class Enum, std::size_t N>
using Words = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Words<FeeBasis, 3> kBases{{{FeeBasis::system_cost, "system_cost"},
                                     {FeeBasis::net_cost, "net_cost"},
                                     {FeeBasis::financed_amount, "financed_amount"}}};
constexpr Words<FeeHandling, 2> kHandlings{
    {{FeeHandling::in_loan, "in_loan"}, {FeeHandling::own_cost, "own_cost"}}};
constexpr Words<Source, 6> kSources{{{Source::case_total, "case_total"},
                                     {Source::size_times_cost_per_watt, "size_times_cost_per_watt"},
                                     {Source::case_lines, "case_lines"},
                                     {Source::case_field, "case_field"},
                                     {Source::product, "product"},
                                     {Source::computed, "computed"}}};

template <class Enum, std::size_t N>
std::optional<Enum> parsed(const Words<Enum, N>& words, std::string_view text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  return std::nullopt;
}

constexpr Rate kWhole{100 * kRateOnePercent};

// The fee on top of a cost that does not hold it yet.
Money fee_added(const Amounts& amounts, const DealerFee& fee) {
  const bool in_loan = amounts.dealer_fee_handling == FeeHandling::in_loan;
  switch (fee.basis) {
    case FeeBasis::system_cost:
      return percent_of(fee.percent, amounts.system_cost + amounts.adders - amounts.discounts);
    case FeeBasis::net_cost: return percent_of(fee.percent, amounts.net_cost);
    case FeeBasis::financed_amount:
      return in_loan ? gross_up(fee.percent, amounts.net_cost) - amounts.net_cost
                     : percent_of(fee.percent, amounts.net_cost);
  }
  return {};
}

// What is on top when `holding` is (1 + f) of the rest: x − x / (1 + f).
Money part_on_top(Rate percent, Money holding) {
  return holding - gross_up(Rate{-percent.billionths}, holding);
}

// The fee inside a cost that holds it already.
Money fee_contained(const Amounts& amounts, const DealerFee& fee) {
  switch (fee.basis) {
    case FeeBasis::system_cost:
      return part_on_top(fee.percent, amounts.system_cost + amounts.adders - amounts.discounts);
    case FeeBasis::net_cost: return part_on_top(fee.percent, amounts.net_cost);
    case FeeBasis::financed_amount: return percent_of(fee.percent, amounts.net_cost);
  }
  return {};
}

// What the lender keeps: of a loan without the fee that is less than the quoted cost holds of it.
Money fee_kept(const Amounts& amounts, const DealerFee& fee, Money in_cost) {
  const bool of_smaller_loan = amounts.dealer_fee_handling == FeeHandling::own_cost &&
                               fee.basis == FeeBasis::financed_amount && !fee.flat;
  return of_smaller_loan ? percent_of(fee.percent, amounts.financed) : in_cost;
}

std::optional<Refusal> fee_problem(const Amounts& amounts, const DealerFee& fee) {
  if (fee.flat && fee.flat->currency != amounts.net_cost.currency) {
    return Refusal("currency", "the product's dealer fee is in another currency than the case",
                   "les frais de distribution du produit ne sont pas dans la devise du dossier");
  }
  if (fee.flat && (fee.flat->minor_units < 0 || fee.flat->minor_units > kPrincipalMinorMax)) {
    return Refusal("dealer_fee", "the dealer fee is a positive amount within what can be financed",
                   "les frais de distribution sont un montant positif qui peut être financé");
  }
  if (fee.percent >= kWhole || fee.percent.billionths < 0) {
    const std::string percent = format_rate(fee.percent);
    return Refusal("dealer_fee", "the dealer fee must be below 100 %, it is " + percent + " %",
                   "les frais de distribution doivent être inférieurs à 100 %, ils sont de " +
                       in_french(percent) + " %");
  }
  return std::nullopt;
}

Refusal too_large(Money money) {
  const std::string most = format_amount({kPrincipalMinorMax, money.currency});
  return {"amount_limit", "no more than " + most + " can be financed, dealer fee included",
          "on ne peut financer plus de " + in_french(most) + ", frais de distribution compris"};
}

// net / (1 − f) without computing it: near 100 % it has no bound.
bool passes_limit(const Amounts& amounts, const DealerFee& fee) {
  const bool grows = fee.basis == FeeBasis::financed_amount && !fee.flat &&
                     !fee.included_in_quoted_cost &&
                     amounts.dealer_fee_handling == FeeHandling::in_loan;
  if (!grows) return false;
  const auto left = static_cast<long double>(kWhole.billionths - fee.percent.billionths);
  const long double grown = static_cast<long double>(amounts.net_cost.minor_units) *
                            static_cast<long double>(kWhole.billionths) / left;
  return grown > static_cast<long double>(kPrincipalMinorMax);
}

}  // namespace

std::string in_french(std::string number) {
  std::replace(number.begin(), number.end(), '.', ',');
  return number;
}

std::string_view to_string(FeeBasis basis) {
  return kBases.at(static_cast<std::size_t>(basis)).second;
}

std::string_view to_string(FeeHandling handling) {
  return kHandlings.at(static_cast<std::size_t>(handling)).second;
}

std::string_view to_string(Source source) {
  return kSources.at(static_cast<std::size_t>(source)).second;
}

std::optional<FeeBasis> parse_fee_basis(std::string_view text) {
  return parsed(kBases, text);
}

std::optional<FeeHandling> parse_fee_handling(std::string_view text) {
  return parsed(kHandlings, text);
}

std::optional<Source> parse_source(std::string_view text) {
  return parsed(kSources, text);
}

std::variant<Amounts, Refusal> amounts_of(const Costs& costs, const DealerFee& fee,
                                          FeeHandling handling) {
  Amounts amounts;
  amounts.system_cost = costs.system_cost;
  amounts.system_cost_source =
      costs.from_size ? Source::size_times_cost_per_watt : Source::case_total;
  amounts.adders = costs.adders;
  amounts.discounts = costs.discounts;
  amounts.incentives = costs.incentives;
  amounts.down_payment = costs.down_payment;
  amounts.net_cost =
      costs.system_cost + costs.adders - costs.discounts - costs.incentives - costs.down_payment;
  amounts.dealer_fee_basis = fee.basis;
  amounts.dealer_fee_handling = handling;
  const Currency currency = amounts.net_cost.currency;
  if (amounts.net_cost.minor_units <= 0) {
    const std::string net = format_amount(amounts.net_cost);
    return Refusal("net_cost", "the net cost must be more than zero, it is " + net,
                   "le coût net doit être supérieur à zéro, il est de " + in_french(net));
  }
  if (auto problem = fee_problem(amounts, fee)) return *std::move(problem);
  if (passes_limit(amounts, fee)) return too_large(amounts.net_cost);
  const bool contained = fee.included_in_quoted_cost;
  const Money dealer_fee = fee.flat    ? *fee.flat
                           : contained ? fee_contained(amounts, fee)
                                       : fee_added(amounts, fee);
  const Money with = contained ? amounts.net_cost : amounts.net_cost + dealer_fee;
  const Money without = contained ? amounts.net_cost - dealer_fee : amounts.net_cost;
  amounts.fees = Money{0, currency};
  amounts.financed = amounts.sent = handling == FeeHandling::in_loan ? with : without;
  if (amounts.financed.minor_units <= 0) {
    const std::string taken = format_amount(dealer_fee);
    return Refusal("net_cost",
                   "nothing is left to finance once the dealer fee of " + taken + " is taken out",
                   "il ne reste rien à financer une fois retirés les frais de distribution de " +
                       in_french(taken));
  }
  if (amounts.financed.minor_units > kPrincipalMinorMax) return too_large(amounts.net_cost);
  amounts.dealer_fee = fee_kept(amounts, fee, dealer_fee);
  return amounts;
}

std::optional<Money> cost_of_size(std::int64_t size_w, Money cost_per_watt) {
  if (cost_per_watt.minor_units != 0 && size_w > kCostMinorMax / cost_per_watt.minor_units) {
    return std::nullopt;
  }
  return Money{size_w * cost_per_watt.minor_units, cost_per_watt.currency};
}

}  // namespace lendport::quotes
