// What is said of the chains of the audit record.
#pragma once

#include "events/audit.hpp"

#include <string>
#include <vector>

namespace lendport::cli {

// "org_1 is broken at entry 7; …"; empty where all are whole.
std::string broken_chains(const std::vector<events::VerifiedChain>& chains);

}  // namespace lendport::cli
