// From what a connector said at the end of an operation to what the hub believes.
#pragma once

#include "connectors/operation.hpp"
#include "core/wording.hpp"

#include <optional>
#include <string_view>

namespace lendport::connectors {

// Checks the result by its schema and turns junk into one `internal`. What the hub knows to have
// left without a definite answer is `unknown_outcome` whatever the connector says, unless it says
// `done`.
Outcome judge(const Operation& operation, const RawCompletion& raw);

// An outcome of the hub's own: `row` is one of connectors_texts::kOutcomes.
Outcome refused_outcome(OutcomeKind kind, std::string_view code, const Wording& row);

// `invalid` with everything that is not by its operation's schema, before the connector sees the
// request; nothing when it is sound.
std::optional<Outcome> refused_request(const Call& call);

}  // namespace lendport::connectors
