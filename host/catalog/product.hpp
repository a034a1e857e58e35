// A financing product as the hub knows it: one lender's terms in the hub's own words.
#pragma once

#include "connections/connections.hpp"
#include "core/ids.hpp"
#include "core/money.hpp"
#include "core/principal.hpp"
#include "core/rate.hpp"
#include "core/time.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// The six families a person tells apart.
enum class FinancingKind { loan, lease, ppa, pace, mortgage, cash };

// How it is paid back: the word a lender's catalogue uses (plugin-api/schema/product-1.json).
// `loan_solar` and `loan_mortgage_style` are level loans; `mortgage` is a mortgage proper.
enum class Structure {
  loan_solar,
  loan_mortgage_style,
  bullet,
  interest_only,
  no_payment,
  graduated,
  lease,
  ppa,
  ppa_prepaid,
  ppa_levelized,
  pace,
  mortgage,
  cash,
};

enum class Origin { integrated, configured };
enum class ProductStatus { draft, needs_configuration, uat, live, retired };
// How far the lender's own systems take part: `none` = handed over by people.
enum class IntegrationStatus { none, in_progress, integrated };
enum class FeeBasis { system_cost, net_cost, financed_amount };
enum class DayCount { thirty_360, actual_360, actual_365, actual_actual };
enum class PaymentFrequency { monthly, quarterly, semi_annual, annual };

// The wire's spelling and back: "loan_solar", "30/360", "semi_annual".
std::string_view to_string(FinancingKind kind);
std::string_view to_string(Structure structure);
std::string_view to_string(Origin origin);
std::string_view to_string(ProductStatus status);
std::string_view to_string(IntegrationStatus status);
std::string_view to_string(FeeBasis basis);
std::string_view to_string(DayCount day_count);
std::string_view to_string(PaymentFrequency frequency);
std::optional<FinancingKind> parse_financing_kind(std::string_view text);
std::optional<Structure> parse_structure(std::string_view text);
std::optional<Origin> parse_origin(std::string_view text);
std::optional<ProductStatus> parse_product_status(std::string_view text);
std::optional<IntegrationStatus> parse_integration_status(std::string_view text);
std::optional<FeeBasis> parse_fee_basis(std::string_view text);
std::optional<DayCount> parse_day_count(std::string_view text);
std::optional<PaymentFrequency> parse_payment_frequency(std::string_view text);

FinancingKind kind_of(Structure structure);
// Equal payments over the whole term: what a plain annuity computes.
bool is_level(Structure structure);

// A text in the languages it exists in: {"en": "…"}.
using LocalText = std::map<std::string, std::string>;

// A first phase with other terms. At least one of the three below `months` is set.
struct Promo {
  int months = 0;
  std::optional<Rate> rate;
  std::optional<int> no_payment_months;  // 0 to 18
  bool interest_only = false;

  friend bool operator==(const Promo&, const Promo&) = default;
};

// The tax credit paid into the loan: `percent` of the amount in month `month`.
struct ItcPaydown {
  Rate percent;
  int month = 18;
  bool re_amortize = true;

  friend bool operator==(const ItcPaydown&, const ItcPaydown&) = default;
};

// What the seller pays the lender for the terms. Exactly one of `percent` and `flat` is set.
struct DealerFee {
  std::optional<Rate> percent;  // of `basis`; under 100 %
  std::optional<Money> flat;
  FeeBasis basis = FeeBasis::financed_amount;
  bool included_in_quoted_cost = false;

  friend bool operator==(const DealerFee&, const DealerFee&) = default;
};

struct ProductFee {
  std::string code;
  Money amount;
  bool financed = false;

  friend bool operator==(const ProductFee&, const ProductFee&) = default;
};

// What the lender and the customer agree on. Equal terms are the same version of a product.
struct Terms {
  Structure structure = Structure::loan_solar;
  LocalText name;                          // in each approved locale
  std::map<std::string, LocalText> texts;  // "disclosure" → wordings, verbatim as approved
  std::vector<std::string> approved_locales;
  std::vector<std::string> countries;  // ISO 3166, two letters
  std::vector<std::string> states;     // empty: everywhere in the countries
  std::vector<std::string> segments;   // "residential", "commercial"; empty: all
  Currency currency;
  Rate apr;
  int term_months = 0;
  std::optional<Promo> promo;
  std::optional<ItcPaydown> itc_paydown;
  std::optional<Rate> escalator;
  std::optional<Money> price_per_kwh;
  std::optional<DealerFee> dealer_fee;
  std::vector<ProductFee> fees;
  std::optional<Money> min_amount;
  std::optional<Money> max_amount;
  std::optional<Money> down_payment;
  DayCount day_count = DayCount::thirty_360;
  PaymentFrequency payment_frequency = PaymentFrequency::monthly;
  std::optional<Date> valid_from;   // first day it may be quoted
  std::optional<Date> valid_until;  // last day it may be quoted

