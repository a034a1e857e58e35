// What a lender needs before it can be asked, with every pointer a place in the case's own API.
#include "applications/requirements.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

Case sample() {
  Case one;
  Applicant ada;
  ada.first_name = "Ada";
  ada.last_name = "Quinn";
  ada.email = "ada@example.com";
  ada.phone = "+15125550100";
  ada.address = Address{"1 Sun St", "", "Austin", "TX", "78701", "US"};
  one.applicants = {ada};
  one.project_address = *ada.address;
  one.site_design_complete = true;
  one.agreement = Agreement{"Ada Quinn", ada.address, "ada@example.com"};
  return one;
}

Quote integrated() {
  Quote quote;
  quote.lender = "Fake Lender";
  quote.connection = ConnectionId{"conn_1"};
  return quote;
}

using Missing = std::vector<std::string>;

Missing missing(const Case& the_case, const connectors::Manifest* manifest = nullptr,
                const Quote& quote = integrated()) {
  Missing found;
  for (const Violation& v : missing_for(the_case, quote, manifest, "en")) {
    found.push_back(v.pointer + " " + v.code);
  }
  return found;
}

TEST(MissingFor, IsEmptyForACompleteCase) {
  EXPECT_EQ(missing(sample()), Missing{});
}

TEST(MissingFor, WantsAnApplicantFirst) {
  EXPECT_EQ(missing(Case{}), (Missing{"/applicants missing"}));
}

TEST(MissingFor, WantsDesignAndAgreementOfIntegratedLendersOnly) {
  Case subject = sample();
  subject.site_design_complete = false;
  subject.agreement.reset();
  EXPECT_EQ(missing(subject),
            (Missing{"/project/site_design_complete missing", "/agreement/name missing",
                     "/agreement/email missing", "/agreement/address missing"}));
  subject = sample();
  subject.agreement->email.clear();
  EXPECT_EQ(missing(subject), Missing{"/agreement/email missing"});
  subject.agreement->address.reset();
  Quote handed_over = integrated();
  handed_over.connection.reset();
  EXPECT_EQ(missing(subject, nullptr, handed_over), Missing{});
}

TEST(MissingFor, AddsWhatTheConnectorNames) {
  connectors::Manifest manifest;
  manifest.application_required = {"/applicants/0/ssn", "/applicants/0/income",
                                   "/applicants/0/email", "/project/system_size_kw"};
  EXPECT_EQ(missing(sample(), &manifest),
            (Missing{"/applicants/0/ssn missing", "/applicants/0/income missing",
                     "/project/size_w missing"}));
  Case subject = sample();
  subject.applicants[0].ssn = Secret<std::string>("078051120");
  subject.applicants[0].income.emplace();
  subject.size_w = 8'000;
  EXPECT_EQ(missing(subject, &manifest), Missing{});
}

TEST(MissingFor, WantsOfACoApplicantWhatItWantsOfTheBorrower) {
  connectors::Manifest manifest;
  manifest.application_required = {"/applicants/0/ssn", "/project/cost_per_watt"};
  Case subject = sample();
  subject.cost_per_watt.emplace();
  Applicant bea = subject.applicants[0];
  bea.email.clear();
  bea.address.reset();
  subject.applicants.push_back(bea);
  EXPECT_EQ(missing(subject, &manifest),
            (Missing{"/applicants/0/ssn missing", "/applicants/1/email missing",
                     "/applicants/1/address/line1 missing", "/applicants/1/address/city missing",
                     "/applicants/1/address/postal_code missing",
                     "/applicants/1/address/country missing", "/applicants/1/ssn missing"}));
}

TEST(MissingFor, SaysWhereTheLenderDoesNotLend) {
  connectors::Manifest manifest;
  manifest.countries = {"US"};
  manifest.states = {"CA", "NV"};
  manifest.segments = {"commercial"};
  EXPECT_EQ(missing(sample(), &manifest),
            (Missing{"/project/address/state not_available", "/project/segment not_available"}));
  Case subject = sample();
  subject.project_address = {};
  subject.segment = Segment::commercial;
  EXPECT_EQ(missing(subject, &manifest),
            (Missing{"/project/address/country missing", "/project/address/state missing"}));
}

TEST(MissingFor, SpeaksTheCallersLanguage) {
  const auto found = missing_for(Case{}, integrated(), nullptr, "fr");
  EXPECT_EQ(found.at(0).detail,
            "manque : un emprunteur ; Fake Lender l'exige, complétez le dossier");
}

TEST(MissingFor, NamesTheFieldAndTheLender) {
  connectors::Manifest manifest;
  manifest.states = {"CA"};
  Case subject = sample();
  subject.applicants[0].email.clear();
  const auto en = missing_for(subject, integrated(), &manifest, "en");
  EXPECT_EQ(en.at(0).detail,
            "the borrower's e-mail is missing: Fake Lender requires it; add it to the case");
  EXPECT_EQ(en.at(1).detail, "Fake Lender does not lend for \"TX\" (the project's state)");
  const auto fr = missing_for(subject, integrated(), &manifest, "fr");
  EXPECT_EQ(fr.at(0).detail,
            "manque : e-mail de l'emprunteur ; Fake Lender l'exige, complétez le dossier");
  EXPECT_EQ(fr.at(1).detail, "Fake Lender ne prête pas pour « TX » (État du projet)");
}

TEST(WarningAboutChecks, StandsWhereNoLimitDoes) {
  Requirements found;
  found.lender = "Fake Lender";
  EXPECT_EQ(warning_about_checks(found, "en"), "");
  found.credit_checks = 1;
  EXPECT_EQ(warning_about_checks(found, "en"),
            "1 credit check was made for this customer in the last 30 days and Fake Lender sets no "
            "limit: ask for another one only if the customer wants it");
  found.credit_checks = 2;
  EXPECT_EQ(warning_about_checks(found, "fr"),
            "déjà 2 vérifications de crédit pour ce client ces 30 derniers jours, et Fake Lender "
            "ne fixe aucune limite : n'en demandez une autre que si le client la veut");
  found.limit = CheckLimit{2, 30, 2};
  EXPECT_EQ(warning_about_checks(found, "fr"), "");
}

TEST(AgreementOf, IsOneLineOfAddress) {
  const AgreementText agreement = agreement_of(sample());
  EXPECT_EQ(agreement.name, "Ada Quinn");
  EXPECT_EQ(agreement.address, "1 Sun St, Austin, TX 78701, US");
  EXPECT_TRUE(agreement_of(Case{}).name.empty());
}

}  // namespace
}  // namespace lendport
