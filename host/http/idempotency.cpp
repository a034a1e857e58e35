#include "http/idempotency.hpp"

#include "core/error.hpp"
#include "crypto/hash.hpp"
#include "http/json.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace lendport::http {
namespace {

// By their names, sorted: where a permission stands among the others changes with the program.
std::string names_of(const Permissions& permissions) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < permissions.size(); ++i) {
    if (permissions.test(i)) names.insert(to_string(static_cast<Permission>(i)));
  }
  std::string text;
  for (const std::string_view name : names) text.append(text.empty() ? "" : ",").append(name);
  return text;
}

}  // namespace

bool is_idempotency_key(std::string_view text) {
  return !text.empty() && text.size() <= kIdempotencyKeyBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string fingerprint_of(const Request& request, BodyKind kind) {
  const Principal& caller = request.principal;
  std::string text = caller.user.value;
  text.append("\n").append(to_string(caller.environment));
  text.append("\n").append(names_of(caller.permissions));
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
