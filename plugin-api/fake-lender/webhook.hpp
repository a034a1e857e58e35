// The sender of webhooks: signed, and repeated if a test wants a replay.
#pragma once

#include "fake-lender/book.hpp"

#include <string>
#include <vector>

namespace lendport::fake {

inline constexpr int kWebhookRepeatMax = 1000;

// Sends what POST /_webhook says and returns the HTTP status of each delivery, 0 for none:
//   url               http://127.0.0.1:PORT/path; other hosts are refused
//   headers           [["name","value"],…]
//   body or json      the body as text, or as a value
//   secret            HMAC secret; none: no signature
//   signature_header  "x-signature"
//   algorithm         "sha256" or "sha512"
//   encoding          "hex" or "base64"
//   prefix            before the signature, "sha256="
//   timestamp         text, put into timestamp_header ("x-timestamp") if given
//   signed            what is signed, in order: "timestamp", "body", anything else is itself;
//                     ["body"] if absent
//   repeat            how often the same bytes are sent, 1 if absent
// Throws std::invalid_argument.
std::vector<int> send_webhook(const Json& asked);

}  // namespace lendport::fake
