#include "http/request_reader.hpp"

#include "http/guard.hpp"

#include <boost/beast/http/basic_parser.hpp>

namespace lendport::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

void join(std::string& list, std::string_view value) {
  if (!list.empty()) list += ", ";
  list += value;
}

std::optional<Method> method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
    case beast::http::verb::head: return Method::get;
    case beast::http::verb::post: return Method::post;
    case beast::http::verb::put: return Method::put;
    case beast::http::verb::patch: return Method::patch;
    case beast::http::verb::delete_: return Method::del;
    default: return std::nullopt;
  }
}

// The guard has seen that it is a path, or our own origin with one.
void take_target(std::string_view target, Envelope& envelope) {
  if (!target.starts_with('/')) {
    target.remove_prefix(target.find("://") + 3);
    target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
  }
  const std::size_t question = target.find('?');
  envelope.path = target.substr(0, question);
  if (envelope.path.empty()) envelope.path = "/";
  if (question != std::string_view::npos) envelope.query = target.substr(question + 1);
}

// Fields that Beast has no number for.
void take_unnumbered(std::string_view name, std::string_view value, Envelope& envelope) {
  if (same_ignoring_case(name, "Idempotency-Key")) envelope.idempotency_key = value;
  if (same_ignoring_case(name, "Last-Event-ID")) envelope.last_event_id = value;
  if (same_ignoring_case(name, "X-Request-Id")) envelope.request_id = value;
  if (same_ignoring_case(name, "X-Forwarded-For")) envelope.forwarded_for = value;
  if (same_ignoring_case(name, "traceparent")) envelope.traceparent = value;
}

}  // namespace

class RequestReader::Parser final : public beast::http::basic_parser<true> {
 public:
  explicit Parser(std::uint32_t header_bytes_max) {
    header_limit(header_bytes_max);
    body_limit(boost::none);  // until the route is known, which the head decides
  }

  Envelope* envelope = nullptr;  // until the head ends: fields behind it are trailers
  std::string* body = nullptr;
  std::size_t body_bytes_max = 0;
  std::uint64_t chunk_size = 0;  // as the last line between chunks had it
  std::uint64_t chunk_left = 0;

 private:
  using Text = beast::string_view;

  void on_request_impl(beast::http::verb verb, Text, Text target, int version,
                       error_code&) override {
    envelope->method = method_of(verb);
    envelope->head_only = verb == beast::http::verb::head;
    envelope->keep_alive = version == 11;
    take_target(view(target), *envelope);
  }

  void on_response_impl(int, Text, int, error_code&) override {}

  void on_field_impl(beast::http::field name, Text name_text, Text text, error_code&) override {
    if (envelope == nullptr) return;
    const std::string_view value = view(text);
    envelope->fields.emplace_back(view(name_text), value);
    switch (name) {
      case beast::http::field::accept_language: envelope->accept_language = value; break;
      case beast::http::field::authorization: envelope->authorization = value; break;
      case beast::http::field::content_type: envelope->content_type = value; break;
      case beast::http::field::expect: envelope->expects_continue = true; break;
      case beast::http::field::if_match: join(envelope->if_match, value); break;
      case beast::http::field::if_none_match: join(envelope->if_none_match, value); break;
      default: take_unnumbered(view(name_text), value, *envelope); break;
    }
  }

  void on_header_impl(error_code&) override {
    envelope->keep_alive = envelope->keep_alive && keep_alive();
    if (chunked()) {
      envelope->body_end.framing = Framing::chunked;
    } else if (content_length().value_or(0) > 0) {
      envelope->body_end = {Framing::length, *content_length()};
    }
    envelope = nullptr;
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length,
                         error_code& failure) override {
    if (length && *length > body_bytes_max) failure = beast::http::error::body_limit;
  }

  std::size_t on_body_impl(Text bytes, error_code&) override {
    body->append(bytes.data(), bytes.size());
    return bytes.size();
  }

  void on_chunk_header_impl(std::uint64_t size, Text, error_code&) override {
    chunk_size = chunk_left = size;
  }

  std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, error_code&) override {
    body->append(bytes.data(), bytes.size());
    chunk_left -= bytes.size();
    return bytes.size();
  }

  void on_finish_impl(error_code&) override {}
};

RequestReader::RequestReader(std::uint32_t header_bytes_max)
    : header_bytes_max_(header_bytes_max), parser_(std::make_unique<Parser>(header_bytes_max)) {}

RequestReader::~RequestReader() = default;

std::optional<Refusal> RequestReader::read_head(std::string_view block, const BodyEnd& seen,
                                                Envelope& envelope) {
  // The room for fields is used again and again.
  auto fields = std::move(envelope.fields);
  fields.clear();
  envelope = Envelope();
  envelope.fields = std::move(fields);
  *parser_ = Parser(header_bytes_max_);
  parser_->envelope = &envelope;
  seen_ = seen;
  state_ = State::reading;
  const std::size_t taken = put(block);
  const bool whole = taken == block.size() && parser_->is_header_done();
  const bool same_end = parser_->is_done() == (seen.framing == Framing::none);
  if (state_ != State::reading || !whole || !same_end || envelope.body_end != seen) {
    state_ = State::broken;
    return Refusal{400, "the header block can be read in more than one way"};
  }
  return std::nullopt;
}

void RequestReader::begin_body(std::string& body, std::size_t bytes_max) {
  parser_->body = &body;
  parser_->body_bytes_max = bytes_max;
  parser_->body_limit(bytes_max);
  framing_bytes_left_ = bytes_max / 4 + kFramingBytesSpare;
}

std::size_t RequestReader::read_body(std::string_view bytes) {
  std::size_t taken = 0;
  while (state_ == State::reading && taken < bytes.size()) {
    const std::string_view rest = bytes.substr(taken);
    const bool content = seen_.framing == Framing::length || parser_->chunk_left > 0;
    const std::size_t more = content ? read_content(rest) : read_chunk_lines(rest);
    if (more == 0) break;
    taken += more;
  }
  return taken;
}

std::size_t RequestReader::read_content(std::string_view bytes) {
  const std::size_t taken = put(bytes);
  if (state_ != State::reading || !parser_->is_done()) return taken;
  state_ = parser_->body->size() == seen_.length ? State::complete : State::broken;
  return taken;
}

std::size_t RequestReader::read_chunk_lines(std::string_view bytes) {
  const ChunkLines seen = look_at_chunk_lines(bytes, !parser_->body->empty());
  if (seen.state == ChunkLines::State::broken) state_ = State::broken;
  if (seen.state != ChunkLines::State::plain) return 0;
  if (seen.bytes > framing_bytes_left_) {
    state_ = State::too_large;
    return 0;
  }
  framing_bytes_left_ -= seen.bytes;
  const std::size_t taken = put(bytes);
  if (state_ != State::reading) return taken;
  const bool same = taken == seen.bytes && parser_->chunk_size == seen.size &&
                    parser_->is_done() == (seen.size == 0);
  if (!same) state_ = State::broken;
  if (same && parser_->is_done()) state_ = State::complete;
  return taken;
}

std::size_t RequestReader::put(std::string_view bytes) {
  error_code failure;
  const std::size_t taken =
      parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), failure);
  if (failure == beast::http::error::body_limit) {
    state_ = State::too_large;
  } else if (failure) {
    state_ = State::broken;
  }
  return taken;
}

}  // namespace lendport::http
