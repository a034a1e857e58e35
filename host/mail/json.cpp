// Mails and letters in JSON, as the API and the store spell them.
#include "mail/json.hpp"

#include "crypto/hash.hpp"
#include "http/conditional.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

using json::Reader;
using json::Value;

// Why it is where it is: the relay's last word, or what it waits for.
std::string reason_of(const Mail& mail, const std::string& why_off) {
  const bool waits = mail.state == MailState::queued || mail.state == MailState::sending;
  return waits && !why_off.empty() ? why_off : mail.answer;
}

Value write_mail(const OpenedMail& opened, const std::string& why_off) {
  const Mail& mail = opened.mail;
  Value written = {{"id", mail.id.value}, {"case_id", mail.case_id.value}};
  written["application_id"] = mail.application ? Value(mail.application->value) : Value(nullptr);
  written["environment"] = std::string(to_string(mail.environment));
  written["letter"] = std::string(mail::to_string(mail.letter));
  written["letter_version"] = mail.letter_version;
  written["language"] = std::string(http::to_string(mail.language));
  written["state"] = std::string(to_string(mail.state));
  written["recipient"] =
      opened.words ? Value(masked_address(opened.words->to.address)) : Value(nullptr);
  written["subject"] = opened.words ? Value(opened.words->texts.subject) : Value(nullptr);
  written["attempts"] = mail.attempts;
  written["answer_code"] = mail.answer_code == 0 ? Value(nullptr) : Value(mail.answer_code);
  written["answer"] = json::text_or_null(reason_of(mail, why_off));
  written["next_at"] = json::time_or_null(mail.next_at);
  written["created_at"] = json::write(mail.created_at);
  written["sent_at"] = json::time_or_null(mail.sent_at);
  written["updated_at"] = json::write(mail.updated_at);
  return written;
}

mail::Texts read_texts_of(Reader& at) {
  return {at.text("subject", mail::kSubjectBytesMax),
          at.text("text", mail::kTextBytesMax, Lines::many),
          at.text("html", mail::kHtmlBytesMax, Lines::many)};
}

Value write_texts(const mail::Texts& texts) {
  return {{"subject", texts.subject}, {"text", texts.text}, {"html", texts.html}};
}

}  // namespace

std::string masked_address(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos || at == 0) return "***";
  return std::string(address.substr(0, 1)) + "***" + std::string(address.substr(at));
}

std::string write_words(const MailWords& words) {
  Value written = {{"to", words.to.address}, {"name", words.to.name}, {"from", words.from_name}};
  written.update(write_texts(words.texts));
  Value attachments = Value::array();
  for (const mail::Attachment& one : words.attachments) {
    attachments.push_back(
        {{"name", one.name}, {"type", one.type}, {"bytes", crypto::base64url(one.bytes)}});
  }
  written["attachments"] = attachments;
  return json::dump(written);
}

MailWords read_words(std::string_view text) {
  const Value stored = json::parse(text);
  const auto text_at = [](const Value& at, const char* name) {
    return at.at(name).get<std::string>();
  };
  MailWords words;
  words.to = {text_at(stored, "name"), text_at(stored, "to")};
  words.from_name = text_at(stored, "from");
  words.texts = {text_at(stored, "subject"), text_at(stored, "text"), text_at(stored, "html")};
  for (const Value& one : stored.at("attachments")) {
    words.attachments.push_back({text_at(one, "name"), text_at(one, "type"),
                                 crypto::from_base64url(text_at(one, "bytes")).value()});
  }
  return words;
}

std::string write_mail_job(const MailId& id) {
  return json::dump({{"mail", id.value}});
}

MailId read_mail_job(std::string_view payload) {
  return MailId{json::parse(payload).at("mail").get<std::string>()};
}

std::string write_mail_event(const Mail& mail) {
  return json::dump({{"mail_id", mail.id.value},
                     {"letter", std::string(mail::to_string(mail.letter))},
                     {"language", std::string(http::to_string(mail.language))},
                     {"state", std::string(to_string(mail.state))},
                     {"attempts", mail.attempts},
                     {"answer_code", mail.answer_code},
                     {"answer", mail.answer}});
}

std::string write_letter_record(const OrgLetter& letter) {
  return json::dump({{"letter", std::string(mail::to_string(letter.letter))},
                     {"language", std::string(http::to_string(letter.language))},
                     {"version", letter.version},
                     {"built_in", letter.built_in}});
}

http::Response mail_answer(unsigned status, const OpenedMail& mail, const std::string& why_off) {
  Value written = write_mail(mail, why_off);
  written["text"] = mail.words ? Value(mail.words->texts.text) : Value(nullptr);
  written["html"] = mail.words ? Value(mail.words->texts.html) : Value(nullptr);
  http::Response response = http::ok(written);
  response.status = status;
  return response;
}

http::Response mail_page(const http::Cursors& cursors, const http::Request& request,
                         const std::vector<OpenedMail>& page, bool more,
                         const std::string& why_off) {
  Value items = Value::array();
  for (const OpenedMail& one : page) items.push_back(write_mail(one, why_off));
  std::optional<std::string> next;
  if (more) {
    const Mail& last = page.back().mail;
    next = http::write_position(last.created_at, last.id.value);
  }
  return cursors.page(request, items, next);
}

mail::Texts read_texts(std::string_view body) {
  const Value document = json::parse(body);
  Reader at(document);
  mail::Texts texts = read_texts_of(at);
  at.finish();
  return texts;
}

PreviewRequest read_preview(std::string_view body) {
  const Value document = body.empty() ? Value::object() : json::parse(body);
  Reader at(document);
  PreviewRequest preview;
  if (at.has("subject") || at.has("text") || at.has("html")) preview.texts = read_texts_of(at);
  preview.variant = "approved";
  if (at.has("variant")) {
    preview.variant = at.choice("variant", {"approved", "conditional", "prequalified"});
  }
  at.finish();
  return preview;
}

http::Response letter_answer(const OrgLetter& letter, const std::vector<OrgLetter>& versions) {
  Value written = {{"letter", std::string(mail::to_string(letter.letter))},
                   {"language", std::string(http::to_string(letter.language))},
                   {"version", letter.version},
                   {"built_in", letter.built_in}};
  written.update(write_texts(letter.texts));
  Value variables = Value::array();
  for (const std::string_view name : mail::variables_of(letter.letter)) {
    variables.push_back(std::string(name));
  }
  written["variables"] = variables;
  Value history = Value::array();
  for (const OrgLetter& one : versions) {
    history.push_back({{"version", one.version},
                       {"built_in", one.built_in},
                       {"published_by", one.published_by},
                       {"published_at", json::time_or_null(one.published_at)}});
  }
  written["versions"] = history;
  http::Response response = http::ok(written);
  response.etag = http::version_etag(letter.version);
  return response;
}

http::Response preview_answer(const mail::Texts& texts) {
  return http::ok(write_texts(texts));
}

}  // namespace lendport
