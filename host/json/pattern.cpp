#include "json/pattern.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace lendport::json {
namespace {

constexpr int kGroupsDeepMax = 32;
constexpr int kRepeatMax = 1024;

using Range = std::pair<char32_t, char32_t>;

std::vector<Range> complement(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<Range> result;
  char32_t next = 0;
  for (const auto& [first, last] : ranges) {
    if (first > next) result.emplace_back(next, first - 1);
    next = std::max<char32_t>(next, last + 1);
  }
  result.emplace_back(next, 0x10FFFF);
  return result;
}

std::vector<Range> named_class(char32_t letter) {
  static const std::vector<Range> digits = {{'0', '9'}};
  static const std::vector<Range> word = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  static const std::vector<Range> space = {
      {'\t', '\r'}, {' ', ' '}, {0xA0, 0xA0}, {0xFEFF, 0xFEFF}};
  switch (letter) {
    case 'd': return digits;
    case 'D': return complement(digits);
    case 'w': return word;
    case 'W': return complement(word);
    case 's': return space;
    case 'S': return complement(space);
    default: return {};
  }
}

}  // namespace

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> points;
  points.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (lead >= 0x80 && (lead < 0xC2 || at + length > text.size())) {
      points.push_back(0xFFFD);
      ++at;
      continue;
    }
    char32_t point = lead < 0x80 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
      point = point << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    points.push_back(point);
    at += length;
  }
  return points;
}

// Recursive descent: alternatives of sequences of repeated atoms.
class PatternParser {
 public:
  using Code = Pattern::Code;
  using Instruction = Pattern::Instruction;
  using Op = Pattern::Op;

  explicit PatternParser(std::string_view source) : source_(code_points(source)) {}

  Pattern parse() {
    pattern_.code_ = alternatives();
    if (at_ < source_.size()) refuse("a ) has no (");
    return std::move(pattern_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorCode::invalid_input,
                "the pattern cannot be carried out: " + what + " at " + std::to_string(at_));
  }

  bool more() const { return at_ < source_.size(); }
  char32_t peek() const { return source_[at_]; }
  bool skip(char32_t c) {
    const bool here = more() && peek() == c;
    if (here) ++at_;
    return here;
  }
  char32_t next(const char* missing) {
    if (!more()) refuse(missing);
    return source_[at_++];
  }

  static void append(Code& to, const Code& piece) {
    to.insert(to.end(), piece.begin(), piece.end());
  }
  Code checked(Code code) const {
    if (code.size() > Pattern::kInstructionsMax) refuse("it is too large");
    return code;
  }

  Code alternatives() {
    if (++depth_ > kGroupsDeepMax) refuse("groups are nested too deep");
    Code code = sequence();
    while (skip('|')) {
      const Code other = sequence();
      Code both = {{Op::split, 1, static_cast<int>(code.size()) + 2}};
      append(both, code);
      both.push_back({Op::jump, static_cast<int>(other.size()) + 1});
      append(both, other);
      code = checked(std::move(both));
    }
    --depth_;
    return code;
  }

  Code sequence() {
    Code code;
    while (more() && peek() != '|' && peek() != ')') {
      append(code, repeated(atom()));
      code = checked(std::move(code));
    }
    return code;
  }

  Code repeated(Code piece) {
    if (skip('*')) return lazy(repeat(piece, 0, -1));
    if (skip('+')) return lazy(repeat(piece, 1, -1));
    if (skip('?')) return lazy(repeat(piece, 0, 1));
    if (!skip('{')) return piece;
    const int least = number();
    int most = least;
    if (skip(',')) most = more() && peek() == '}' ? -1 : number();
    if (!skip('}')) refuse("a { has no }");
    if (most >= 0 && most < least) refuse("a repetition's limits are swapped");
    return lazy(repeat(piece, least, most));
  }

  // Which match is the longest is never asked: lazy and greedy are the same.
  Code lazy(Code code) {
    skip('?');
    if (more() && (peek() == '*' || peek() == '+' || peek() == '{')) {
      refuse("a repetition is repeated");
    }
    return code;
  }

  int number() {
    int value = 0;
    bool any = false;
    while (more() && peek() >= '0' && peek() <= '9') {
      value = value * 10 + static_cast<int>(source_[at_++] - '0');
      any = true;
      if (value > kRepeatMax) refuse("a repetition is too long");
    }
    if (!any) refuse("a number is missing");
    return value;
  }

  Code repeat(const Code& piece, int least, int most) const {
    Code code;
    for (int i = 0; i < least; ++i) {
      append(code, piece);
      code = checked(std::move(code));
    }
    const int length = static_cast<int>(piece.size());
    if (most < 0) {
      code.push_back({Op::split, 1, length + 2});
      append(code, piece);
      code.push_back({Op::jump, -(length + 1)});
      return checked(std::move(code));
    }
    Code optional;
    for (int i = least; i < most; ++i) {
      Code outer = {{Op::split, 1, length + static_cast<int>(optional.size()) + 1}};
      append(outer, piece);
      append(outer, optional);
      optional = checked(std::move(outer));
    }
    append(code, optional);
    return checked(std::move(code));
  }

