// An answer without an end: what happens is sent as it happens.
#pragma once

#include "core/task.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace lendport::http {

// A read stops adding to its bytes past this size.
inline constexpr std::size_t kStreamReadBytes = 64 * 1024;

// What a handler puts into Response::stream. Belongs to one connection: its calls come one at a
// time, on that connection's strand.
class Stream {
 public:
  virtual ~Stream() = default;

  // What is new since the last read, as bytes for the wire; empty when nothing is. What it throws
  // ends the connection: the other end comes back and says how far it was.
  virtual Task<std::string> read(Deadline deadline) = 0;

  // Called once, before the first read. `bell` says that read() may find something; it may be
  // called from any thread, until the stream is destroyed. News without a bell is found late.
  virtual void on_news(std::function<void()> bell) = 0;
};

}  // namespace lendport::http
