// Mails and an org's letters in the database. Every statement is bound to the org.
#pragma once

#include "core/blob.hpp"
#include "mail/mail.hpp"

namespace lendport::mail_store {

// False when there is a mail for this cause.
bool insert(db::Transaction& tx, const Mail& mail, const Blob& sealed_letter);

struct StoredMail {
  Mail mail;
  Blob sealed_letter;
};
std::optional<StoredMail> find(db::Snapshot& at, const OrgId& org, const MailId& id);
// The same, locked until the unit ends where several writers exist.
std::optional<StoredMail> find_for_update(db::Transaction& tx, const OrgId& org, const MailId& id);
// Writes everything that can change.
void update(db::Transaction& tx, const Mail& mail);
void remove(db::Transaction& tx, const OrgId& org, const MailId& id);
// From `queued` to `sending`, alone; false when it was not queued.
bool start_sending(db::Transaction& tx, const OrgId& org, const MailId& id, Time now);

// What a list selects. Empty fields do not filter.
struct Filter {
  Mails::ListQuery query;
  std::optional<UserId> case_owner;
  Environment environment = Environment::sandbox;
};
std::vector<StoredMail> list(db::Snapshot& at, const OrgId& org, const Filter& filter);

// The letter's versions, newest first; a version without texts is built in.
std::vector<OrgLetter> letters(db::Snapshot& at, const OrgId& org, mail::Letter letter,
                               mail::Language language, int limit);
// Drops what is older than Mails::kVersionsMax versions. False when the version is there already:
// somebody else published.
bool insert_letter(db::Transaction& tx, const OrgId& org, const OrgLetter& letter);

}  // namespace lendport::mail_store
