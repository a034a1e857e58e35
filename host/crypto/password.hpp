// Passwords of people: Argon2id, 64 MiB, about a tenth of a second. Blocks: never on an I/O thread.
#pragma once

#include "core/secret.hpp"

#include <string>

namespace lendport::crypto {

inline constexpr std::size_t kPasswordBytesMax = 1024;

// The string to store: algorithm, costs, salt and hash. Throws Error{invalid_input} for a password
// that is empty or longer than kPasswordBytesMax.
std::string hash_password(const Secret<std::string>& password);

// Whether `stored` was made of this password; false for whatever is no stored password.
bool is_password(const std::string& stored, const Secret<std::string>& password);

// Whether `stored` was made with other costs than today's: hash again at the next sign-in.
bool needs_new_hash(const std::string& stored);

}  // namespace lendport::crypto
