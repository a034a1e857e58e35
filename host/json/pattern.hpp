// Regular expressions of JSON Schema's `pattern`, matched in time linear in the text.
#pragma once

#include "core/error.hpp"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::json {

// The part of ECMA-262 that schemas need: literals, `.`, [sets], (groups), (?:groups), |, * + ?
// {m} {m,} {m,n}, ^ $, \d \w \s and their complements, escaped signs, \t \n \r, \uXXXX. No
// back-references, no look-around, no \b. Works on code points; carried out without backtracking,
// so that no pattern and no text can make it slow. Immutable, thread-safe.
class Pattern {
 public:
  static constexpr std::size_t kInstructionsMax = 4096;

  // Error{invalid_input} that says what in `source` cannot be carried out.
  static Result<Pattern> compile(std::string_view source);

  // Whether the pattern occurs anywhere in `text`, as JSON Schema wants; ^ and $ anchor it.
  bool found_in(std::string_view text) const;

 private:
  friend class PatternParser;
  struct Set {
    bool negated = false;
    std::vector<std::pair<char32_t, char32_t>> ranges;
    bool holds(char32_t c) const;
  };
  enum class Op : std::uint8_t { set, split, jump, begin, end };
  // `first` and `second` are jumps relative to the instruction; for `set` the index of the set.
  struct Instruction {
    Op op;
    int first = 1;
    int second = 1;
  };
  using Code = std::vector<Instruction>;

  void follow(std::size_t at, std::size_t position, std::size_t length,
              std::vector<std::size_t>& states, std::vector<std::size_t>& seen) const;

  Code code_;  // ends where it is over: an address of code_.size() is a match
  std::vector<Set> sets_;
};

// The code points of UTF-8 text; an ill-formed byte is U+FFFD.
std::vector<char32_t> code_points(std::string_view text);

}  // namespace lendport::json
