// The raw bytes of a header block: where it ends, and the grammar of a line, without forgiving
// anything.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace lendport::http {

// Why a request is not read further: an answer for the sender, a constant sentence.
struct Refusal {
  unsigned status = 400;
  std::string_view reason;
};

struct HeaderField {
  std::string_view name;
  std::string_view value;  // without the blanks around it
};

// Finds the end of a header block while it arrives. A line that does not end in CR LF, or holds a
// CR elsewhere, is refused as soon as it is there: what comes behind it is somebody's guess.
class HeadScan {
 public:
  enum class State { incomplete, complete, broken };

  // `bytes` is everything since the first byte of the request line; each call may see more.
  State look(std::string_view bytes);
  // Bytes of the block with its last CR LF. REQUIRES: complete.
  std::size_t end() const { return line_begin_; }

 private:
  std::size_t line_begin_ = 0;
  std::size_t looked_at_ = 0;
};

// Empty lines before a request line that are passed over (RFC 9112, 2.2).
inline constexpr std::size_t kEmptyLinesMax = 4;

// "name: value" without its line end; nothing when it is not a field.
std::optional<HeaderField> read_field(std::string_view line);

std::string_view trimmed(std::string_view text);  // without the blanks around it
bool is_token(std::string_view text);             // RFC 9110, 5.6.2; not empty
bool same_ignoring_case(std::string_view a, std::string_view b);

}  // namespace lendport::http
