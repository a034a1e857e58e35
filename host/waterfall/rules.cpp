#include "waterfall/rules.hpp"

#include <algorithm>

namespace lendport::waterfall {
namespace {

using applications_texts::kReasons;

bool is_priced(const Comparison& comparison, const std::string& lender) {
  return std::any_of(comparison.priced.begin(), comparison.priced.end(),
                     [&](const PricedProduct& product) { return product.lender == lender; });
}

}  // namespace

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

std::vector<SkippedLender> away_of(const Comparison& comparison,
                                   const std::vector<std::string>& lenders,
                                   const std::string* until) {
  std::vector<SkippedLender> away;
  for (const std::string& lender : lenders) {
    if (until != nullptr && lender == *until) break;
    if (is_priced(comparison, lender)) continue;
    const auto found = std::find_if(
        comparison.left_out.begin(), comparison.left_out.end(),
        [&](const LeftOut& product) { return product.lender == lender && product.is_passing; });
    if (found != comparison.left_out.end()) away.push_back({lender, found->code});
  }
  return away;
}

std::string named(const std::vector<SkippedLender>& lenders) {
  std::string names;
  for (const SkippedLender& one : lenders) {
    names += (names.empty() ? "" : ", ") + one.lender + " (" + one.code + ")";
  }
  return names;
}

std::string incomplete_for(const std::string& lender, const Violation& first) {
  const Wording& row =
      first.code == "missing" ? row_of(kReasons, "missing_for") : row_of(kReasons, "outside_of");
  return said(row, {{"lender", lender}, {"pointer", first.pointer}}).en;
}

bool is_at_the_lender(ApplicationState state) {
  switch (state) {
    case ApplicationState::in_review:
    case ApplicationState::needs_info:
    case ApplicationState::prequalified:
    case ApplicationState::conditional:
    case ApplicationState::approved:
    case ApplicationState::documents_sent:
    case ApplicationState::signed_:
    case ApplicationState::countersigned:
    case ApplicationState::funded: return true;
    default: return false;
  }
}

bool tells_that_it_is_there(std::string_view type) {
  constexpr std::string_view kOwn = "application.";
  if (!type.starts_with(kOwn)) return false;
  const auto state = parse_application_state(type.substr(kOwn.size()));
  return state && is_at_the_lender(*state);
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
