// The first mail to an applicant: what the lender decided.
#include "applications/applications.hpp"
#include "applications/json_connector.hpp"
#include "mail/mail.hpp"

namespace lendport {
namespace {

bool is_told(ApplicationState state) {
  return state == ApplicationState::approved || state == ApplicationState::conditional ||
         state == ApplicationState::prequalified;
}

mail::Language language_of(const Application& application) {
  return mail::parse_language(application.consent.language).value_or(mail::Language::en);
}

// Only what the lender said.
mail::Facts facts_of(const Application& application, const Confirmation& borrower) {
  const mail::Language language = language_of(application);
  mail::Facts facts = {{"applicant", borrower.first_name + " " + borrower.last_name},
                       {"lender", application.lender},
                       {std::string(to_string(application.state)), "yes"}};
  if (!application.decision) return facts;
  const Decision& decision = *application.decision;
  if (decision.amount) facts["amount"] = mail::shown(*decision.amount, language);
  if (decision.apr) facts["apr"] = mail::shown(*decision.apr, language);
  if (decision.term_months) facts["term_months"] = std::to_string(*decision.term_months);
  if (decision.expires_at) {
    facts["valid_until"] =
        format_date(Date(std::chrono::floor<std::chrono::days>(*decision.expires_at)));
  }
  return facts;
}

}  // namespace

void Applications::tell_applicant(db::Transaction& tx, const Application& application,
                                  ApplicationState from) const {
  if (application.state == from || !is_told(application.state)) return;
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if (!manifest || !manifest->document || !hub_sends(*manifest->document, "decision")) return;
  const auto submission = submission_of(tx, application);
  if (!submission) return;  // erased: there is nobody to write to
  const Confirmation borrower = read_borrower(*submission);
  NewMail mail;
  mail.org = application.org;
  mail.case_id = application.case_id;
  mail.application = application.id;
  mail.environment = application.environment;
  mail.person = application.borrower;
  mail.letter = mail::Letter::decision;
  mail.language = language_of(application);
  mail.cause = "decision/" + application.id.value + "/" + std::string(to_string(application.state));
  mail.to = {borrower.first_name + " " + borrower.last_name, borrower.email};
  mail.facts = facts_of(application, borrower);
  needs_.mails.enqueue(tx, std::move(mail));
}

}  // namespace lendport
