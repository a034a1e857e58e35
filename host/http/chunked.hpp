// A body in chunks (RFC 9112, 7.1), put together as it arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lendport::http {

// Strict: sizes of 1 to 16 hexadecimal digits, CR LF everywhere, extensions well formed and
// ignored, trailer fields well formed and dropped. Fed in pieces of any size.
class ChunkedBody {
 public:
  enum class State { reading, complete, broken, too_large };

  static constexpr std::size_t kLineBytesMax = 1024;  // one size line or trailer line
  static constexpr std::size_t kTrailerFieldsMax = 20;
  static constexpr std::size_t kFramingBytesSpare = 64 * 1024;

  // `bytes_max`: of the body; the framing around it may cost a quarter of that and
  // kFramingBytesSpare more.
  explicit ChunkedBody(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Takes from `bytes` what belongs to the body and returns how much that was: all of it, unless
  // the body ended or was refused.
  std::size_t feed(std::string_view bytes);

  State state() const { return state_; }
  std::string& body() { return body_; }

 private:
  enum class Expects { size_line, content, content_end, trailer_line };

  std::size_t take_content(std::string_view bytes);
  std::size_t take_line(std::string_view bytes);
  void end_line();
  void read_size_line();
  void read_trailer_line();

  std::size_t bytes_max_;
  std::size_t framing_bytes_ = 0;
  std::size_t trailer_fields_ = 0;
  std::uint64_t chunk_left_ = 0;
  Expects expects_ = Expects::size_line;
  State state_ = State::reading;
  std::string line_;
  std::string body_;
};

}  // namespace lendport::http
