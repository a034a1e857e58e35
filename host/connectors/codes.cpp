#include "connectors/codes.hpp"

#include "connectors/json.hpp"
#include "crypto/hash.hpp"
#include "crypto/mac.hpp"

namespace lendport::connectors {
namespace {

std::optional<std::string> decoded(const std::string& text, const std::string& encoding) {
  if (encoding == "hex") return crypto::from_hex(text);
  if (encoding == "base64") return crypto::from_base64(text);
  return text;
}

}  // namespace

void carry_out_crypto(const Call& call, std::string_view request, std::string_view data,
                      Answer& answer) {
  const auto ask = read_crypto(request);
  const auto hash = ask ? crypto::parse_hash(ask->algorithm) : std::nullopt;
  if (!hash) {
    answer.status = LENDPORT_NET_INVALID;
    return;
  }
  if (ask->op == "digest") {
    answer.body = crypto::digest(*hash, data);
    return;
  }
  const auto secret = call.secrets.find(ask->secret);
  if (secret == call.secrets.end()) {
    answer.status = LENDPORT_NET_AUTH;
    return;
  }
  const auto key = decoded(secret->second.expose(), ask->secret_encoding);
  if (!key) {
    answer.status = LENDPORT_NET_AUTH;
    return;
  }
  std::string code = crypto::hmac(*hash, *key, data);
  if (ask->op == "hmac") {
    answer.body = std::move(code);
    return;
  }
  const auto expected = decoded(ask->expected, ask->expected_encoding);
  const bool same = expected && crypto::equal_in_constant_time(*expected, code);
  answer.status = same ? LENDPORT_NET_OK : LENDPORT_NET_MISMATCH;
}

}  // namespace lendport::connectors
