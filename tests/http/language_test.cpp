// Accept-Language: English or French, by what the caller weighs more.
#include "http/language.hpp"

#include <gtest/gtest.h>

namespace lendport::http {
namespace {

TEST(PickLanguage, TakesWhatTheCallerWeighsMore) {
  for (const char* french :
       {"fr", "FR", "fr-CA", "de, fr", "fr, en", "fr;q=0.9, en;q=0.8", "fr,en;q=0",
        "de;q=1, fr;q=0.1", "*;q=0.1, fr;q=0.2", "fr ; q=0.9, en ; q=0.85"}) {
    const bool tie = std::string_view(french) == "fr, en";
    EXPECT_EQ(pick_language(french), tie ? Language::en : Language::fr) << french;
  }
  for (const char* english : {"", "en", "en-US,en;q=0.5", "de", "*", "fr;q=0.5, en;q=0.6", "fr;q=0",
                              "fr;q=0.0", ",,,", ";q=1", "frr", "fr;q=0.5, *", "x=fr"}) {
    EXPECT_EQ(pick_language(english), Language::en) << english;
  }
}

}  // namespace
}  // namespace lendport::http
