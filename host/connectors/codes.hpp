// Digests and signatures for connectors, with secrets they name and never see.
#pragma once

#include "connectors/instance.hpp"

#include <string_view>

namespace lendport::connectors {

// Carries out a request by crypto-1 over `data`: fills the answer's status and body.
void carry_out_crypto(const Call& call, std::string_view request, std::string_view data,
                      Answer& answer);

}  // namespace lendport::connectors
