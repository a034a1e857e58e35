// What people call the fields of a case, in English and French. Pure.
#pragma once

#include <string>
#include <string_view>

namespace lendport {

// The field at a JSON Pointer into a case, as its API spells it ("/applicants/0/ssn"), with whose
// it is: "the borrower's Social Security number", "numéro de sécurité sociale de l'emprunteur". A
// pointer that is not in the table is its own name. Any language but "fr" is English.
std::string field_name(std::string_view pointer, std::string_view language);

}  // namespace lendport
