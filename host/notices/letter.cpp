#include "notices/letter.hpp"

#include "notices/reasons.hpp"

#include <array>
#include <vector>

namespace lendport::notices {
namespace {

using applications_texts::kNotices;

constexpr std::array<const char*, kReasonsMax> kReasonNames{"first_reason", "second_reason",
                                                            "third_reason", "fourth_reason"};

std::string what_is_missing(const Application& application,
                            const std::optional<Creditor>& creditor) {
  if (!creditor || creditor->address.empty()) {
    return std::string(row_of(kNotices, "no_address").en);
  }
  if (creditor->agency.empty()) {
    return std::string(row_of(kNotices, "no_agency").en);
  }
  if (!application.decision ||
      principal_reasons(*application.decision, mail::Language::en).empty()) {
    return std::string(row_of(kNotices, "no_reasons").en);
  }
  const auto& report = application.decision->report;
  if (!report && application.decision->report_used == false) return {};
  if (!report) return std::string(row_of(kNotices, "report_unknown").en);
  if (report->score_used) return std::string(row_of(kNotices, "score_used").en);
  if (report->agency.empty() || report->address.empty() || report->phone.empty()) {
    return std::string(row_of(kNotices, "whose_report").en);
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
