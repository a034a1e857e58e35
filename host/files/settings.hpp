// What an operator may set about documents.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace lendport {

struct FileSettings {
  // Path of the socket of a clamd that looks at every document before it is kept; empty: none does.
  std::string scanner_socket;
  std::chrono::milliseconds scan_time{20'000};

  // Bytes that documents may have together: those of a case (its earlier generations' too), and all
  // of an org.
  std::int64_t case_bytes_max = 100LL * 1024 * 1024;
  std::int64_t org_bytes_max = 10LL * 1024 * 1024 * 1024;
};

}  // namespace lendport
