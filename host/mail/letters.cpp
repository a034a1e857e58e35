// An org's own letters: the text in force, the versions before it, publishing, trying out.
#include "core/error.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"
#include "mail/json.hpp"
#include "mail/mail.hpp"
#include "mail/store.hpp"

namespace lendport {
namespace {

OrgLetter in_force(db::Snapshot& at, const OrgId& org, mail::Letter letter,
                   mail::Language language) {
  auto stored = mail_store::letters(at, org, letter, language, 1);
  if (!stored.empty()) return std::move(stored.front());
  OrgLetter built_in;
  built_in.letter = letter;
  built_in.language = language;
  built_in.texts = mail::built_in_texts(letter, language);
  return built_in;
}

[[noreturn]] void throw_changed() {
  throw Error(ErrorCode::precondition_failed, "the letter was changed since; read it again");
}

// Letters have no environment: what is published is what the applicants of production get.
void require_production(const Principal& caller) {
  if (caller.environment == Environment::production) return;
  throw Error(ErrorCode::forbidden,
              "a sandbox key publishes no letters: they go to the applicants of production too; "
              "preview them, and publish with a production key");
}

}  // namespace

Task<OrgLetter> Mails::letter(OrgId org, mail::Letter letter, mail::Language language,
                              Deadline deadline) {
  const auto look = [&](db::Snapshot& at) { return in_force(at, org, letter, language); };
  co_return co_await needs_.db.read(look, deadline);
}

Task<std::vector<OrgLetter>> Mails::versions(OrgId org, mail::Letter letter,
                                             mail::Language language, Deadline deadline) {
  const auto look = [&](db::Snapshot& at) {
    return mail_store::letters(at, org, letter, language, kVersionsMax);
  };
  co_return co_await needs_.db.read(look, deadline);
}

Task<OrgLetter> Mails::publish(const http::Request& request, OrgId org, OrgLetter wanted) {
  require_production(request.principal);
  if (!wanted.built_in) {
    if (mail::is_fixed(wanted.letter)) {
      throw Error({{"", "fixed_text",
                    "the notice of adverse action is the creditor's own: its text is not the "
                    "org's to change"}});
    }
    auto problems = mail::problems_of(wanted.letter, wanted.texts);
    if (!problems.empty()) throw Error(std::move(problems));
  }
  const auto story = [&](db::Transaction& tx) {
    const OrgLetter before = in_force(tx, org, wanted.letter, wanted.language);
    if (before.version != wanted.version) throw_changed();
    const Time now = needs_.clock.now();
    OrgLetter next = wanted;
    next.version = before.version + 1;
    next.published_by = request.principal.user.value;
    next.published_at = now;
    if (next.built_in) next.texts = mail::built_in_texts(next.letter, next.language);
    if (!mail_store::insert_letter(tx, org, next)) throw_changed();
    const events::Subject subject{"letter", std::string(mail::to_string(next.letter)) + "/" +
                                                std::string(http::to_string(next.language))};
    events::append(tx, {needs_.ids.next<EventId>(), org, subject, "letter.published",
                        write_letter_record(next), request.principal.user.value, now});
    events::audit(tx, {org, request.principal.user.value, "letter.publish", subject,
                       write_letter_record(before), write_letter_record(next), request.id, now});
    return next;
  };
  co_return co_await needs_.db.write(story, request.deadline);
}

Task<mail::Texts> Mails::preview(OrgId org, mail::Letter letter, mail::Language language,
                                 std::optional<mail::Texts> texts, mail::Facts facts,
                                 Deadline deadline) {
  if (!texts) texts = (co_await this->letter(org, letter, language, deadline)).texts;
  auto problems = mail::problems_of(letter, *texts);
  if (!problems.empty()) throw Error(std::move(problems));
  co_return mail::render(*texts, facts);
}

}  // namespace lendport