  Code atom() {
    const char32_t c = next("");
    switch (c) {
      case '(': return group();
      case '[': return set();
      case '.': return one_of(complement({{'\n', '\n'}, {'\r', '\r'}}));
      case '^': return {{Op::begin}};
      case '$': return {{Op::end}};
      case '\\': return one_of(escaped());
      case '*':
      case '+':
      case '?':
      case '{': refuse("a repetition has nothing to repeat");
      default: return one_of({{c, c}});
    }
  }

  Code group() {
    if (skip('?') && !skip(':')) refuse("look-around and named groups are not supported");
    Code code = alternatives();
    if (!skip(')')) refuse("a ( has no )");
    return code;
  }

  Code one_of(std::vector<Range> ranges, bool negated = false) {
    pattern_.sets_.push_back({negated, std::move(ranges)});
    if (pattern_.sets_.size() > Pattern::kInstructionsMax) refuse("it is too large");
    return {{Op::set, static_cast<int>(pattern_.sets_.size()) - 1}};
  }

  std::vector<Range> escaped() {
    const char32_t c = next("a \\ ends it");
    if (auto ranges = named_class(c); !ranges.empty()) return ranges;
    switch (c) {
      case 't': return {{'\t', '\t'}};
      case 'n': return {{'\n', '\n'}};
      case 'r': return {{'\r', '\r'}};
      case 'u': return unicode();
      default: break;
    }
    const bool letter_or_digit =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (letter_or_digit) refuse("an escape is not supported");
    return {{c, c}};
  }

  std::vector<Range> unicode() {
    char32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const char32_t c = next("\\u wants four digits");
      const char32_t lower = c | 0x20U;
      if (c >= '0' && c <= '9') {
        value = value * 16 + (c - '0');
      } else if (lower >= 'a' && lower <= 'f') {
        value = value * 16 + (lower - 'a' + 10);
      } else {
        refuse("\\u wants four digits");
      }
    }
    return {{value, value}};
  }

  Code set() {
    const bool negated = skip('^');
    std::vector<Range> ranges;
    while (!skip(']')) {
      const std::vector<Range> first = member();
      const bool single = first.size() == 1 && first[0].first == first[0].second;
      const bool is_range =
          single && at_ + 1 < source_.size() && peek() == '-' && source_[at_ + 1] != ']';
      if (!is_range) {
        ranges.insert(ranges.end(), first.begin(), first.end());
        continue;
      }
      ++at_;
      const std::vector<Range> last = member();
      if (last.size() != 1 || last[0].first != last[0].second || last[0].first < first[0].first) {
        refuse("a range in [] is not one");
      }
      ranges.emplace_back(first[0].first, last[0].first);
    }
    return one_of(std::move(ranges), negated);
  }

  std::vector<Range> member() {
    const char32_t c = next("a [ has no ]");
    if (c == '\\') return escaped();
    return {{c, c}};
  }

  std::vector<char32_t> source_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Pattern pattern_;
};

bool Pattern::Set::holds(char32_t c) const {
  const bool inside = std::any_of(ranges.begin(), ranges.end(), [c](const auto& range) {
    return c >= range.first && c <= range.second;
  });
  return inside != negated;
}

Result<Pattern> Pattern::compile(std::string_view source) {
  // The one parser that throws within: it ends deep inside its recursion.
  try {
    return PatternParser(source).parse();
  } catch (const Error& error) {
    return error;
  }
}

// Adds every state reachable from `at` without reading a sign. `seen` marks them by position.
void Pattern::follow(std::size_t at, std::size_t position, std::size_t length,
                     std::vector<std::size_t>& states, std::vector<std::size_t>& seen) const {
  std::vector<std::size_t> open = {at};
  const auto jump = [](std::size_t from, int by) {
    return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(from) + by);
  };
  while (!open.empty()) {
    const std::size_t state = open.back();
    open.pop_back();
    if (seen[state] == position + 1) continue;
    seen[state] = position + 1;
    if (state == code_.size() || code_[state].op == Op::set) {
      states.push_back(state);
      continue;
    }
    const Instruction& here = code_[state];
    if (here.op == Op::begin && position != 0) continue;
    if (here.op == Op::end && position != length) continue;
    open.push_back(jump(state, here.op == Op::jump || here.op == Op::split ? here.first : 1));
    if (here.op == Op::split) open.push_back(jump(state, here.second));
  }
}

bool Pattern::found_in(std::string_view text) const {
  const std::vector<char32_t> points = code_points(text);
  std::vector<std::size_t> seen(code_.size() + 1, 0);
  std::vector<std::size_t> states;
  std::vector<std::size_t> following;
  for (std::size_t position = 0; position <= points.size(); ++position) {
    follow(0, position, points.size(), states, seen);
    if (std::find(states.begin(), states.end(), code_.size()) != states.end()) return true;
    if (position == points.size()) return false;
    following.clear();
    for (const std::size_t state : states) {
      const auto& set = sets_[static_cast<std::size_t>(code_[state].first)];
      if (set.holds(points[position])) {
        follow(state + 1, position + 1, points.size(), following, seen);
      }
    }
    std::swap(states, following);
  }
  return false;
}

}  // namespace lendport::json
