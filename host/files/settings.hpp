// What an operator may set about documents.
#pragma once

#include <chrono>
#include <string>

namespace lendport {

struct FileSettings {
  // Path of the socket of a clamd that looks at every document before it is kept; empty: none does.
  std::string scanner_socket;
  std::chrono::milliseconds scan_time{20'000};
};

}  // namespace lendport
