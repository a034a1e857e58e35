// Sentences in two languages: filled in, kept in English, and read again.
#include "core/wording.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

constexpr Wording kRows[] = {
    {"lost", "the answer was lost", "la réponse s'est perdue"},
    {"cannot", "an application that is {state} cannot become {state_after}",
     "une demande à l'état « {state} » ne peut pas passer à « {state_after} »"},
    {"says", "one says \"{one}\", two says \"{two}\": correct one", "un : {one} ; deux : {two}"},
    {"open", "{count} points are open", "points ouverts : {count}"},
};
constexpr Wording kWords[] = {
    {"state.approved", "approved", "accordée"},
    {"state.funded", "funded", "financée"},
};
constexpr Wordings kKnown{kRows, kWords};

TEST(Said, FillsBothLanguages) {
  const Sentence sentence =
      said(row_of(kRows, "cannot"),
           {{"state", said(kWords, "state", "approved")}, {"state_after", "signed"}});
  EXPECT_EQ(sentence.in("en"), "an application that is approved cannot become signed");
  EXPECT_EQ(sentence.in("fr"), "une demande à l'état « accordée » ne peut pas passer à « signed »");
  EXPECT_EQ(sentence.in("es"), sentence.en);
}

TEST(Said, KnowsTheWordsOfASetAndLeavesOthers) {
  EXPECT_EQ(said(kWords, "state", "approved").fr, "accordée");
  EXPECT_EQ(said(kWords, "other", "approved").fr, "approved");
  EXPECT_EQ(said(kWords, "state", "").fr, "");
  EXPECT_EQ(said(kWords, "sta", "te.approved").fr, "te.approved");
}

struct Kept {
  const char* english;
  const char* french;  // the English: it is left as it is
};

TEST(Reworded, TellsWhatWasKeptInEnglish) {
  for (const Kept& one : {
           Kept{"the answer was lost", "la réponse s'est perdue"},
           Kept{"an application that is approved cannot become funded",
                "une demande à l'état « accordée » ne peut pas passer à « financée »"},
           Kept{"one says \"a\", two says \"b, \"c\"\": correct one", "un : a ; deux : b, \"c\""},
           Kept{"one says \"\", two says \"\": correct one", "un :  ; deux : "},
           Kept{"3 points are open", "points ouverts : 3"},
           Kept{"the answer was lost.", "the answer was lost."},
           Kept{"The answer was lost", "The answer was lost"},
           Kept{"one says \"a\": correct one", "one says \"a\": correct one"},
           Kept{"", ""},
       }) {
    EXPECT_EQ(reworded(kKnown, one.english, "fr"), one.french);
    EXPECT_EQ(reworded(kKnown, one.english, "en"), one.english);
  }
}

TEST(RowSaying, NamesTheRow) {
  ASSERT_NE(row_saying(kRows, "3 points are open"), nullptr);
  EXPECT_EQ(row_saying(kRows, "3 points are open")->code, "open");
  EXPECT_EQ(row_saying(kRows, "three points are shut"), nullptr);
}

TEST(ParametersOf, KeepsTheirOrder) {
  EXPECT_EQ(parameters_of(kRows[1].en), (std::vector<std::string_view>{"state", "state_after"}));
  EXPECT_TRUE(parameters_of("none").empty());
}

TEST(Error, CarriesBothLanguages) {
  const Error error(ErrorCode::conflict, said(row_of(kRows, "lost")));
  EXPECT_EQ(error.detail(), "the answer was lost");
  EXPECT_EQ(error.detail_fr(), "la réponse s'est perdue");
  EXPECT_EQ(Error(ErrorCode::conflict, "lost").detail_fr(), "");
}

}  // namespace
}  // namespace lendport
