// Names of requests: one in every answer, every log line of its work and every call it causes.
#pragma once

#include <string>
#include <string_view>

namespace lendport::http {

inline constexpr std::size_t kRequestIdBytesMax = 64;

// The caller's own id when it is 1 to kRequestIdBytesMax letters, digits, '-', '_' or '.'; else a
// new one of 32 hexadecimal digits.
std::string request_id_from(std::string_view theirs);

// W3C Trace Context, version 00; empty when it is not one.
std::string traceparent_from(std::string_view theirs);

}  // namespace lendport::http
