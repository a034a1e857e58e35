// The two mails to an applicant: what the lender decided, and where its loan documents wait.
#pragma once

#include "applications/application.hpp"
#include "applications/submission.hpp"
#include "mail/mail.hpp"

#include <functional>
#include <string>
#include <vector>

namespace lendport {

// Thread-safe.
class ApplicantMails {
 public:
  ApplicantMails(const ApplicationNeeds& needs, const Submissions& submissions)
      : needs_(needs), submissions_(submissions) {}

  // In which the lender approved the product's texts; empty where the product is gone.
  std::vector<std::string> approved_locales(db::Snapshot& at, const Application& application) const;
  // Of the hub's letters to its applicant, by the consent and the product it was made with.
  mail::Language language_of(db::Snapshot& at, const Application& application) const;

  // Mail 1, where the application came, from `from`, to a decision of which the hub tells.
  void tell_applicant(db::Transaction& tx, const Application& application,
                      ApplicationState from) const;
  // Mail 2, once, where the documents are out and the manifest leaves it to the hub.
  void send_link(db::Transaction& tx, const Application& application) const;

 private:
  using WriteFacts =
      std::function<mail::Facts(const Confirmation& borrower, mail::Language language)>;
  // Writes to the borrower, unless there is a mail of this cause or the applicant was erased.
  void mail_to(db::Transaction& tx, const Application& application, mail::Letter letter,
               std::string cause, const WriteFacts& facts) const;
  bool is_ours_to_send(const Application& application, const char* mail) const;

  ApplicationNeeds needs_;
  const Submissions& submissions_;
};

}  // namespace lendport
