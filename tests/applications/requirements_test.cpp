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
            (Missing{"/project/site_design_complete missing", "/agreement/name missing"}));
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
  EXPECT_EQ(found.at(0).detail, "manque : Fake Lender l'exige ; complétez le dossier");
}

TEST(AgreementOf, IsOneLineOfAddress) {
  const AgreementText agreement = agreement_of(sample());
  EXPECT_EQ(agreement.name, "Ada Quinn");
  EXPECT_EQ(agreement.address, "1 Sun St, Austin, TX 78701, US");
  EXPECT_TRUE(agreement_of(Case{}).name.empty());
}

}  // namespace
}  // namespace lendport
