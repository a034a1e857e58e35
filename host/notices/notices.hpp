// Who must be told what, and by when: the creditor's notice of adverse action to the applicant; the
// org's own people, of what happens to their cases and connections.
//
// Begins with events: what an application's change asks for is done in the transaction in which its
// event counts as taken (events/followers.hpp), so no clock is lost and none runs twice. The clock
// itself is `Application::notice`; a durable job reminds and says when it ran out. The notice is
// written, sent and its proof kept by the hub or by the lender, as the connector's manifest says
// (`mail.adverse_action`), never by both:
// - hub: the creditor's letter, once, by mail; the proof is the relay's answer.
// - lender: its word (`decision.notice_sent_at`) is the proof, or a person's record.
// What the hub cannot write (no address of the creditor, no reasons, a score to disclose) is left
// to a person, with an attention item.
//
// The law is that of the United States: an application has a clock when its product is lent there
// (the product's countries, else the connector's; the org's own country where there are several).
//
// Staff: a decision, a request for information, a decision that expires within kExpiryNear and a
// notice of adverse action that is due are told to the case's owner (to the org's admins where the
// owner is gone), a broken connection and a webhook endpoint that the hub gave up to the org's
// admins: once for each event and person, in a list and by mail, as the person prefers. Neither
// holds anything of an applicant but the case's number, which is the org's own words; both are gone
// with the case.
#pragma once

#include "applications/applications.hpp"
#include "catalog/catalog.hpp"
#include "connectors/connectors.hpp"
#include "core/task.hpp"
#include "db/database.hpp"
#include "events/followers.hpp"
#include "http/message.hpp"
#include "jobs/jobs.hpp"
#include "mail/mail.hpp"
#include "notices/notice.hpp"
#include "orgs/orgs.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport {

inline constexpr std::string_view kNoticeClockJob = "notices.clock";
inline constexpr std::string_view kExpiryJob = "notices.expiry";
// The event `application.expiry_near`, so long before a decision ends: by the lender's date, else
// by its connector's `decision_days`.
inline constexpr std::chrono::days kExpiryNear{7};

inline constexpr std::chrono::days kStaffNoticesKept{180};
inline constexpr int kStaffNoticesPurgedMax = 500;

// A person's word that the notice went out.
struct NoticeRecord {
  Date sent_on{};
  std::string how;  // "by post, registered"
};

// Thread-safe.
class Notices {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    Connections& connections;
    Catalog& catalog;
    Cases& cases;
    connectors::Connectors& connectors;
    Mails& mails;
    Applications& applications;
  };
  // All outlive this.
  explicit Notices(const Needs& needs) : needs_(needs) {}

  // What follows from an event; in the transaction that takes it.
  void hear(db::Transaction& tx, const events::Event& event) const;

  // Whether hear() may lock and change an application because of it: such an event is taken alone
  // (events/followers.hpp).
  static bool is_heard_alone(const events::Event& event);

  // Closes the clock of an application by a person's record. Throws not_found for what the caller
  // may not see, conflict when no notice is owed, or while the hub's own letter is on its way and
  // the end is further off than notices::kReminder, invalid_input for a day more than one before
  // notices::sent_from or one to come. Keeps its answer.
  Task<http::Response> record(const http::Request& request, OrgId org, ApplicationId id,
                              NoticeRecord record);

  // --- What staff are told (staff.cpp) -----------------------------------------------------------

  struct ListQuery {
    std::optional<bool> read;  // none: both
    std::optional<std::pair<Time, std::string>> after;
    int limit = 50;
  };
  // The caller's own, of its environment, newest first.
  Task<std::vector<StaffNotice>> list(const http::Request& request, OrgId org, ListQuery query);
  // Throws not_found for anybody else's. Twice is once. Keeps its answer.
  Task<http::Response> mark_read(const http::Request& request, OrgId org, StaffNoticeId id);
  // Of the caller's environment; each has its own.
  Task<NoticePreferences> preferences(const http::Request& request, OrgId org);
  // Throws precondition_failed when If-Match does not name the version before.
  Task<NoticePreferences> prefer(const http::Request& request, OrgId org, NoticePreferences wanted);

  // Forgets what staff were told longer ago than kStaffNoticesKept, in all orgs, with the mails of
  // it; how many it forgot, at most kStaffNoticesPurgedMax.
  static std::int64_t purge(db::Transaction& tx, Time now);

  // --- Jobs --------------------------------------------------------------------------------------

  Task<void> run_clock(const jobs::Lease& lease, Deadline deadline);
  Task<void> warn_of_expiry(const jobs::Lease& lease, Deadline deadline);

 private:
  // --- Clocks (adverse.cpp) ----------------------------------------------------------------------

  void follow_clock(db::Transaction& tx, const events::Event& event) const;
  void start(db::Transaction& tx, Application& application, NoticeKind kind) const;
  void end(db::Transaction& tx, Application& application, std::string because) const;
  void take_lenders_word(db::Transaction& tx, Application& application) const;
  void take_mail(db::Transaction& tx, const events::Event& event) const;
  // Writes the hub's letter, or why it cannot; returns what a person should be told.
  const char* write_letter(db::Transaction& tx, Application& application) const;
  // Writes it of a counter-offer that nobody accepted, where it waits; whether it did.
  bool write_of_offer(db::Transaction& tx, Application& application) const;
  void run_clock(db::Transaction& tx, const jobs::Lease& lease) const;
  void remind(db::Transaction& tx, Application& application) const;
  bool is_lent_in_the_us(db::Transaction& tx, const Application& application) const;

  // --- Staff (staff.cpp) -------------------------------------------------------------------------

  void tell_of_application(db::Transaction& tx, const events::Event& event) const;
  static void forget_case(db::Transaction& tx, const events::Event& event);
  void tell_of_connection(db::Transaction& tx, const events::Event& event) const;
  void tell_of_endpoint(db::Transaction& tx, const events::Event& event) const;
  void tell(db::Transaction& tx, const events::Event& event, StaffNotice notice,
            const std::vector<User>& people) const;
  std::optional<MailId> mail_to(db::Transaction& tx, const StaffNotice& notice,
                                const User& person) const;
  // Until when its decision holds; nothing in any other state.
  std::optional<Time> expiry_of(const Application& application) const;
  void follow_expiry(db::Transaction& tx, const events::Event& event) const;
  void warn_of_expiry(db::Transaction& tx, const jobs::Lease& lease) const;

  void enqueue(db::Transaction& tx, const Application& application, std::string_view kind,
               jobs::Due due) const;

  Needs needs_;
};

}  // namespace lendport
