// Strict parsing of untrusted documents, and printing.
#include "json/value.hpp"

#include "core/error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

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
  explicit StrictBuilder(Value& root) : root_(root) {}

  bool null() override { return put(nullptr); }
  bool boolean(bool flag) override { return put(flag); }
  bool number_integer(std::int64_t number) override { return put(number); }
  bool number_unsigned(std::uint64_t number) override { return put(number); }
  bool number_float(double number, const std::string&) override {
    if (!std::isfinite(number)) return fail("a number is too large");
    return put(number);
  }
  bool string(std::string& text) override {
    if (text.find('\0') != std::string::npos) return fail("a string holds the NUL character");
    return put(std::move(text));
  }
  bool binary(Value::binary_t& bytes) override { return put(Value::binary(std::move(bytes))); }
  bool start_object(std::size_t) override { return enter(Value::object()); }
  bool key(std::string& name) override {
    if (name.find('\0') != std::string::npos) return fail("a key holds the NUL character");
    if (!is_new(name)) return fail("the key \"" + name + "\" comes twice");
    Object& members = *open_.back().value->get_ptr<Object*>();
    if (members.size() == kMembersMax) {
      return fail("an object has more than " + std::to_string(kMembersMax) + " members");
    }
    members.append(std::move(name));
    return true;
  }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(Value::array()); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t byte, const std::string&,
                   const nlohmann::detail::exception& failure) override {
    byte_ = byte;
    constexpr int kNumberOverflow = 406;  // nlohmann's number for it
    problem_ = failure.id == kNumberOverflow ? "a number is too large"
                                             : without_what_was_read(failure.what());
    return false;
  }

  [[noreturn]] void refuse_document() const { refuse(problem_, byte_); }

 private:
  using Object = Value::object_t;

  // A document that is not finished: an object, or an array.
  struct Open {
    Value* value;
    std::set<std::string> names;  // of an object with more than kFewNames
  };
  static constexpr std::size_t kFewNames = 16;

  // Where the next value goes: into the last array, or behind the last key.
  Value& place() {
    if (open_.empty()) return root_;
    Value& last = *open_.back().value;
    if (auto* elements = last.get_ptr<Value::array_t*>()) return elements->emplace_back();
    return last.get_ptr<Object*>()->back().second;
  }
  bool put(Value value) {
    place() = std::move(value);
    return true;
  }
  bool enter(Value empty) {
    if (open_.size() == kDepthMax) return fail("nested deeper than " + std::to_string(kDepthMax));
    Value& begun = place();
    begun = std::move(empty);
    open_.push_back({&begun, {}});
    return true;
  }
  bool leave() {
    open_.pop_back();
    return true;
  }
  // Few names are compared one by one; of many, each is looked up.
  bool is_new(const std::string& name) {
    const Object& members = *open_.back().value->get_ptr<Object*>();
    std::set<std::string>& names = open_.back().names;
    if (members.size() < kFewNames) {
      return std::none_of(members.begin(), members.end(),
                          [&](const auto& member) { return member.first == name; });
    }
    if (names.empty()) {
      for (const auto& member : members) names.insert(member.first);
    }
    return names.insert(name).second;
  }
  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  Value& root_;
  std::vector<Open> open_;
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
