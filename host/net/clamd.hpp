// Asking a malware scanner on this machine: clamd, over its unix socket.
#pragma once

#include "core/task.hpp"
#include "core/time.hpp"

#include <string>
#include <string_view>

namespace lendport::net {

enum class Finding {
  clean,
  infected,
  unknown,  // no scanner, no answer in time, or one that says neither
};

struct Scan {
  Scan() = default;
  Scan(Finding what, std::string said) : finding(what), text(std::move(said)) {}

  Finding finding = Finding::unknown;
  std::string text;  // infected: the scanner's name for it; unknown: why, for the log
};

// Streams `bytes` (INSTREAM) to the clamd at `socket_path` and reads its verdict; never throws for
// what the scanner does. `bytes` outlives the await. Ends at the latest shortly after `deadline`.
// REQUIRES: the caller runs on a strand (or on an io_context with one thread).
Task<Scan> scan_with_clamd(std::string socket_path, std::string_view bytes, Deadline deadline);

}  // namespace lendport::net
