// A lender's decision in JSON: read from connectors and people, written for the API and the store.
#pragma once

#include "applications/application.hpp"
#include "json/reader.hpp"
#include "json/value.hpp"

#include <string>

namespace lendport {

// Notes violations in `at`; unknown members are left to the caller.
Decision read_decision(json::Reader at);

// Writes the decision into `into`, which becomes an object.
void write_decision(const Decision& decision, json::Value& into);

}  // namespace lendport
