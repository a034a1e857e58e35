// One wrong field of somebody's input.
#pragma once

#include "core/wording.hpp"

#include <string>
#include <utility>
#include <vector>

namespace lendport {

// `pointer` is the JSON Pointer of the field in what was sent ("/applicants/0/email"), `code` a
// stable word a program may branch on ("required", "too_small"), `detail` a sentence that says the
// rule and what to do. `detail_fr` is the same in French; empty where the code says it
// (http/problem.cpp has the French of the usual codes), or where `detail` is in the reader's
// language already.
struct Violation {
  std::string pointer;
  std::string code;
  std::string detail;
  std::string detail_fr = {};

  friend bool operator==(const Violation&, const Violation&) = default;
};

// One whose sentence is a row of a table.
inline Violation violation(std::string pointer, std::string code, const Wording& row,
                           const Parameters& with = {}) {
  Sentence sentence = said(row, with);
  return {std::move(pointer), std::move(code), std::move(sentence.en), std::move(sentence.fr)};
}

}  // namespace lendport
