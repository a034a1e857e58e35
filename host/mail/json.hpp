// The only spelling of mails and letters on the wire and in the store.
#pragma once

#include "http/cursor.hpp"
#include "json/value.hpp"
#include "mail/mail.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// What is sealed: recipient, words and attachments.
std::string write_words(const MailWords& words);
MailWords read_words(std::string_view text);

// The payload of a mail's job, and back.
std::string write_mail_job(const MailId& id);
MailId read_mail_job(std::string_view payload);
// For the mail's events: nothing of its recipient.
std::string write_mail_event(const Mail& mail);
std::string write_letter_record(const OrgLetter& letter);

// `why_off` stands as the reason of a mail that waits.
http::Response mail_answer(unsigned status, const OpenedMail& mail, const std::string& why_off);
http::Response mail_page(const http::Cursors& cursors, const http::Request& request,
                         const std::vector<OpenedMail>& page, bool more,
                         const std::string& why_off);

// What `PUT …/letters/{letter}/{language}` takes. Throws invalid_input for what is no such thing.
mail::Texts read_texts(std::string_view body);
// What `…:preview` takes: texts to try, all or none, and the variant of a decision.
struct PreviewRequest {
  std::optional<mail::Texts> texts;
  std::string variant;  // "approved", "conditional", "prequalified"
};
PreviewRequest read_preview(std::string_view body);
http::Response letter_answer(const OrgLetter& letter, const std::vector<OrgLetter>& versions);
http::Response preview_answer(const mail::Texts& texts);

// "a***@example.com".
std::string masked_address(std::string_view address);

}  // namespace lendport
