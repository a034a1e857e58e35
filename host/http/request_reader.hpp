// The reader: Boost.Beast reads what the guard let through, straight into our own values.
//
// Where head and body end is Beast's to say. The guard has looked at the same bytes before; where
// the two do not see the same, the request is refused and nothing behind it is read.
#pragma once

#include "http/envelope.hpp"
#include "http/head.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lendport::http {

// One for each connection, used for one request after the other: no allocation but the body's own.
class RequestReader {
 public:
  enum class State { reading, complete, broken, too_large };

  // What the lines between chunks may cost beside a quarter of the body's limit.
  static constexpr std::size_t kFramingBytesSpare = 64UL * 1024UL;

  explicit RequestReader(std::uint32_t header_bytes_max);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Begins a request. `block`: complete, and the guard let it through; `seen` is what it saw.
  // `envelope` holds views into `block`.
  std::optional<Refusal> read_head(std::string_view block, const BodyEnd& seen, Envelope& envelope);

  // Where the body of that request goes. REQUIRES: it has one. `body` is empty, and stays where it
  // is until the body has ended.
  void begin_body(std::string& body, std::size_t bytes_max);
  // Takes from `bytes` what belongs to the body and returns how much that was. What it leaves while
  // state() is reading comes again, in front of what follows. Trailers are dropped.
  std::size_t read_body(std::string_view bytes);
  State state() const { return state_; }

 private:
  class Parser;  // alone in seeing Beast's headers, which are slow to compile

  std::size_t read_content(std::string_view bytes);
  std::size_t read_chunk_lines(std::string_view bytes);
  std::size_t put(std::string_view bytes);

  const std::uint32_t header_bytes_max_;
  std::unique_ptr<Parser> parser_;
  BodyEnd seen_;
  State state_ = State::reading;
  std::size_t framing_bytes_left_ = 0;
};

}  // namespace lendport::http
