// Which lender comes next, with which product, and whether the applicant agreed to it. Pure.
#pragma once

#include "waterfall/waterfall.hpp"

namespace lendport::waterfall {

// Those of the order after `lender`; all of them where it is not in the order.
std::vector<std::string> after(const std::vector<std::string>& order, const std::string& lender);

// Of the first lender that has any: the product with the lowest payment. Null where none has.
const PricedProduct* best_of(const Comparison& comparison, const std::vector<std::string>& lenders);

// Those of `lenders` before `until` (all of them where it is null) that have no price because they
// are away just now: not connected, paused, or their catalogue too old. In the order's order.
std::vector<SkippedLender> away_of(const Comparison& comparison,
                                   const std::vector<std::string>& lenders,
                                   const std::string* until);
// "A (not_connected), B (lender_paused)".
std::string named(const std::vector<SkippedLender>& lenders);

// Why a case cannot go to that lender, as steps and events keep it: the first thing that is wrong
// (Requirements::missing), a row of applications/texts.hpp.
std::string incomplete_for(const std::string& lender, const Violation& first);

// The lender has it: nobody else is asked meanwhile.
bool is_at_the_lender(ApplicationState state);
// Whether an event of this type says that.
bool tells_that_it_is_there(std::string_view type);

// The consent that covers an application to another lender: to that lender, and no term worse.
// Null where there is none.
const OnwardConsent* consent_to(const std::vector<OnwardConsent>& consents,
                                const Application& next);

}  // namespace lendport::waterfall
