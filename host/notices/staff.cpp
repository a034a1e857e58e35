// Telling the org's own people what happens: in a list and by mail, as each prefers.
#include "http/conditional.hpp"
#include "notices/json.hpp"
#include "notices/notices.hpp"
#include "notices/store.hpp"
#include "notices/texts.hpp"

#include <array>

namespace lendport {
namespace {

namespace store = notices_store;
using State = ApplicationState;

std::int64_t forget_mails(db::Transaction& tx, const std::vector<store::Removed>& notices) {
  for (const store::Removed& one : notices) {
    if (one.mail) Mails::forget(tx, one.org, *one.mail);
  }
  return static_cast<std::int64_t>(notices.size());
}

// What happened long ago (the hub was off, or is new) is not mailed about any more.
constexpr std::chrono::hours kMailedWithin{24};

std::optional<StaffTopic> topic_of_state(State state) {
  switch (state) {
    case State::approved:
    case State::conditional:
    case State::prequalified:
    case State::declined: return StaffTopic::decision;
    case State::needs_info: return StaffTopic::information_requested;
    default: return std::nullopt;
  }
}

// What an application's event tells staff, if anything.
struct Telling {
  StaffTopic topic;
  std::string word;
};
std::optional<Telling> telling_of(const events::Event& event) {
  if (event.type == "application.expiry_near") return Telling{StaffTopic::expiry_near, ""};
  if (event.type == "application.notice_due") return Telling{StaffTopic::notice_due, "due"};
  if (event.type == "application.notice_overdue") return Telling{StaffTopic::notice_due, "overdue"};
  const auto turn = notices::read_turn(event);
  if (!turn || event.type != "application." + std::string(to_string(turn->to))) {
    return std::nullopt;
  }
  const auto topic = topic_of_state(turn->to);
  if (!topic) return std::nullopt;
  return Telling{*topic, std::string(to_string(turn->to))};
}

// The variable of the letter that says it.
std::string flag_of(const StaffNotice& notice) {
  switch (notice.topic) {
    case StaffTopic::decision: return notice.word;
    case StaffTopic::information_requested: return "information";
    case StaffTopic::expiry_near: return "expiry";
    case StaffTopic::notice_due: return "notice";
    case StaffTopic::connection_broken: return "connection";
    case StaffTopic::webhook_disabled: return "webhook";
  }
  return "decision";
}

std::string day_text(Time time) {
  return format_date(Date(std::chrono::floor<std::chrono::days>(time)));
}

mail::Language language_of(const std::optional<Org>& org) {
  const bool french = org && org->locale.starts_with("fr");
  return french ? mail::Language::fr : mail::Language::en;
}

}  // namespace

void Notices::tell_of_application(db::Transaction& tx, const events::Event& event) const {
  const auto telling = telling_of(event);
  if (!telling) return;
  const auto application =
      needs_.applications.records().find(tx, event.org, ApplicationId{event.subject.id});
  if (!application) return;
  const auto owner = cases::owner_of(tx, event.org, application->case_id);
  const auto subject = needs_.cases.find(tx, event.org, application->case_id);
  if (!owner || !subject) return;
  StaffNotice notice;
  notice.org = event.org;
  notice.environment = application->environment;
  notice.topic = telling->topic;
  notice.word = telling->word;
  notice.cause = event.id.value;
  notice.lender = application->lender;
  notice.application = application->id;
  notice.case_id = application->case_id;
  notice.case_number = subject->number;
  if (notice.topic == StaffTopic::expiry_near) notice.day = expiry_of(*application);
  if (notice.topic == StaffTopic::notice_due && application->notice) {
    notice.day = application->notice->due_at;
  }
  std::vector<User> people;
  const auto person = find_user(tx, event.org, *owner);
  if (person && person->status == UserStatus::active) people.push_back(*person);
  if (people.empty()) people = active_admins(tx, event.org);
  tell(tx, event, notice, people);
}

// Its number is the org's own words, and may name a person.
void Notices::forget_case(db::Transaction& tx, const events::Event& event) {
  forget_mails(tx, store::remove_of_case(tx, event.org, CaseId{event.subject.id}));
}

std::int64_t Notices::purge(db::Transaction& tx, Time now) {
  return forget_mails(tx,
                      store::remove_before(tx, now - kStaffNoticesKept, kStaffNoticesPurgedMax));
}

void Notices::tell_of_connection(db::Transaction& tx, const events::Event& event) const {
  const auto connection = needs_.connections.find_by_id(tx, ConnectionId{event.subject.id});
  if (!connection) return;
  StaffNotice notice;
  notice.org = event.org;
  notice.environment = connection->environment;
  notice.topic = StaffTopic::connection_broken;
  notice.cause = event.id.value;
  notice.lender = connection->label;
  notice.connection = connection->id;
  tell(tx, event, notice, active_admins(tx, event.org));
}

// Who disabled it by hand knows it.
void Notices::tell_of_endpoint(db::Transaction& tx, const events::Event& event) const {
  const auto given_up = notices::read_given_up(event);
  if (!given_up) return;
  StaffNotice notice;
  notice.org = event.org;
  notice.environment = given_up->environment;
  notice.topic = StaffTopic::webhook_disabled;
  notice.word = given_up->host;
  notice.cause = event.id.value;
  tell(tx, event, notice, active_admins(tx, event.org));
}

void Notices::tell(db::Transaction& tx, const events::Event& event, StaffNotice notice,
                   const std::vector<User>& people) const {
  const Time now = needs_.clock.now();
  notice.created_at = now;
  for (const User& person : people) {
    const Channels wanted =
        store::preferences(tx, notice.org, person.id, notice.environment).of(notice.topic);
    if (!wanted.list && !wanted.mail) continue;
    notice.id = needs_.ids.next<StaffNoticeId>();
    notice.user = person.id;
    notice.is_listed = wanted.list;
    notice.mail.reset();
    if (wanted.mail && now - event.at < kMailedWithin) notice.mail = mail_to(tx, notice, person);
    store::insert(tx, notice);
  }
}

std::optional<MailId> Notices::mail_to(db::Transaction& tx, const StaffNotice& notice,
                                       const User& person) const {
  NewMail mail;
  mail.org = notice.org;
  mail.case_id = notice.case_id.value_or(CaseId{});
  mail.environment = notice.environment;
  mail.person = PersonId{person.id.value};
  mail.letter = mail::Letter::staff_notice;
  mail.language = language_of(find_org(tx, notice.org));
  mail.cause = "staff/" + notice.cause + "/" + person.id.value;
  mail.to = {person.name, person.email};
  mail.facts = {{"person", person.name}, {"lender", notice.lender}, {flag_of(notice), "yes"}};
  if (notice.topic == StaffTopic::webhook_disabled) mail.facts["host"] = notice.word;
  if (!notice.case_number.empty()) mail.facts["case"] = notice.case_number;
  if (notice.day) mail.facts["date"] = day_text(*notice.day);
  return needs_.mails.enqueue(tx, std::move(mail));
}

std::optional<Time> Notices::expiry_of(const Application& application) const {
  switch (application.state) {
    case State::prequalified:
    case State::conditional:
    case State::approved: break;
    default: return std::nullopt;
  }
  if (application.decision && application.decision->expires_at) {
    return application.decision->expires_at;
  }
  if (!application.decided_at) return std::nullopt;
  constexpr std::chrono::days kUsual{60};
  const auto manifest = needs_.connectors.manifest(application.plugin_id);
  return *application.decided_at + (manifest ? std::chrono::days{manifest->decision_days} : kUsual);
}

void Notices::follow_expiry(db::Transaction& tx, const events::Event& event) const {
  const auto application =
      needs_.applications.records().find(tx, event.org, ApplicationId{event.subject.id});
  const auto expiry = application ? expiry_of(*application) : std::nullopt;
  if (!expiry) return;
  const Time now = needs_.clock.now();
  enqueue(tx, *application, kExpiryJob, {std::max(now, *expiry - kExpiryNear), now});
}

void Notices::warn_of_expiry(db::Transaction& tx, const jobs::Lease& lease) const {
  const auto application =
      needs_.applications.records().find(tx, lease.org, notices::read_job(lease.payload));
  const Time now = needs_.clock.now();
  // Long past where nothing expires.
  const Time expiry = application ? expiry_of(*application).value_or(Time{}) : Time{};
  if (now < expiry - kExpiryNear) {
    jobs::retry_at(tx, lease, {expiry - kExpiryNear, now}, "the decision holds", false);
    return;
  }
  jobs::complete(tx, lease);
  if (now >= expiry) return;
  const std::string cause = "expiry/" + application->id.value + "/" + day_text(expiry);
  if (!store::mark(tx, lease.org, cause, now)) return;
  events::append(tx, {needs_.ids.next<EventId>(),
                      lease.org,
                      {"application", application->id.value},
                      "application.expiry_near",
                      notices::write_expiry(*application, expiry),
                      "hub",
                      now});
}

Task<void> Notices::warn_of_expiry(const jobs::Lease& lease, Deadline deadline) {
  const auto work = [&](db::Transaction& tx) { warn_of_expiry(tx, lease); };
  co_await needs_.db.write(work, deadline);
}

Task<std::vector<StaffNotice>> Notices::list(const http::Request& request, OrgId org,
                                             ListQuery query) {
  const Principal& caller = request.principal;
  const store::Filter filter{org,        caller.user, caller.environment,
                             query.read, query.after, query.limit};
  const auto look = [&](db::Snapshot& at) { return store::list(at, filter); };
  co_return co_await needs_.db.read(look, request.deadline);
}

Task<http::Response> Notices::mark_read(const http::Request& request, OrgId org, StaffNoticeId id) {
  const Principal& caller = request.principal;
  const auto work = [&](db::Transaction& tx) {
    auto found = store::find(tx, org, caller.user, id);
    if (!found || found->environment != caller.environment) http::throw_not_found();
    const Time now = needs_.clock.now();
    store::mark_read(tx, *found, now);
    if (!found->read_at) found->read_at = now;
    http::Response answer = notices::notice_answer(*found);
    if (request.keep) request.keep(tx, answer, {});
    return answer;
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

Task<NoticePreferences> Notices::preferences(const http::Request& request, OrgId org) {
  const auto look = [&](db::Snapshot& at) {
    return store::preferences(at, org, request.principal.user, request.principal.environment);
  };
  co_return co_await needs_.db.read(look, request.deadline);
}

Task<NoticePreferences> Notices::prefer(const http::Request& request, OrgId org,
                                        NoticePreferences wanted) {
  const UserId& user = request.principal.user;
  const Environment environment = request.principal.environment;
  const auto work = [&](db::Transaction& tx) {
    const NoticePreferences before = store::preferences(tx, org, user, environment);
    http::require_match(request, http::version_etag(before.version));
    NoticePreferences kept = wanted;
    kept.version = before.version + 1;
    if (!store::keep(tx, org, user, environment, kept, before.version, needs_.clock.now())) {
      throw Error(ErrorCode::precondition_failed,
                  said(row_of(notices_texts::kRefusals, "changed_since")));
    }
    return kept;
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

}  // namespace lendport
