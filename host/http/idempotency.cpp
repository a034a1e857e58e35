#include "http/idempotency.hpp"

#include "core/error.hpp"
#include "crypto/hash.hpp"
#include "http/json.hpp"

#include <algorithm>

namespace lendport::http {

bool is_idempotency_key(std::string_view text) {
  return !text.empty() && text.size() <= kIdempotencyKeyBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string fingerprint_of(const Request& request, BodyKind kind) {
  const Principal& caller = request.principal;
  std::string text = caller.user.value;
  text.append("\n").append(to_string(caller.environment));
  text.append("\n").append(caller.permissions.to_string());
  text.append("\n").append(request.path);
  for (const auto& [name, value] : request.query) {
    text.append("\n?").append(name).append("=").append(value);
  }
  if (kind == BodyKind::bytes) {
    text.append("\n").append(crypto::hex(crypto::sha256(request.body)));
  } else {
    text.append("\n").append(canonical_json(request.body));
  }
  return crypto::hex(crypto::sha256(text));
}

KeysInFlight::Claim KeysInFlight::claim(const IdempotencyScope& scope) {
  std::string key = scope.org.value + "\n" + scope.route + "\n" + scope.key;
  {
    const std::lock_guard lock(mutex_);
    if (!keys_.insert(key).second) {
      throw Error(ErrorCode::idempotency_in_flight,
                  "the first request with this Idempotency-Key still runs");
    }
  }
  return {*this, std::move(key)};
}

KeysInFlight::Claim::~Claim() {
  if (keys_ == nullptr) return;
  const std::lock_guard lock(keys_->mutex_);
  keys_->keys_.erase(key_);
}

}  // namespace lendport::http
