// Texts that come from elsewhere: which of them people can read, cut to what there is room for, and
// what was meant by a word.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// Of ASCII alone.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string lower(std::string_view text);  // the letters of ASCII alone
std::string digits_in(std::string_view text);

// What is wrong with a text: a violation's code and what to do, as one sentence.
struct TextProblem {
  std::string_view code;
  std::string_view detail;
};

// Whether newline and tab belong into a text: a name has one line, a reason may have many.
enum class Lines { one, many };

// What keeps `text` (UTF-8) from being shown to people as it is: nothing to see in it (blanks,
// characters without width), control characters (U+0000 to U+001F, U+007F to U+009F), or marks that
// turn the direction of what stands around it (U+202A to U+202E, U+2066 to U+2069). Every script,
// emoji with their joiners, and the marks U+200E and U+200F are fine. Empty text is nothing to see.
std::optional<TextProblem> problem_of_text(std::string_view text, Lines lines = Lines::one);

// `text` (UTF-8), at most its first `bytes_max` bytes and never half a character: what is cut may
// be stored, where half a character would be refused. Shorter by up to three bytes than the limit.
// Bytes that are no UTF-8 are kept as they are.
std::string cut(std::string_view text, std::size_t bytes_max);

// The word of `known` that `word` was probably meant to be, by edits of single bytes; empty when
// none is near enough, or `known` is empty.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace lendport
