// The guard: looks at the raw bytes of a request before anything reads them, and refuses what two
// readers could take for two requests, or what is not for us.
//
// It hands nothing on but how the body ends; the reader (request_reader.hpp) has to see the same.
#pragma once

#include "http/envelope.hpp"
#include "http/head.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::http {

// What counts as us. Lower case.
struct Origin {
  std::vector<std::string> schemes;      // accepted in absolute targets: "http", "https"
  std::vector<std::string> authorities;  // accepted in Host: "127.0.0.1:8080", "hub.example.com"
};

// Looks at a complete header block (HeadScan). Fills `body_end`, or says why not: then the
// connection ends with the answer. Refused are
// - whatever RFC 9112 does not spell out: folded lines, blanks around names, control characters
// - more than `fields_max` fields, versions other than HTTP/1.1 and 1.0
// - a Host that is missing, comes twice or is not one of `origin`
// - Transfer-Encoding that is not one line "chunked", in HTTP/1.0, or beside Content-Length
// - Content-Length that comes twice or is not a plain decimal number
// - Authorization, Content-Type or Idempotency-Key that comes twice; '_' in a field's name
// - a target that is neither a path nor our own origin with one
// - Expect other than 100-continue
std::optional<Refusal> guard(std::string_view block, const Origin& origin, std::size_t fields_max,
                             BodyEnd& body_end);

// The lines between the contents of two chunks, or behind the last.
struct ChunkLines {
  enum class State { incomplete, plain, broken };

  static constexpr std::size_t kLineBytesMax = 1024;     // the size with its extensions
  static constexpr std::size_t kTrailerBytesMax = 4096;  // the last size line and the trailers
  static constexpr std::size_t kTrailerFieldsMax = 20;

  State state = State::incomplete;
  std::size_t bytes = 0;   // of all these lines, when they are plain
  std::uint64_t size = 0;  // of the chunk that follows; 0: the body ends here
};

// Looks at what follows in a body of chunks (RFC 9112, 7.1) where no content is due. Strict: sizes
// of 1 to 16 hexadecimal digits, CR LF everywhere, extensions and trailer fields well formed.
// `behind_content`: the line end that closes the chunk before comes first.
ChunkLines look_at_chunk_lines(std::string_view bytes, bool behind_content);

}  // namespace lendport::http
