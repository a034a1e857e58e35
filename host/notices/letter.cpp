#include "notices/letter.hpp"

#include "notices/reasons.hpp"

#include <array>
#include <vector>

namespace lendport::notices {
namespace {

constexpr std::array<const char*, kReasonsMax> kReasonNames{"first_reason", "second_reason",
                                                            "third_reason", "fourth_reason"};

std::string what_is_missing(const Application& application,
                            const std::optional<Creditor>& creditor) {
  if (!creditor || creditor->address.empty()) {
    return "the connector does not say the creditor's address";
  }
  if (creditor->agency.empty()) {
    return "the connector does not say which federal agency watches over the creditor";
  }
  if (!application.decision || principal_reasons(*application.decision, mail::Language::en).empty())
    return "the lender gave no reasons";
  const auto& report = application.decision->report;
  if (!report && application.decision->report_used == false) return {};
  if (!report) return "the lender does not say whether it used a consumer report";
  if (report->score_used) return "a credit score was used that the lender alone can disclose";
  if (report->agency.empty() || report->address.empty() || report->phone.empty()) {
    return "the lender does not say whose consumer report it used, with address and phone";
  }
  return {};
}

}  // namespace

Letter letter_of(const Application& application, const Confirmation& borrower,
                 const std::optional<Creditor>& creditor, mail::Language language, Time now) {
  Letter letter;
  letter.why_not = what_is_missing(application, creditor);
  if (!letter.why_not.empty()) return letter;
  const Decision& decision = *application.decision;
  mail::Facts& facts = letter.facts;
  facts = {{"applicant", borrower.first_name + " " + borrower.last_name},
           {"creditor", decision.creditor.empty() ? creditor->name : decision.creditor},
           {"creditor_address", creditor->address},
           {"date", format_date(Date(std::chrono::floor<std::chrono::days>(now)))},
           {"agency", creditor->agency}};
  if (!creditor->phone.empty()) facts["creditor_phone"] = creditor->phone;
  const bool is_decline = application.notice->kind == NoticeKind::decline;
  facts[is_decline ? "declined" : "counter_offer"] = "yes";
  const std::vector<std::string> reasons = principal_reasons(decision, language);
  for (std::size_t i = 0; i < reasons.size(); ++i) facts[kReasonNames.at(i)] = reasons[i];
  if (decision.report) {
    facts["report_agency"] = decision.report->agency;
    facts["report_address"] = decision.report->address;
    facts["report_phone"] = decision.report->phone;
  }
  return letter;
}

}  // namespace lendport::notices
