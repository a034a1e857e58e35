// Standard Webhooks, symmetric: secrets "whsec_<base64>", signatures "v1,<base64 HMAC-SHA256>" over
// id, timestamp and body.
#pragma once

#include "core/secret.hpp"
#include "core/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lendport::webhooks {

inline constexpr std::size_t kSecretBytes = 32;

Secret<std::string> new_secret();

// What the headers of one request say. The body is signed as it is sent.
struct Stamp {
  std::string id;         // webhook-id
  std::string timestamp;  // webhook-timestamp: seconds since 1970
  std::string signature;  // webhook-signature: one a secret, separated by blanks
};

// Throws Error{internal} for what is no secret of this form.
Stamp sign(const std::vector<Secret<std::string>>& secrets, std::string_view id, Time now,
           std::string_view body);

}  // namespace lendport::webhooks
