// Which products fit a case, and a case and a product in the engine's words. Pure.
#pragma once

#include "cases/cases.hpp"
#include "catalog/catalog.hpp"
#include "quotes/quote.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lendport::quotes {

// The project's figures. Refused (code system_cost) when the case holds neither a total nor size
// and cost per watt, or their product passes the limit.
std::variant<Costs, Refusal> costs_of(const Case& subject);

// A level product's terms. Refused (fees, currency) when its fees cannot be added up.
std::variant<LoanTerms, Refusal> terms_of(const Product& product);

// Why the product does not fit the case at all: unsupported_kind, country, state, segment,
// language. Nothing when it may be priced.
std::optional<Refusal> misfit(const Case& subject, const Product& product,
                              std::string_view language);

// The language of a quote: what was asked for, else the first applicant's, else English.
std::string language_of(const Case& subject, std::string_view asked);

// How the connection's switch reads to the engine.
FeeHandling handling_of(bool include_in_amount_sent);

// Everything about one product for one case: fit, terms, price.
std::variant<PricedProduct, Refusal> priced(const Case& subject, const Costs& costs,
                                            const Product& product, std::string_view language,
                                            FeeHandling handling);

// Stable: equal ones stay in the catalogue's order.
void sort(std::vector<PricedProduct>& products, QuoteOrder order);

}  // namespace lendport::quotes
