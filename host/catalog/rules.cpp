#include "catalog/rules.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace lendport {
namespace {

constexpr std::size_t kReasonBytesMax = 500;
constexpr Rate kWhole{100 * kRateOnePercent};

class Findings {
 public:
  void expect(bool fine, std::string pointer, std::string code, std::string detail) {
    if (!fine) found_.push_back({std::move(pointer), std::move(code), std::move(detail)});
  }
  std::vector<Violation> take() { return std::move(found_); }

 private:
  std::vector<Violation> found_;
};

void check_amounts(const Terms& terms, Findings& findings) {
  const auto same_currency = [&](const std::optional<Money>& money, const std::string& pointer) {
    findings.expect(!money || money->currency == terms.currency, pointer, "other_currency",
                    "must be in the product's currency " + std::string(terms.currency.code()));
  };
  same_currency(terms.min_amount, "/min_amount");
  same_currency(terms.max_amount, "/max_amount");
  same_currency(terms.down_payment, "/down_payment");
  same_currency(terms.price_per_kwh, "/price_per_kwh");
  for (std::size_t i = 0; i < terms.fees.size(); ++i) {
    same_currency(terms.fees[i].amount, "/fees/" + std::to_string(i) + "/amount");
  }
  if (terms.dealer_fee) same_currency(terms.dealer_fee->flat, "/dealer_fee/flat");
  const bool both = terms.min_amount && terms.max_amount &&
                    terms.min_amount->currency == terms.max_amount->currency;
  findings.expect(!both || terms.min_amount->minor_units <= terms.max_amount->minor_units,
                  "/min_amount", "above_maximum", "must not be more than max_amount");
  findings.expect(!terms.max_amount || terms.max_amount->minor_units > 0, "/max_amount",
                  "too_small", "must be more than zero");
}

void check_promo(const Terms& terms, Findings& findings) {
  if (!terms.promo) return;
  const Promo& promo = *terms.promo;
  findings.expect(promo.months <= terms.term_months, "/promo/months", "above_term",
                  "must not be longer than term_months");
  findings.expect(promo.no_payment_months.value_or(0) < std::max(terms.term_months, 1),
                  "/promo/no_payment_months", "above_term", "must be shorter than term_months");
  findings.expect(!promo.rate || *promo.rate <= kAprMax, "/promo/rate", "out_of_range",
                  "must be at most " + format_rate(kAprMax));
}

void check_dealer_fee(const Terms& terms, Findings& findings) {
  if (!terms.dealer_fee) return;
  const DealerFee& fee = *terms.dealer_fee;
  findings.expect(fee.percent.has_value() != fee.flat.has_value(), "/dealer_fee", "one_of",
                  "must have either percent or flat");
  findings.expect(!fee.percent || *fee.percent < kWhole, "/dealer_fee/percent", "out_of_range",
                  "must be less than 100");
}

void check_rates(const Terms& terms, Findings& findings) {
  findings.expect(terms.apr <= kAprMax, "/apr", "out_of_range",
                  "must be at most " + format_rate(kAprMax) + ", not " + format_rate(terms.apr));
  findings.expect(!terms.escalator || *terms.escalator <= kAprMax, "/escalator", "out_of_range",
                  "must be at most " + format_rate(kAprMax));
  if (!terms.itc_paydown) return;
  findings.expect(terms.itc_paydown->percent <= kWhole, "/itc_paydown/percent", "out_of_range",
                  "must be at most 100");
  findings.expect(terms.itc_paydown->month <= terms.term_months, "/itc_paydown/month", "above_term",
                  "must not be after the last month");
}

void check_texts(const Terms& terms, Findings& findings) {
  const auto named = [&](const std::string& locale) { return terms.name.contains(locale); };
  findings.expect(std::any_of(terms.approved_locales.begin(), terms.approved_locales.end(), named),
                  "/name", "required", "must be there in one of approved_locales");
}

}  // namespace

std::vector<Violation> violations_of(const Terms& terms) {
  Findings findings;
  check_texts(terms, findings);
  findings.expect(terms.term_months >= 1 && terms.term_months <= kTermMonthsMax, "/term_months",
                  "out_of_range", "must be from 1 to " + std::to_string(kTermMonthsMax));
  check_rates(terms, findings);
  check_promo(terms, findings);
  check_dealer_fee(terms, findings);
  check_amounts(terms, findings);
  findings.expect(
      !terms.valid_from || !terms.valid_until || *terms.valid_from <= *terms.valid_until,
      "/valid_until", "before_start", "must not be before valid_from");
  return findings.take();
}

std::vector<Violation> violations_of_change(const Terms& before, const Terms& after) {
  Findings findings;
  const auto fixed = [&](bool same, const std::string& field) {
    findings.expect(same, "/" + field, "needs_new_product",
                    "does not change once the product is live: create a new product whose "
                    "\"supersedes\" names this one");
  };
  fixed(before.structure == after.structure, "structure");
  fixed(before.currency == after.currency, "currency");
  fixed(before.apr == after.apr, "apr");
  fixed(before.term_months == after.term_months, "term_months");
  fixed(before.promo == after.promo, "promo");
  fixed(before.itc_paydown == after.itc_paydown, "itc_paydown");
  fixed(before.escalator == after.escalator, "escalator");
  fixed(before.price_per_kwh == after.price_per_kwh, "price_per_kwh");
  fixed(before.fees == after.fees, "fees");
  fixed(before.day_count == after.day_count, "day_count");
  fixed(before.payment_frequency == after.payment_frequency, "payment_frequency");
  return findings.take();
}

std::vector<Violation> violations_of_release(const Product& product) {
  std::vector<Violation> found = violations_of(product.terms);
  if (product.kind() == FinancingKind::pace &&
      product.integration_status != IntegrationStatus::integrated) {
    found.push_back({"/structure", "pace_needs_integration",
                     "PACE is offered only by an integrated lender: its assessment is recorded on "
                     "the property and cannot be handed over by people"});
  }
  return found;
}

std::string one_sentence(const std::vector<Violation>& violations) {
  std::string sentence;
  for (const Violation& violation : violations) {
    if (!sentence.empty()) sentence += "; ";
    sentence += violation.pointer + " " + violation.detail;
    if (sentence.size() > kReasonBytesMax) break;
  }
  return cut(sentence, kReasonBytesMax);
}

}  // namespace lendport
