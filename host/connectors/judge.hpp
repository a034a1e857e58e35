// From what a connector said at the end of an operation to what the hub believes.
#pragma once

#include "connectors/operation.hpp"

namespace lendport::connectors {

// Checks the result by its schema and turns junk into one `internal`. What the hub knows to have
// left without a definite answer is `unknown_outcome` whatever the connector says, unless it says
// `done`.
Outcome judge(const Operation& operation, const RawCompletion& raw);

// An outcome of the hub's own, before anything was started.
Outcome refused_outcome(OutcomeKind kind, std::string code, std::string message);

// Throws Error{invalid_input} when the request is not by its operation's schema: a defect of the
// caller, found before the connector sees it.
void check_request(const Call& call);

}  // namespace lendport::connectors
