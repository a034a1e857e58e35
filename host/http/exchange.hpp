// One request on its way through the front door, and what its answer will carry.
#pragma once

#include "http/language.hpp"
#include "http/message.hpp"
#include "http/route.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace lendport::http {

// Made by the session, filled by the gate, read by both until the answer has left. One thread at a
// time.
struct Exchange {
  Request request;
  const Route* route = nullptr;  // nothing until the table was asked
  std::size_t row = 0;           // REQUIRES: route
  Language language = Language::en;
  std::string token;  // of a stream's caller, to ask for again
  // On whatever answer leaves, an error too: Allow, Retry-After, RateLimit.
  std::vector<std::pair<std::string, std::string>> headers;
};

}  // namespace lendport::http
