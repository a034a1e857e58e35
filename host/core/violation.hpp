// One wrong field of somebody's input.
#pragma once

#include <string>
#include <vector>

namespace lendport {

// `pointer` is the JSON Pointer of the field in what was sent ("/applicants/0/email"), `code` a
// stable word a program may branch on ("required", "too_small"), `detail` a sentence that says the
// rule and what to do.
struct Violation {
  std::string pointer;
  std::string code;
  std::string detail;

  friend bool operator==(const Violation&, const Violation&) = default;
};

}  // namespace lendport
