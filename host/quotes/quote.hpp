// A quote: one product priced for one case, with every amount and where it comes from.
#pragma once

#include "core/ids.hpp"
#include "core/money.hpp"
#include "core/principal.hpp"
#include "core/rate.hpp"
#include "core/time.hpp"
#include "quotes/engine/engine.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

enum class QuoteStatus {
  active,      // what an application may be made from
  superseded,  // a later quote of the same product for the same case took its place
};

std::string_view to_string(QuoteStatus status);
std::optional<QuoteStatus> parse_quote_status(std::string_view text);

// Frozen when made; only `status` changes. The figures are those of the product's version it names.
struct Quote {
  QuoteId id;
  OrgId org;
  CaseId case_id;
  std::int64_t case_generation = 1;
  QuoteStatus status = QuoteStatus::active;
  Environment environment = Environment::sandbox;
  std::string language;  // of the product texts that were shown

  ProductId product;
  std::int64_t product_version = 1;
  std::string product_name;  // in `language`
  std::string lender;
  std::string lender_product_id;
  std::optional<ConnectionId> connection;  // none: a configured product

  quotes::Amounts amounts;  // amounts.financed, amounts.sent
  int term_months = 0;
  Rate apr_stated;
  Rate apr;  // computed, Regulation Z Appendix J
  bool apr_within_tolerance = false;
  Money payment;
  Money last_payment;
  Money total_of_payments;
  Money finance_charge;
  Date first_payment_on{};
  std::vector<quotes::Row> schedule;  // empty in lists

  UserId created_by;
  Time created_at{};
  std::int64_t version = 1;

  Money financed_amount() const { return amounts.financed; }
  Money amount_sent_to_lender() const { return amounts.sent; }
};

// Why a product is left out of a comparison. `code` is stable: country, state, segment, language,
// not_selected, not_live, held_back, catalogue_too_old, not_connected, lender_paused,
// not_yet_valid, no_longer_valid, unsupported_kind, or a limit of quotes/engine/engine.hpp
// (min_amount …).
struct LeftOut {
  ProductId product;
  std::string product_name;
  std::string lender;
  std::string code;
  std::string detail;       // one sentence that names the limit
  bool is_passing = false;  // may be over in a minute: is_passing() of the catalogue's reason
};

// One product priced but not stored: a line of the comparison.
struct PricedProduct {
  ProductId product;
  std::int64_t product_version = 1;
  std::string product_name;
  std::string lender;
  std::optional<ConnectionId> connection;
  int term_months = 0;
  Rate apr_stated;
  quotes::Priced priced;
};

enum class QuoteOrder { lowest_payment, lowest_rate, shortest_term };

std::string_view to_string(QuoteOrder order);
std::optional<QuoteOrder> parse_quote_order(std::string_view text);

// Every product of the org: priced, in the asked order, or left out with its reason.
struct Comparison {
  std::vector<PricedProduct> priced;
  std::vector<LeftOut> left_out;
};

namespace quotes {

// Whether one of the approved locales is read by who reads `language`: "en-US" serves "en".
bool serves(const std::vector<std::string>& approved_locales, std::string_view language);

}  // namespace quotes
}  // namespace lendport
