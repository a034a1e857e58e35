// Which lender comes next, with which product, and whether the applicant agreed to it. Pure.
#pragma once

#include "waterfall/waterfall.hpp"

namespace lendport::waterfall {

// Those of the order after `lender`; all of them where it is not in the order.
std::vector<std::string> after(const std::vector<std::string>& order, const std::string& lender);

// Of the first lender that has any: the product with the lowest payment. Null where none has.
const PricedProduct* best_of(const Comparison& comparison, const std::vector<std::string>& lenders);

// The consent that covers an application to another lender: to that lender, and no term worse.
// Null where there is none.
const OnwardConsent* consent_to(const std::vector<OnwardConsent>& consents,
                                const Application& next);

}  // namespace lendport::waterfall
