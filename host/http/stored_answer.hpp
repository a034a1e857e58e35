// What of an answer is kept for a repeated Idempotency-Key, besides its status and body.
#pragma once

#include "http/message.hpp"
#include "http/ports.hpp"

#include <string>
#include <string_view>

namespace lendport::http {

// Location and ETag of `response` as one text, for the story that keeps its answer.
std::string stored_headers(const Response& response);

// The same read back into `answer`.
void read_stored_headers(std::string_view headers, StoredAnswer& answer);

}  // namespace lendport::http
