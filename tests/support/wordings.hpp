// What holds for every table of sentences, said once.
#pragma once

#include "core/wording.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace lendport::test {

// All rows are in both languages, have a code of their own, name the same parameters in both, and
// are known again when a store kept their English.
inline void expect_whole(std::span<const Wording> table) {
  std::set<std::string_view> codes;
  ASSERT_FALSE(table.empty());
  for (const Wording& row : table) {
    SCOPED_TRACE(row.code);
    EXPECT_TRUE(codes.insert(row.code).second);
    EXPECT_FALSE(row.code.empty());
    EXPECT_FALSE(row.en.empty());
    EXPECT_FALSE(row.fr.empty());
    EXPECT_NE(row.en, row.fr);
    auto english = parameters_of(row.en);
    auto french = parameters_of(row.fr);
    Parameters with;
    for (const std::string_view name : english)
      with.emplace_back(name, "<" + std::string(name) + ">");
    std::sort(english.begin(), english.end());
    std::sort(french.begin(), french.end());
    EXPECT_EQ(english, french);
    const Wording* found = row_saying(table, said(row, with).en);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->code, row.code);
  }
}

// The same of words, which may be alike in both.
inline void expect_words(std::span<const Wording> words) {
  for (const Wording& row : words) {
    SCOPED_TRACE(row.code);
    EXPECT_NE(row.code.find('.'), std::string_view::npos);
    EXPECT_FALSE(row.en.empty());
    EXPECT_FALSE(row.fr.empty());
    EXPECT_TRUE(parameters_of(row.en).empty() && parameters_of(row.fr).empty());
  }
}

}  // namespace lendport::test
