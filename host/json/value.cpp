// Strict parsing of untrusted documents, and printing.
#include "json/value.hpp"

#include "core/error.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <optional>
#include <set>

namespace lendport::json {
namespace {

// Without a byte where what is wrong has no one place.
[[noreturn]] void refuse(const std::string& what, std::optional<std::size_t> byte = std::nullopt) {
  throw Error(ErrorCode::malformed_request,
              "the body is not valid JSON: " + what +
                  (byte ? " at byte " + std::to_string(*byte) : std::string()));
}

// nlohmann's message from "syntax error" on, without its quotation of the text: that text may be
// somebody's secret, and the message is logged and answered.
std::string without_what_was_read(std::string message) {
  const std::size_t begin = message.find("syntax error");
  if (begin == std::string::npos) return "syntax error";
  return message.substr(begin, message.find("; last read: ") - begin);
}

// Builds the document and refuses what the standard leaves open but two readers would read
// differently: duplicate keys, NUL in strings, numbers no double can hold, bottomless nesting.
class StrictBuilder : public nlohmann::json_sax<Value> {
 public:
  explicit StrictBuilder(Value& root) : builder_(root, false) {}

  bool null() override { return builder_.null(); }
  bool boolean(bool flag) override { return builder_.boolean(flag); }
  bool number_integer(std::int64_t number) override { return builder_.number_integer(number); }
  bool number_unsigned(std::uint64_t number) override { return builder_.number_unsigned(number); }
  bool number_float(double number, const std::string& spelled) override {
    if (!std::isfinite(number)) return fail("a number is too large");
    return builder_.number_float(number, spelled);
  }
  bool string(std::string& text) override {
    if (text.find('\0') != std::string::npos) return fail("a string holds the NUL character");
    return builder_.string(text);
  }
  bool binary(Value::binary_t& bytes) override { return builder_.binary(bytes); }
  bool start_object(std::size_t size) override {
    keys_.emplace_back();
    return enter() && builder_.start_object(size);
  }
  bool key(std::string& name) override {
    if (name.find('\0') != std::string::npos) return fail("a key holds the NUL character");
    if (!keys_.back().insert(name).second) return fail("the key \"" + name + "\" comes twice");
    return builder_.key(name);
  }
  bool end_object() override {
    keys_.pop_back();
    --depth_;
    return builder_.end_object();
  }
  bool start_array(std::size_t size) override { return enter() && builder_.start_array(size); }
  bool end_array() override {
    --depth_;
    return builder_.end_array();
  }
  bool parse_error(std::size_t byte, const std::string&,
                   const nlohmann::detail::exception& failure) override {
    byte_ = byte;
    problem_ = without_what_was_read(failure.what());
    return false;
  }

  [[noreturn]] void refuse_document() const { refuse(problem_, byte_); }

 private:
  bool enter() {
    if (++depth_ > kDepthMax) return fail("nested deeper than " + std::to_string(kDepthMax));
    return true;
  }
  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  nlohmann::detail::json_sax_dom_parser<Value> builder_;
  std::vector<std::set<std::string>> keys_;
  int depth_ = 0;
  std::optional<std::size_t> byte_;
  std::string problem_ = "syntax error";
};

}  // namespace

Value parse(std::string_view text) {
  if (text.empty()) refuse("it is empty, and a document is needed");
  // nlohmann skips a byte order mark; RFC 8259 8.1 lets us refuse it, and two readers may differ.
  if (text.starts_with("\xEF\xBB\xBF")) refuse("it begins with a byte order mark", 0);
  // nlohmann takes a NUL for the end of the text and never looks at what follows.
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) refuse("it holds a NUL byte", nul);
  Value document;
  StrictBuilder builder(document);
  if (!Value::sax_parse(text.begin(), text.end(), &builder)) builder.refuse_document();
  return document;
}

std::string dump(const Value& value) {
  return value.dump(-1, ' ', false, nlohmann::detail::error_handler_t::replace);
}

}  // namespace lendport::json
