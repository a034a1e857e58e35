// Answers as bytes: the status line and the header block.
#pragma once

#include "http/message.hpp"

#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::http {

// What the block says beside the answer itself. Views live for the call.
struct AnswerFrame {
  std::string_view request_id;
  std::string_view language;
  const std::vector<std::pair<std::string, std::string>>* headers = nullptr;  // also sent
  bool keep_alive = true;
  bool strict_transport = false;  // TLS in front of or in this hub
  std::time_t now = 0;
};

std::string_view body_of(const Response& response);

// Replaces `out`. A header value with a line break or another control character in it, which could
// only be a handler's mistake, loses that character: no answer ever holds another one.
void write_head(std::string& out, const Response& response, const AnswerFrame& frame);

}  // namespace lendport::http
