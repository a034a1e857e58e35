// The clock of a notice of adverse action: begun, reminded of, run out, ended by its proof.
#include "db/refusal.hpp"
#include "events/audit.hpp"
#include "notices/clock.hpp"
#include "notices/json.hpp"
#include "notices/letter.hpp"
#include "notices/notices.hpp"
#include "notices/texts.hpp"

#include <algorithm>

namespace lendport {
namespace {

using applications_texts::kNotices;
using notices::Course;
using State = ApplicationState;

Course course_of(db::Snapshot& at, const Application& application, Time now) {
  Course course;
  course.now = now;
  course.sent_at = application.sent_at;
  if (application.decision) course.decided_at = application.decision->decided_at;
  for (const events::Event& event : events::latest(
           at, application.org, {"application", application.id.value}, events::kListMax)) {
    if (const auto turn = notices::read_turn(event)) course.turns.push_back(*turn);
  }
  return course;
}

// The counter-offer that a decline comes after, unless it was over before.
std::optional<AdverseNotice> counter_of(const Application& application) {
  const auto& notice = application.notice;
  const bool counts = notice && notice->kind == NoticeKind::counter_offer &&
                      notice->state != NoticeState::not_needed;
  return counts ? notice : std::nullopt;
}

notices::Term term_of(db::Snapshot& at, const Application& application, NoticeKind kind, Time now) {
  const Course course = course_of(at, application, now);
  return kind == NoticeKind::decline ? notices::term_of_decline(course, counter_of(application))
                                     : notices::term_of_counter_offer(course);
}

// Decided before anybody kept clocks here, and only said in other words now.
bool is_of_long_ago(db::Snapshot& at, const Application& application, NoticeKind kind,
                    const events::Event& event, Time now) {
  if (application.notice || notices::read_turn(event)) return false;
  return term_of(at, application, kind, now).due_at + notices::kLongAgo < now;
}

// A proven notice is over for good, but a proven counter-offer's says nothing of a decline; one
// that was not needed may be again.
bool begins(const Application& application, NoticeKind kind) {
  if (!application.notice) return true;
  const AdverseNotice& notice = *application.notice;
  if (notice.state == NoticeState::not_needed) return true;
  return notice.kind != kind && (notice.is_open() || kind == NoticeKind::decline);
}

// The lender's word of when it sent the notice, where it can be that of this one.
std::optional<Time> lenders_word(db::Snapshot& at, const Application& application, Time now) {
  if (!application.decision || !application.decision->notice_sent_at) return std::nullopt;
  const Time sent_at = *application.decision->notice_sent_at;
  const Time earliest = notices::words_from(course_of(at, application, now), *application.notice);
  if (sent_at < earliest - std::chrono::days{1}) return std::nullopt;
  if (sent_at > now + notices::kClockAhead) return std::nullopt;
  return sent_at;
}

Time reminder_of(const AdverseNotice& notice) {
  return notice.due_at - notices::kReminder;
}

// The hub's letter about a counter-offer waits: it may still be accepted.
bool is_letter_waiting(const AdverseNotice& notice) {
  return notice.by_hub && !notice.mail && notice.why_not_written.empty();
}

// Nobody can accept the offer any more.
bool is_over(const Application& application) {
  return application.state == State::expired || application.state == State::cancelled;
}

// Nobody has accepted it so far.
bool is_not_accepted(const Application& application) {
  return is_over(application) || notices::owed(application) == NoticeKind::counter_offer;
}

// Why a person's record of it cannot be taken; nothing where it can.
std::optional<Sentence> why_not_recorded(const Application& application, Time now) {
  if (!application.notice || !application.notice->is_open()) {
    return said(row_of(applications_texts::kReasons, "no_notice_owed"));
  }
  const AdverseNotice& notice = *application.notice;
  if (notice.state == NoticeState::sending && now < reminder_of(notice)) {
    return said(row_of(applications_texts::kReasons, "letter_under_way"));
  }
  return std::nullopt;
}

bool runs(const std::optional<Application>& application) {
  return application && application->notice && application->notice->is_open() &&
         application->notice->state != NoticeState::overdue;
}

// What an application's states are called in its events.
bool tells_a_state(std::string_view type) {
  constexpr std::string_view kPrefix = "application.";
  if (!type.starts_with(kPrefix)) return false;
  const auto state = parse_application_state(type.substr(kPrefix.size()));
  return state && (is_decided(*state) || is_final(*state));
}

}  // namespace

void Notices::hear(db::Transaction& tx, const events::Event& event) const {
  if (event.type == "connection.needs_attention") tell_of_connection(tx, event);
  if (event.type == "webhook_endpoint.disabled") tell_of_endpoint(tx, event);
  if (event.type == "case.deleted") forget_case(tx, event);
  if (event.subject.kind != "application") return;
  if (tells_a_state(event.type)) {
    follow_clock(tx, event);
    follow_expiry(tx, event);
  }
  tell_of_application(tx, event);
  if (event.type.starts_with("mail.")) take_mail(tx, event);
}

bool Notices::is_heard_alone(const events::Event& event) {
  return event.subject.kind == "application" &&
         (tells_a_state(event.type) || event.type.starts_with("mail."));
}

void Notices::enqueue(db::Transaction& tx, const Application& application, std::string_view kind,
                      jobs::Due due) const {
  jobs::enqueue(
      tx,
      {needs_.ids.next<JobId>(), std::string(kind), application.org,
       notices::write_job(application.id), due.at, std::string(kind) + "/" + application.id.value},
      due.reckoned_at);
}

bool Notices::is_lent_in_the_us(db::Transaction& tx, const Application& application) const {
  std::vector<std::string> countries;
  const auto product = needs_.catalog.find(tx, application.org, application.environment,
                                           application.product, application.product_version);
  if (product) countries = product->terms.countries;
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  if (countries.empty() && manifest) countries = manifest->countries;
  if (std::find(countries.begin(), countries.end(), "US") == countries.end() &&
      !countries.empty()) {
    return false;
  }
  if (countries.size() == 1) return true;
  const auto org = find_org(tx, application.org);
  return org && org->country == "US";
}

// By what the application is now, not by what the event said: events may come late.
void Notices::follow_clock(db::Transaction& tx, const events::Event& event) const {
  auto found =
      needs_.applications.records().find_for_update(tx, event.org, ApplicationId{event.subject.id});
  if (!found) return;
  Application& application = *found;
  const auto kind = notices::owed(application);
  if (kind && begins(application, *kind)) {
    if (!is_lent_in_the_us(tx, application)) return;
    if (is_of_long_ago(tx, application, *kind, event, needs_.clock.now())) return;
    start(tx, application, *kind);
  }
  if (!application.notice || !application.notice->is_open()) return;
  if (!kind && application.notice->kind == NoticeKind::counter_offer) {
    if (std::string why = notices::why_not_needed(application.state); !why.empty()) {
      end(tx, application, std::move(why));
      return;
    }
    if (is_over(application)) write_of_offer(tx, application);
  }
  take_lenders_word(tx, application);
}

void Notices::start(db::Transaction& tx, Application& application, NoticeKind kind) const {
  const Time now = needs_.clock.now();
  const notices::Term term = term_of(tx, application, kind, now);
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  AdverseNotice notice;
  notice.kind = kind;
  notice.rule = term.rule;
  notice.runs_from = term.runs_from;
  notice.due_at = term.due_at;
  notice.by_hub = manifest && manifest->document && notices::hub_sends_notice(*manifest->document);
  application.notice = notice;
  // What was to be done about the one before is done with it.
  if (attention::is_about_notice(application.attention)) application.attention.clear();
  const char* attention = "";
  if (notice.by_hub && kind == NoticeKind::decline) attention = write_letter(tx, application);
  needs_.applications.records().keep_notice(tx, application, attention, "notice_started", "hub");
  enqueue(tx, application, kNoticeClockJob, {std::max(now, reminder_of(notice)), now});
}

void Notices::end(db::Transaction& tx, Application& application, std::string because) const {
  application.notice->state = NoticeState::not_needed;
  application.notice->ended_because = std::move(because);
  needs_.applications.records().keep_notice(tx, application, "", "notice_not_needed", "hub");
}

// Where the hub's letter is on its way, the lender's word does not stop it: nor does it count
// twice.
void Notices::take_lenders_word(db::Transaction& tx, Application& application) const {
  AdverseNotice& notice = *application.notice;
  const auto sent_at = lenders_word(tx, application, needs_.clock.now());
  if (!sent_at || notice.state == NoticeState::sending) return;
  notice.state = NoticeState::sent;
  notice.sent_at = sent_at;
  notice.sent_by = "lender";
  notice.proof = NoticeProof{"lender", application.lender_status, 0, {}, needs_.clock.now()};
  needs_.applications.records().keep_notice(tx, application, "", "notice_sent", "lender");
}

const char* Notices::write_letter(db::Transaction& tx, Application& application) const {
  AdverseNotice& notice = *application.notice;
  const auto borrower = needs_.applications.submissions().borrower_of(tx, application);
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  const mail::Language language = needs_.applications.mails().language_of(tx, application);
  notices::Letter letter;
  if (!needs_.mails.why_off().empty()) {
    letter.why_not = row_of(kNotices, "mail_off").en;
  } else if (!borrower) {
    letter.why_not = row_of(kNotices, "applicant_erased").en;
  } else if (!manifest || !manifest->document) {
    letter.why_not = row_of(kNotices, "connector_not_running").en;
  } else {
    letter = notices::letter_of(application, *borrower, notices::read_creditor(*manifest->document),
                                language, needs_.clock.now());
  }
  if (!letter.why_not.empty()) {
    notice.why_not_written = letter.why_not;
    return attention::kNoticeNotWritten;
  }
  NewMail mail;
  mail.org = application.org;
  mail.case_id = application.case_id;
  mail.application = application.id;
  mail.environment = application.environment;
  mail.person = application.borrower;
  mail.letter = mail::Letter::adverse_action;
  mail.language = language;
  mail.cause = "adverse_action/" + application.id.value + "/" +
               std::string(to_string(notice.kind)) + "/" + format_time(notice.runs_from);
  mail.to = {borrower->first_name + " " + borrower->last_name, borrower->email};
  mail.facts = std::move(letter.facts);
  notice.mail = needs_.mails.enqueue(tx, std::move(mail));
  if (!notice.mail) {
    notice.why_not_written = row_of(kNotices, "written_before").en;
    return attention::kNoticeNotWritten;
  }
  notice.state = NoticeState::sending;
  return "";
}

bool Notices::write_of_offer(db::Transaction& tx, Application& application) const {
  if (!is_letter_waiting(*application.notice) || !is_not_accepted(application)) return false;
  needs_.applications.records().keep_notice(tx, application, write_letter(tx, application),
                                            "notice_written", "hub");
  return true;
}

void Notices::take_mail(db::Transaction& tx, const events::Event& event) const {
  const auto mail_id = notices::read_mail_of(event);
  auto found = needs_.applications.records().find(tx, event.org, ApplicationId{event.subject.id});
  if (!mail_id || !found || !found->notice || found->notice->mail != mail_id) return;
  found = needs_.applications.records().find_for_update(tx, event.org, found->id);
  Application& application = *found;
  AdverseNotice& notice = *application.notice;
  const auto mail = needs_.mails.find(tx, event.org, *mail_id);
  if (notice.mail != mail_id || !notice.is_open() || !mail) return;
  const Time now = needs_.clock.now();
  if (mail->state == MailState::sent) {
    notice.state = NoticeState::sent;
    notice.sent_at = mail->sent_at.value_or(event.at);
    notice.sent_by = "hub";
    notice.proof = NoticeProof{"relay", mail->answer, mail->answer_code, {}, now};
    needs_.applications.records().keep_notice(tx, application, "", "notice_sent", "hub");
  } else if (mail->state == MailState::refused || mail->state == MailState::unknown) {
    notice.state = now < notice.due_at ? NoticeState::due : NoticeState::overdue;
    needs_.applications.records().keep_notice(tx, application, attention::kNoticeNotSent,
                                              "notice_not_sent", "hub");
  } else if (event.type == "mail.resent") {
    notice.state = NoticeState::sending;
    needs_.applications.records().keep_notice(tx, application, "", "notice_written", event.actor);
  }
}

Task<void> Notices::run_clock(const jobs::Lease& lease, Deadline deadline) {
  const auto work = [&](db::Transaction& tx) { run_clock(tx, lease); };
  co_await needs_.db.write(work, deadline);
}

void Notices::run_clock(db::Transaction& tx, const jobs::Lease& lease) const {
  auto found = needs_.applications.records().find_for_update(tx, lease.org,
                                                             notices::read_job(lease.payload));
  // What the lender said may have been of a day to come.
  if (runs(found)) take_lenders_word(tx, *found);
  if (!runs(found)) {
    jobs::complete(tx, lease);
    return;
  }
  Application& application = *found;
  AdverseNotice& notice = *application.notice;
  const Time now = needs_.clock.now();
  const bool is_near = now >= reminder_of(notice);
  const bool is_written = is_near && write_of_offer(tx, application);
  // The hub may come late: a late letter is better than none.
  if (now >= notice.due_at) {
    notice.state = NoticeState::overdue;
    needs_.applications.records().keep_notice(tx, application, attention::kNoticeOverdue,
                                              "notice_overdue", "hub");
    jobs::complete(tx, lease);
    return;
  }
  if (is_near && !is_written) remind(tx, application);
  const Time next = is_near ? notice.due_at : reminder_of(notice);
  jobs::retry_at(tx, lease, {next, now}, "the clock runs", false);
}

void Notices::remind(db::Transaction& tx, Application& application) const {
  AdverseNotice& notice = *application.notice;
  if (notice.is_reminded) return;
  notice.is_reminded = true;
  const char* attention = application.attention.empty() ? attention::kNoticeDue : "";
  needs_.applications.records().keep_notice(tx, application, attention, "notice_due", "hub");
  if (!notice.by_hub) needs_.applications.ask_jobs().ask_about_notice(tx, application);
}

Task<http::Response> Notices::record(const http::Request& request, OrgId org, ApplicationId id,
                                     NoticeRecord record) {
  const auto work = [&](db::Transaction& tx) -> db::OrRefusal<http::Response> {
    if (!needs_.applications.records().may_see(tx, request.principal, org, id))
      http::throw_not_found();
    Application application = needs_.applications.records().find_for_update(tx, org, id).value();
    const Time now = needs_.clock.now();
    if (auto why = why_not_recorded(application, now)) {
      return needs_.applications.records().refuse_step(tx, request, application, "record_notice",
                                                       *std::move(why));
    }
    AdverseNotice& notice = *application.notice;
    const Time day{std::chrono::sys_days(record.sent_on)};
    // A day is the sender's own, which in the evening is one behind the clock's.
    const Time earliest = notices::sent_from(course_of(tx, application, now), notice);
    if (day > now || day + std::chrono::days{2} <= earliest) {
      throw Error(
          {violation("/sent_on", "out_of_range", row_of(notices_texts::kRefusals, "sent_on"))});
    }
    const std::string before = notices::write_audit(notice);
    notice.state = NoticeState::sent;
    notice.sent_at = day;
    notice.sent_by = "lender";
    notice.proof = NoticeProof{"person", record.how, 0, request.principal.user, now};
    needs_.applications.records().keep_notice(tx, application, "", "notice_sent",
                                              request.principal.user.value);
    events::audit(tx, {org,
                       request.principal.user.value,
                       "application.record_notice",
                       {"application", id.value},
                       before,
                       notices::write_audit(notice),
                       request.id,
                       now});
    http::Response answer = application_answer(200, application, request.language);
    if (request.keep) request.keep(tx, answer, {});
    return answer;
  };
  co_return co_await db::write_or_refuse(needs_.db, work, request.deadline);
}

}  // namespace lendport
