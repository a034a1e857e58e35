#include "applications/requirements.hpp"

#include "applications/fields.hpp"
#include "applications/json_connector.hpp"

#include <algorithm>
#include <utility>

namespace lendport {
namespace {

// What every application needs: a person confirms exactly these before anything is sent.
const std::vector<std::string> kCommon{
    "/applicants/0/first_name",
    "/applicants/0/last_name",
    "/applicants/0/email",
    "/applicants/0/phone",
    "/applicants/0/address/line1",
    "/applicants/0/address/city",
    "/applicants/0/address/postal_code",
    "/applicants/0/address/country",
};

bool is_french(std::string_view language) {
  return language == "fr";
}

Violation missing(std::string pointer, const std::string& lender, std::string_view language) {
  const std::string field = field_name(pointer, language);
  return {std::move(pointer), "missing",
          is_french(language)
              ? "manque : " + field + " ; " + lender + " l'exige, complétez le dossier"
              : field + " is missing: " + lender + " requires it; add it to the case"};
}

// What is required of the borrower is required of a co-applicant, where there is one.
void add_co_applicants(std::size_t applicants, std::vector<std::string>& required) {
  constexpr std::string_view kBorrower = "/applicants/0/";
  const std::vector<std::string> of_one = required;
  for (std::size_t i = 1; i < applicants; ++i) {
    for (const std::string& pointer : of_one) {
      if (!pointer.starts_with(kBorrower)) continue;
      std::string theirs =
          "/applicants/" + std::to_string(i) + "/" + pointer.substr(kBorrower.size());
      if (std::find(required.begin(), required.end(), theirs) == required.end()) {
        required.push_back(std::move(theirs));
      }
    }
  }
}

// Where in the case a field of application.submit/1 is typed.
std::string pointer_into_case(const std::string& pointer) {
  if (pointer == "/project/system_size_kw") return "/project/size_w";
  return pointer;
}

bool contains(const std::vector<std::string>& values, const std::string& value) {
  return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

void add_availability(const Case& the_case, const connectors::Manifest& manifest,
                      const std::string& lender, std::string_view language,
                      std::vector<Violation>& found) {
  const auto check = [&](std::string pointer, const std::vector<std::string>& taken,
                         const std::string& value) {
    if (contains(taken, value)) return;
    if (value.empty()) {
      found.push_back(missing(std::move(pointer), lender, language));
      return;
    }
    const std::string field = field_name(pointer, language);
    found.push_back({std::move(pointer), "not_available",
                     is_french(language)
                         ? lender + " ne prête pas pour « " + value + " » (" + field + ")"
                         : lender + " does not lend for \"" + value + "\" (" + field + ")"});
  };
  const Address& site = the_case.project_address;
  check("/project/address/country", manifest.countries, site.country);
  check("/project/address/state", manifest.states, site.state);
  check("/project/segment", manifest.segments, std::string(to_string(the_case.segment)));
}

void add_integrated(const Case& the_case, const std::string& lender, std::string_view language,
                    std::vector<Violation>& found) {
  if (!the_case.site_design_complete) {
    found.push_back(missing("/project/site_design_complete", lender, language));
  }
  for (Violation& one : missing_agreement(the_case, lender, language)) {
    found.push_back(std::move(one));
  }
}

}  // namespace

std::vector<Violation> missing_for(const Case& the_case, const Quote& quote,
                                   const connectors::Manifest* manifest,
                                   std::string_view language) {
  std::vector<Violation> found;
  if (the_case.applicants.empty()) {
    found.push_back(missing("/applicants", quote.lender, language));
    return found;
  }
  std::vector<std::string> required = kCommon;
  if (manifest != nullptr) {
    for (const std::string& pointer : manifest->application_required) {
      if (std::find(required.begin(), required.end(), pointer) == required.end()) {
        required.push_back(pointer);
      }
    }
  }
  add_co_applicants(the_case.applicants.size(), required);
  const std::string submission = write_submission({}, the_case, quote);
  for (const std::string& pointer : missing_in(submission, required)) {
    found.push_back(missing(pointer_into_case(pointer), quote.lender, language));
  }
  if (quote.connection) add_integrated(the_case, quote.lender, language, found);
  if (manifest != nullptr) add_availability(the_case, *manifest, quote.lender, language, found);
  return found;
}

std::string warning_about_checks(const Requirements& requirements, std::string_view language) {
  if (requirements.limit || requirements.credit_checks == 0) return {};
  const std::string count = std::to_string(requirements.credit_checks);
  const bool one = requirements.credit_checks == 1;
  if (is_french(language)) {
    return "déjà " + count + (one ? " vérification" : " vérifications") +
           " de crédit pour ce client ces 30 derniers jours, et " + requirements.lender +
           " ne fixe aucune limite : n'en demandez une autre que si le client la veut";
  }
  return count + (one ? " credit check was" : " credit checks were") +
         " made for this customer in the last 30 days and " + requirements.lender +
         " sets no limit: ask for another one only if the customer wants it";
}

std::vector<Violation> missing_agreement(const Case& the_case, const std::string& lender,
                                         std::string_view language) {
  const AgreementText agreement = agreement_of(the_case);
  std::vector<Violation> found;
  for (const auto& [pointer, text] : {std::pair{"/agreement/name", &agreement.name},
                                      std::pair{"/agreement/email", &agreement.email},
                                      std::pair{"/agreement/address", &agreement.address}}) {
    if (text->empty()) found.push_back(missing(pointer, lender, language));
  }
  return found;
}

AgreementText agreement_of(const Case& the_case) {
  if (!the_case.agreement) return {};
  AgreementText agreement{the_case.agreement->name, "", the_case.agreement->email};
  if (the_case.agreement->address) agreement.address = address_line(*the_case.agreement->address);
  return agreement;
}

}  // namespace lendport
