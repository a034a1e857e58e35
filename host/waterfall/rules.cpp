#include "waterfall/rules.hpp"

#include <algorithm>

namespace lendport::waterfall {

std::vector<std::string> after(const std::vector<std::string>& order, const std::string& lender) {
  const auto found = std::find(order.begin(), order.end(), lender);
  return {found == order.end() ? order.begin() : std::next(found), order.end()};
}

const PricedProduct* best_of(const Comparison& comparison,
                             const std::vector<std::string>& lenders) {
  for (const std::string& lender : lenders) {
    // They come by payment, the lowest first.
    const auto found =
        std::find_if(comparison.priced.begin(), comparison.priced.end(),
                     [&](const PricedProduct& product) { return product.lender == lender; });
    if (found != comparison.priced.end()) return &*found;
  }
  return nullptr;
}

const OnwardConsent* consent_to(const std::vector<OnwardConsent>& consents,
                                const Application& next) {
  for (const OnwardConsent& consent : consents) {
    const Money& amount = next.financed_amount;
    const bool covers = consent.lender == next.lender &&
                        next.apr.billionths <= consent.apr_max.billionths &&
                        next.term_months <= consent.term_months_max &&
                        amount.currency == consent.amount_max.currency &&
                        amount.minor_units <= consent.amount_max.minor_units;
    if (covers) return &consent;
  }
  return nullptr;
}

}  // namespace lendport::waterfall
