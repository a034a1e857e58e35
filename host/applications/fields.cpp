#include "applications/fields.hpp"

#include <array>

namespace lendport {
namespace {

// English says first whose a field is, French last.
struct Owner {
  std::string_view pointer;
  std::string_view en;
  std::string_view fr;
};
constexpr std::array<Owner, 4> kOwners{{
    {"/applicants/0/", "the borrower's ", " de l'emprunteur"},
    {"/applicants/1/", "the co-applicant's ", " du co-emprunteur"},
    {"/project/", "the project's ", " du projet"},
    {"/agreement/", "the installation agreement's ", " du contrat d'installation"},
}};

struct Field {
  std::string_view pointer;
  std::string_view en;
  std::string_view fr;
};
constexpr std::array<Field, 24> kFields{{
    {"first_name", "first name", "prénom"},
    {"last_name", "last name", "nom"},
    {"name", "name", "nom"},
    {"email", "e-mail", "e-mail"},
    {"phone", "phone number", "numéro de téléphone"},
    {"ssn", "Social Security number", "numéro de sécurité sociale"},
    {"date_of_birth", "date of birth", "date de naissance"},
    {"income", "income", "revenus"},
    {"income/amount", "income", "revenus"},
    {"income/period", "period of income", "période des revenus"},
    {"address", "address", "adresse"},
    {"address/line1", "street and number", "rue et numéro"},
    {"address/line2", "second line of address", "complément d'adresse"},
    {"address/city", "city", "ville"},
    {"address/state", "state", "État"},
    {"address/postal_code", "postal code", "code postal"},
    {"address/country", "country", "pays"},
    {"segment", "segment", "segment"},
    {"case_number", "number", "numéro"},
    {"system_cost", "system cost", "coût de l'installation"},
    {"size_w", "system size", "puissance de l'installation"},
    {"cost_per_watt", "cost per watt", "coût par watt"},
    {"consumption_kwh", "consumption", "consommation"},
    {"site_design_complete", "finished site and system design", "étude technique achevée"},
}};

}  // namespace

std::string field_name(std::string_view pointer, std::string_view language) {
  const bool french = language == "fr";
  if (pointer == "/applicants") return french ? "un emprunteur" : "an applicant";
  for (const Owner& owner : kOwners) {
    if (!pointer.starts_with(owner.pointer)) continue;
    for (const Field& field : kFields) {
      if (field.pointer != pointer.substr(owner.pointer.size())) continue;
      return french ? std::string(field.fr).append(owner.fr)
                    : std::string(owner.en).append(field.en);
    }
  }
  return std::string(pointer);
}

}  // namespace lendport
