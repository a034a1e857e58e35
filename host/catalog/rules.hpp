// What terms are possible, what may change once a product is live, and when it may be quoted.
#pragma once

#include "catalog/product.hpp"
#include "core/violation.hpp"

#include <optional>
#include <vector>

namespace lendport {

inline constexpr int kTermMonthsMax = 600;
inline constexpr int kPromoMonthsMax = 60;
inline constexpr int kNoPaymentMonthsMax = 18;
inline constexpr int kItcMonthMax = 60;
// Above it a rate is a mistake of spelling (599 for 5.99), not a price.
inline constexpr Rate kAprMax{100 * kRateOnePercent};

// Everything that makes the terms impossible, with pointers into their JSON form.
std::vector<Violation> violations_of(const Terms& terms);

// What is wrong in a change from `before` to `after` of a live product: nothing, or one violation
// per field that asks for a new product (code "needs_new_product").
std::vector<Violation> violations_of_change(const Terms& before, const Terms& after);

// Why the product must not go live: nothing when it may.
std::vector<Violation> violations_of_release(const Product& product);

// "/apr out_of_range: must be …; /max_amount …", short enough for a column: why a lender's product
// is held back.
std::string one_sentence(const std::vector<Violation>& violations);

}  // namespace lendport
