// Codes of standards: what is assigned is known, what only looks like one is not.
#include "core/iso.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport {
namespace {

struct Row {
  std::string_view code;
  bool known;
};

template <std::size_t N>
void expect(bool (*is_known)(std::string_view), const Row (&rows)[N]) {
  for (const Row& row : rows) EXPECT_EQ(is_known(row.code), row.known) << "\"" << row.code << "\"";
}

int count_of_pairs(bool (*is_known)(std::string_view), char first) {
  int known = 0;
  for (char a = first; a < first + 26; ++a) {
    for (char b = first; b < first + 26; ++b) known += is_known(std::string{a, b}) ? 1 : 0;
  }
  return known;
}

TEST(Iso, KnowsTheCountries) {
  EXPECT_EQ(count_of_pairs(is_country, 'A'), 249);
  expect(is_country, {{"US", true},
                      {"FR", true},
                      {"GB", true},
                      {"ZW", true},
                      {"AD", true},
                      {"UK", false},
                      {"XX", false},
                      {"ZZ", false},
                      {"EU", false},
                      {"us", false},
                      {"Us", false},
                      {"", false},
                      {"U", false},
                      {"USA", false},
                      {"S ", false},
                      {" U", false},
                      {"AE AF", false}});
}

TEST(Iso, KnowsTheStatesOfTheUnitedStates) {
  EXPECT_EQ(count_of_pairs(is_us_state, 'A'), 63);
  expect(is_us_state, {{"TX", true},
                       {"DC", true},
                       {"PR", true},
                       {"AP", true},
                       {"XX", false},
                       {"ON", false},
                       {"tx", false},
                       {"Texas", false},
                       {"", false}});
}

TEST(Iso, KnowsLanguagesAndLocales) {
  EXPECT_EQ(count_of_pairs(is_language, 'a'), 183);
  expect(is_locale, {{"en", true},
                     {"fr-CA", true},
                     {"xx", false},
                     {"en-XX", false},
                     {"fr-ca", false},
                     {"FR", false},
                     {"fr_FR", false},
                     {"fr-", false},
                     {"", false}});
  expect(is_language_tag, {{"en", true},
                           {"es-419", true},
                           {"zh-Hant", true},
                           {"zh-Hant-TW", true},
                           {"haw", true},
                           {"haw-US", true},
                           {"xx", false},
                           {"english", false},
                           {"en-US-x", false},
                           {"en-", false},
                           {"en--US", false},
                           {"-US", false},
                           {"zh-hant", false},
                           {"es-41", false},
                           {"", false}});
}

}  // namespace
}  // namespace lendport