  friend bool operator==(const Terms&, const Terms&) = default;
};

// One version of a product as one org sees it. A value; never changes once handed out. A change of
// terms is a new `version` of the same `id`; quotes keep the pair.
struct Product {
  ProductId id;
  std::int64_t version = 1;             // of the terms
  OrgId org;                            // who keeps it; an upstream org's when `inherited`
  bool inherited = false;               // seen by a sub-org
  std::optional<ProductId> supersedes;  // the product it replaces
  std::string lender;                   // the lender's name
  std::string plugin_id;                // reverse URI of the connector that takes its applications
  std::optional<ConnectionId> connection;  // none: configured
  // None: configured, seen in both. Else that of the connection.
  std::optional<Environment> environment;
  Origin origin = Origin::integrated;
  std::string lender_product_id;  // stable at the lender; for configured ones may be empty
  Terms terms;
  ProductStatus status = ProductStatus::live;
  IntegrationStatus integration_status = IntegrationStatus::integrated;
  std::optional<Time> fetched_at;  // when the lender last confirmed these terms; none: configured
  bool stale = false;              // the last sync failed, this is the last good one
  bool selected = true;            // this org quotes it
  std::vector<connectors::Successor> successors;  // of a lender that stops lending
  std::optional<std::string> held_back;  // why the lender's latest terms for it are impossible
  // For concurrency: rises with every change of what is above, as this org sees it, but not with
  // `fetched_at` alone. The product's ETag begins with it; the rest is of the whole body.
  std::int64_t revision = 1;

  FinancingKind kind() const { return kind_of(terms.structure); }
  // The name in `language` if approved, else in the first approved locale.
  const std::string& name_in(std::string_view language) const;
};

// Why a product the org can see cannot be quoted now.
enum class NotQuotable {
  not_selected,         // the org, or an upstream one, does not quote it
  not_live,             // draft, needs_configuration, uat, retired
  held_back,            // the lender's latest terms are impossible; see Product::held_back
  catalogue_too_old,    // the lender's last good catalogue is older than the maximum
  lender_winding_down,  // the lender stops lending; see Product::successors
  not_connected,        // its connection is disabled or needs attention
  lender_paused,        // the platform stopped the lender's plugin
  not_yet_valid,
  no_longer_valid,
};
std::string_view to_string(NotQuotable reason);
// Whether it may be over in a minute, with nobody changing the product or the case.
bool is_passing(NotQuotable reason);
// One sentence for a person; `language` is "en" or "fr".
std::string describe(NotQuotable reason, std::string_view language);
// The same of a product: where its lender stops lending, whom to turn to.
std::string describe(NotQuotable reason, const Product& product, std::string_view language);

struct Quotable {
  std::shared_ptr<const Product> product;
  std::optional<NotQuotable> reason;  // none: may be quoted
};

// A lender that reaches an org: how the partnership stands is the connection's status, how far each
// product is integrated the product's own.
struct LenderView {
  std::string lender;
  Connection connection;
  bool inherited = false;  // from an upstream org
  std::vector<Quotable> products;
};

// A product of a lender whose terms were never possible, and why.
struct HeldBackProduct {
  ConnectionId connection;
  std::string lender_product_id;
  std::string reason;

  friend bool operator==(const HeldBackProduct&, const HeldBackProduct&) = default;
};

// One dated version of a product's terms.
struct ProductRevision {
  std::int64_t version = 1;
  Time made_at{};
  std::string made_by;  // a user, or "sync"
  Terms terms;
};

// What a person gives to make or change a configured product.
struct ProductDraft {
  std::string lender;
  std::string lender_product_id;  // the lender's own name for it; may be empty
  std::optional<ProductId> supersedes;
  Terms terms;

  friend bool operator==(const ProductDraft&, const ProductDraft&) = default;
};

// What an org quotes of what it sees. Narrowed: what it chose, and what comes later waits for an
// admin; otherwise all, and what comes later too.
struct OrgSelection {
  bool narrowed = false;
  std::int64_t version = 0;  // of the org's catalogue: what If-Match names
};

// How the catalogue of one connection stands.
struct CatalogState {
  ConnectionId connection;
  std::optional<Time> fetched_at;  // the last good one
  std::optional<Time> tried_at;
  bool stale = false;
  std::string problem;           // why the last sync failed; empty when it did not
  bool quoting_allowed = false;  // false: none yet, or older than the maximum age
  std::int64_t products = 0;     // not retired
  std::vector<HeldBackProduct> held_back;
};

}  // namespace lendport
