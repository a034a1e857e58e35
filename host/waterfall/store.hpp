// Rows of orders and steps. Every statement is bound to the org.
#pragma once

#include "waterfall/waterfall.hpp"

namespace lendport::waterfall_store {

WaterfallOrder order(db::Snapshot& at, const OrgId& org, Environment environment);
// Writes it as version `before` + 1; false when that is not the stored one.
bool keep(db::Transaction& tx, const OrgId& org, Environment environment,
          const WaterfallOrder& order, std::int64_t before, const UserId& by, Time now);

// Does nothing when the application has one.
void insert(db::Transaction& tx, const WaterfallStep& step);
std::optional<WaterfallStep> find(db::Snapshot& at, const OrgId& org, const ApplicationId& id);
// Throws conflict when the step is not in state `from` any more.
void update(db::Transaction& tx, const WaterfallStep& step, WaterfallState from);
// As if it had never begun. Throws conflict when it is in another state by now.
void erase(db::Transaction& tx, const WaterfallStep& step);

}  // namespace lendport::waterfall_store
