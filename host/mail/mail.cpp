#include "mail/mail.hpp"

#include "cases/cases.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"
#include "mail/json.hpp"
#include "mail/store.hpp"
#include "orgs/orgs.hpp"

#include <array>

namespace lendport {
namespace {

struct NamedState {
  MailState state;
  std::string_view name;
};
constexpr std::array kStates{
    NamedState{MailState::queued, "queued"}, NamedState{MailState::sending, "sending"},
    NamedState{MailState::sent, "sent"}, NamedState{MailState::refused, "refused"},
    NamedState{MailState::unknown, "unknown"}};

crypto::Field words_field(const MailId& id) {
  return {"mails", id.value, "sealed_letter"};
}

constexpr std::string_view kSandboxMark = "[Sandbox] ";

// Whoever gets a mail of the sandbox sees that nothing of it counts.
void mark_sandbox(mail::Texts& texts) {
  texts.subject = mail::as_header_text(std::string(kSandboxMark) + texts.subject);
}

bool may_be_seen(db::Snapshot& at, const http::Request& request, const Mail& mail) {
  if (mail.letter == mail::Letter::staff_notice) return false;
  const Principal& caller = request.principal;
  const auto owner = cases::owner_of(at, mail.org, mail.case_id);
  return mail.environment == caller.environment && owner && cases::may_see(caller, *owner);
}

}  // namespace

std::string_view to_string(MailState state) {
  for (const NamedState& named : kStates) {
    if (named.state == state) return named.name;
  }
  return "unknown";
}

std::optional<MailState> parse_mail_state(std::string_view text) {
  for (const NamedState& named : kStates) {
    if (named.name == text) return named.state;
  }
  return std::nullopt;
}

std::string Mails::why_off() const {
  if (needs_.sender != nullptr) return {};
  return "mail is off: the operator has set no mail.relay; mails wait";
}

std::optional<MailId> Mails::enqueue(db::Transaction& tx, NewMail wanted) const {
  const Time now = needs_.clock.now();
  const auto org = find_org(tx, wanted.org);
  wanted.facts["org"] = org ? org->name : "";
  const auto stored = mail_store::letters(tx, wanted.org, wanted.letter, wanted.language, 1);
  const mail::Texts& texts =
      stored.empty() ? mail::built_in_texts(wanted.letter, wanted.language) : stored.front().texts;
  MailWords words{{mail::as_header_text(wanted.to.name), wanted.to.address},
                  mail::as_header_text(wanted.facts["org"]),
                  mail::render(texts, wanted.facts),
                  std::move(wanted.attachments)};
  for (mail::Attachment& file : words.attachments) file.name = mail::as_header_text(file.name);
  if (wanted.environment == Environment::sandbox) mark_sandbox(words.texts);
  Mail mail;
  mail.id = needs_.ids.next<MailId>();
  mail.org = wanted.org;
  mail.case_id = wanted.case_id;
  mail.application = wanted.application;
  mail.person = wanted.person;
  mail.environment = wanted.environment;
  mail.letter = wanted.letter;
  mail.language = wanted.language;
  mail.letter_version = stored.empty() ? 0 : stored.front().version;
  mail.cause = wanted.cause;
  mail.created_at = mail.updated_at = now;
  if (!mail::is_address(words.to.address)) {
    mail.state = MailState::refused;
    mail.answer = "the recipient's address is none that mail can be sent to";
  }
  const Blob sealed = needs_.sealing.seal(tx, mail.org, wanted.person.value, words_field(mail.id),
                                          write_words(words), now);
  if (!mail_store::insert(tx, mail, sealed)) return std::nullopt;
  if (mail.state == MailState::queued) put_in_queue(tx, mail, now);
  append_event(tx, mail, to_string(mail.state), "hub");
  return mail.id;
}

void Mails::put_in_queue(db::Transaction& tx, const Mail& mail, Time now) const {
  jobs::enqueue(tx,
                {needs_.ids.next<JobId>(), std::string(kDeliverMailJob), mail.org,
                 write_mail_job(mail.id), now, std::string(kDeliverMailJob) + "/" + mail.id.value},
                now);
}

// Where the mail is about an application, the application's timeline tells of it.
void Mails::append_event(db::Transaction& tx, const Mail& mail, std::string_view type,
                         const std::string& actor) const {
  if (mail.letter == mail::Letter::staff_notice) return;
  const events::Subject subject = mail.application
                                      ? events::Subject{"application", mail.application->value}
                                      : events::Subject{"mail", mail.id.value};
  events::append(tx, {needs_.ids.next<EventId>(), mail.org, subject, "mail." + std::string(type),
                      write_mail_event(mail), actor, needs_.clock.now()});
}

std::optional<MailWords> Mails::open(db::Snapshot& at, const Mail& mail, const Blob& sealed) const {
  const auto opened = needs_.sealing.unseal(at, mail.org, words_field(mail.id), sealed);
  if (!opened) return std::nullopt;
  return read_words(opened->expose());
}

std::optional<Mail> Mails::find(db::Snapshot& at, const OrgId& org, const MailId& id) const {
  auto found = mail_store::find(at, org, id);
  if (!found) return std::nullopt;
  return std::move(found->mail);
}

void Mails::forget(db::Transaction& tx, const OrgId& org, const MailId& id) {
  mail_store::remove(tx, org, id);
}

OpenedMail Mails::opened(db::Snapshot& at, const http::Request& request, const OrgId& org,
                         const MailId& id) const {
  const auto found = mail_store::find(at, org, id);
  if (!found || !may_be_seen(at, request, found->mail)) http::throw_not_found();
  return {found->mail, open(at, found->mail, found->sealed_letter)};
}

Task<OpenedMail> Mails::get(const http::Request& request, OrgId org, MailId id) {
  const auto look = [&](db::Snapshot& at) { return opened(at, request, org, id); };
  co_return co_await needs_.db.read(look, request.deadline);
}

Task<std::vector<OpenedMail>> Mails::list(const http::Request& request, OrgId org,
                                          ListQuery query) {
  mail_store::Filter filter;
  filter.query = std::move(query);
  filter.environment = request.principal.environment;
  if (visibility_of(request.principal.role) == Visibility::own) {
    filter.case_owner = request.principal.user;
  }
  const auto look = [&](db::Snapshot& at) {
    std::vector<OpenedMail> mails;
    for (mail_store::StoredMail& one : mail_store::list(at, org, filter)) {
      auto words = open(at, one.mail, one.sealed_letter);
      mails.push_back({std::move(one.mail), std::move(words)});
    }
    return mails;
  };
  co_return co_await needs_.db.read(look, request.deadline);
}

Task<http::Response> Mails::resend(const http::Request& request, OrgId org, MailId id) {
  const auto story = [&](db::Transaction& tx) {
    auto found = mail_store::find_for_update(tx, org, id);
    if (!found || !may_be_seen(tx, request, found->mail)) http::throw_not_found();
    Mail& mail = found->mail;
    if (mail.state != MailState::refused && mail.state != MailState::unknown) {
      throw Error(ErrorCode::conflict,
                  "only a mail that was refused, or whose fate is unknown, is sent again");
    }
    const Time now = needs_.clock.now();
    const std::string before = std::string(to_string(mail.state));
    mail.state = MailState::queued;
    mail.doubts = 0;
    mail.trying_since.reset();
    mail.next_at.reset();
    mail.updated_at = now;
    mail_store::update(tx, mail);
    put_in_queue(tx, mail, now);
    append_event(tx, mail, "resent", request.principal.user.value);
    events::audit(tx, {org,
                       request.principal.user.value,
                       "mail.resend",
                       {"mail", id.value},
                       R"({"state":")" + before + R"("})",
                       R"({"state":"queued","environment":")" +
                           std::string(to_string(mail.environment)) + R"("})",
                       request.id,
                       now});
    http::Response answer =
        mail_answer(202, {mail, open(tx, mail, found->sealed_letter)}, why_off());
    if (request.keep) request.keep(tx, answer, {mail.person.value});
    return answer;
  };
  co_return co_await needs_.db.write(story, request.deadline);
}

}  // namespace lendport
