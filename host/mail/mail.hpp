// Mail: letters to applicants, and to the org's own people, kept in the transaction that causes
// them and carried to a relay by a job. A relay that does not answer delays a mail and never loses
// it.
//
// A mail is written and frozen when it is enqueued, sealed under a key of its recipient. Before its
// first byte leaves the store says `sending`; who finds it so knows that the relay may have it.
// Such a mail goes out once more, with the same Message-ID, and then waits as `unknown` for a
// person.
#pragma once

#include "core/principal.hpp"
#include "core/task.hpp"
#include "db/database.hpp"
#include "db/sealing.hpp"
#include "http/message.hpp"
#include "jobs/worker.hpp"
#include "mail/letter.hpp"
#include "mail/message.hpp"
#include "mail/settings.hpp"
#include "net/smtp.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lendport {

enum class MailState {
  queued,   // waits for its turn, or for the relay
  sending,  // its bytes may be leaving
  sent,     // the relay has it
  refused,  // nobody will get it: the relay's word, an address that is none, or given up
  unknown,  // twice no answer came after the whole mail: it may have arrived
};
std::string_view to_string(MailState state);
std::optional<MailState> parse_mail_state(std::string_view text);

// A mail as the store has it; its words are sealed.
struct Mail {
  MailId id;
  OrgId org;
  CaseId case_id;
  std::optional<ApplicationId> application;
  PersonId person;  // whose key seals it
  Environment environment = Environment::sandbox;
  mail::Letter letter = mail::Letter::decision;
  mail::Language language = mail::Language::en;
  std::int64_t letter_version = 0;  // 0: the hub's own texts
  std::string cause;
  MailState state = MailState::queued;
  int attempts = 0;
  int doubts = 0;  // attempts that ended without an answer to the whole mail
  std::optional<Time> trying_since;
  std::optional<Time> next_at;
  int answer_code = 0;  // of the relay, or 0
  std::string answer;   // its words, or what went wrong; without the recipient's address
  Time created_at{};
  std::optional<Time> sent_at;
  Time updated_at{};
};

// What a mail says, opened. Nothing where the recipient's data was erased.
struct MailWords {
  mail::Mailbox to;
  std::string from_name;
  mail::Texts texts;
  std::vector<mail::Attachment> attachments;
};

struct OpenedMail {
  Mail mail;
  std::optional<MailWords> words;
};

// What causes a mail. Names and the values of `facts` may come from anywhere: they are cleaned.
struct NewMail {
  OrgId org;
  CaseId case_id;
  std::optional<ApplicationId> application;
  Environment environment = Environment::sandbox;
  PersonId person;  // whose key seals it
  mail::Letter letter = mail::Letter::decision;
  mail::Language language = mail::Language::en;
  std::string cause;  // "decision/app_…/approved": at most one mail for each
  mail::Mailbox to;
  mail::Facts facts;  // `org` is filled in
  std::vector<mail::Attachment> attachments = {};
};

// The texts of a letter in force in an org.
struct OrgLetter {
  mail::Letter letter = mail::Letter::decision;
  mail::Language language = mail::Language::en;
  std::int64_t version = 0;  // 0: never published by the org
  bool built_in = true;
  mail::Texts texts;
  std::string published_by;
  std::optional<Time> published_at;
};

// Thread-safe. A mail follows its case: who may not see the case gets not_found.
class Mails {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    const crypto::Sealing& sealing;
    net::SmtpSender* sender;  // null: mail is off
    jobs::RandomBelow random;
  };
  // All outlive this.
  Mails(Needs needs, const MailSettings& settings)
      : needs_(std::move(needs)), settings_(settings) {}

  // Writes the mail and the job that carries it. Nothing when there is one for this cause already.
  // Never fails for what is in it: a mail that cannot be sent is kept as `refused`, with the
  // reason.
  // A letter to staff may have no case; it leaves no events, and stands in no list: it is about
  // something that is shown elsewhere.
  std::optional<MailId> enqueue(db::Transaction& tx, NewMail mail) const;
  // Without its words; whoever may see it.
  std::optional<Mail> find(db::Snapshot& at, const OrgId& org, const MailId& id) const;

  // Removes it with its words; one that is on its way may still arrive.
  static void forget(db::Transaction& tx, const OrgId& org, const MailId& id);

  struct ListQuery {
    std::optional<MailState> state;
    std::optional<CaseId> case_id;
    std::optional<ApplicationId> application;
    std::optional<std::pair<Time, std::string>> after;
    int limit = 50;
  };
  // Newest first.
  Task<std::vector<OpenedMail>> list(const http::Request& request, OrgId org, ListQuery query);
  Task<OpenedMail> get(const http::Request& request, OrgId org, MailId id);
  // Queues a refused or unknown mail again; conflict for any other. Keeps its answer for a repeated
  // idempotency key.
  Task<http::Response> resend(const http::Request& request, OrgId org, MailId id);

  // --- Letters (letters.cpp) ---------------------------------------------------------------------

  Task<OrgLetter> letter(OrgId org, mail::Letter letter, mail::Language language,
                         Deadline deadline);
  // Newest first. Older ones than the latest kVersionsMax are not kept.
  static constexpr int kVersionsMax = 50;
  Task<std::vector<OrgLetter>> versions(OrgId org, mail::Letter letter, mail::Language language,
                                        Deadline deadline);
  // What is sent from now on; without texts the hub's own. precondition_failed when `version` is
  // not the one in force, invalid_input with everything that is wrong.
  Task<OrgLetter> publish(const http::Request& request, OrgId org, OrgLetter wanted);
  // Sample values in these texts, or in those in force.
  Task<mail::Texts> preview(OrgId org, mail::Letter letter, mail::Language language,
                            std::optional<mail::Texts> texts, mail::Facts facts, Deadline deadline);

  // Why mails wait although nothing is wrong with them; empty when mail is on.
  std::string why_off() const;

  // --- The job (deliver.cpp) ---------------------------------------------------------------------

  Task<void> deliver(const jobs::Lease& lease, Deadline deadline);

 private:
  std::optional<MailWords> open(db::Snapshot& at, const Mail& mail, const Blob& sealed) const;
  OpenedMail opened(db::Snapshot& at, const http::Request& request, const OrgId& org,
                    const MailId& id) const;
  void put_in_queue(db::Transaction& tx, const Mail& mail, Time now) const;
  void append_event(db::Transaction& tx, const Mail& mail, std::string_view type,
                    const std::string& actor) const;
  mail::Message message_of(const Mail& mail, const MailWords& words) const;

  std::optional<mail::Message> begin(db::Transaction& tx, const jobs::Lease& lease) const;
  // The journal: whether the mail may leave now. Blocks.
  bool may_leave(const jobs::Lease& lease) const;
  void settle(db::Transaction& tx, const jobs::Lease& lease, const net::Delivery& delivery) const;
  // An attempt ended without an answer to the whole mail; false: that was once too often.
  bool doubt(db::Transaction& tx, const jobs::Lease& lease, Mail& mail,
             std::string_view answer) const;
  void end(db::Transaction& tx, const jobs::Lease& lease, Mail& mail, MailState state,
           std::string answer) const;
  void put_off(db::Transaction& tx, const jobs::Lease& lease, Mail& mail) const;
  std::chrono::milliseconds wait_after(int attempts) const;

  Needs needs_;
  MailSettings settings_;
};

// Before the worker's first step; `mails` outlives it. Without a relay nothing is registered: the
// jobs wait for a hub that has one.
void add_mail_jobs(jobs::Worker& worker, Mails& mails, const MailSettings& settings);

}  // namespace lendport
