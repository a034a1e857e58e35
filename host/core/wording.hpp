// Sentences of ours in English and French: rows of a capability's table, filled in, and known again
// where a store kept the English one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport {

// One sentence for a person. "fr" is French, any other language English.
struct Sentence {
  std::string en;
  std::string fr;

  const std::string& in(std::string_view language) const { return language == "fr" ? fr : en; }
};

// A row: `code` is its stable name. "{name}" stands for a parameter, the same ones in both.
struct Wording {
  std::string_view code;
  std::string_view en;
  std::string_view fr;
};

// What a table may keep: sentences, and the words of closed sets that stand in them. The word of
// the parameter {state}, or {state_after}, whose value is "approved" has the code "state.approved".
struct Wordings {
  std::span<const Wording> sentences;
  std::span<const Wording> words = {};
};

// What stands in a sentence for "{name}".
struct Parameter {
  Parameter(std::string_view place, std::string alike)
      : name(place), en(alike), fr(std::move(alike)) {}
  Parameter(std::string_view place, std::string_view alike)
      : Parameter(place, std::string(alike)) {}
  Parameter(std::string_view place, const char* alike) : Parameter(place, std::string(alike)) {}
  Parameter(std::string_view place, Sentence both)
      : name(place), en(std::move(both.en)), fr(std::move(both.fr)) {}

  std::string_view name;
  std::string en;
  std::string fr;
};
using Parameters = std::vector<Parameter>;

// The row in `table` of that code. Does not compile where there is none.
template <class Table>
consteval const Wording& row_of(const Table& table, std::string_view code) {
  std::size_t i = 0;
  while (table[i].code != code) ++i;
  return table[i];
}

// REQUIRES: `with` names every parameter of `row`.
Sentence said(const Wording& row, const Parameters& with = {});

// A word of a closed set in both languages; as it is where the table does not have it.
Sentence said(std::span<const Wording> words, std::string_view set, std::string_view word);

// The parameters of a text, in their order: "count", "state".
std::vector<std::string_view> parameters_of(std::string_view text);

// The row that an English sentence was made of; null: it is none of these, an older build's or
// somebody else's.
const Wording* row_saying(std::span<const Wording> sentences, std::string_view english);

// An English sentence as it was kept, for a reader of `language`. What is none of `known` stays as
// it is: a lender's own words are never touched.
std::string reworded(const Wordings& known, std::string_view english, std::string_view language);

}  // namespace lendport
