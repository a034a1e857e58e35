#include "applications/mails.hpp"

#include "applications/json_connector.hpp"
#include "applications/rules.hpp"
#include "catalog/catalog.hpp"
#include "connectors/manifest.hpp"
#include "mail/mail.hpp"

namespace lendport {
namespace {

bool is_told(ApplicationState state) {
  return state == ApplicationState::approved || state == ApplicationState::conditional ||
         state == ApplicationState::prequalified;
}

// Only what the lender said.
mail::Facts facts_of(const Application& application, const Confirmation& borrower,
                     mail::Language language) {
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

std::vector<std::string> ApplicantMails::approved_locales(db::Snapshot& at,
                                                          const Application& application) const {
  const auto product = needs_.catalog.find(at, application.org, application.environment,
                                           application.product, application.product_version);
  return product ? product->terms.approved_locales : std::vector<std::string>();
}

mail::Language ApplicantMails::language_of(db::Snapshot& at, const Application& application) const {
  return language_of_letters(application.consent.language, approved_locales(at, application));
}

void ApplicantMails::mail_to(db::Transaction& tx, const Application& application,
                             mail::Letter letter, std::string cause,
                             const WriteFacts& facts) const {
  const auto submission = submissions_.find(tx, application);
  if (!submission) return;  // erased: there is nobody to write to
  const Confirmation borrower = read_borrower(*submission);
  NewMail mail;
  mail.org = application.org;
  mail.case_id = application.case_id;
  mail.application = application.id;
  mail.environment = application.environment;
  mail.person = application.borrower;
  mail.letter = letter;
  mail.language = language_of(tx, application);
  mail.cause = std::move(cause);
  mail.to = {borrower.first_name + " " + borrower.last_name, borrower.email};
  mail.facts = facts(borrower, mail.language);
  needs_.mails.enqueue(tx, std::move(mail));
}

bool ApplicantMails::is_ours_to_send(const Application& application, const char* mail) const {
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  return manifest && manifest->document && hub_sends(*manifest->document, mail);
}

void ApplicantMails::tell_applicant(db::Transaction& tx, const Application& application,
                                    ApplicationState from) const {
  if (application.state == from || !is_told(application.state)) return;
  if (!is_ours_to_send(application, "decision")) return;
  mail_to(tx, application, mail::Letter::decision,
          "decision/" + application.id.value + "/" + std::string(to_string(application.state)),
          [&](const Confirmation& borrower, mail::Language language) {
            return facts_of(application, borrower, language);
          });
}

// For each change while they wait to be signed: the link may come after the word that they are out.
// One cause is one mail.
void ApplicantMails::send_link(db::Transaction& tx, const Application& application) const {
  if (application.state != ApplicationState::documents_sent) return;
  if (!application.portal_url.starts_with("https://")) return;
  if (!is_ours_to_send(application, "documents")) return;
  mail_to(tx, application, mail::Letter::loan_documents, "documents/" + application.id.value,
          [&](const Confirmation& borrower, mail::Language) {
            return mail::Facts{{"applicant", borrower.first_name + " " + borrower.last_name},
                               {"lender", application.lender},
                               {"link", application.portal_url}};
          });
}

}  // namespace lendport
