#include "cases/cases.hpp"

#include "cases/json.hpp"
#include "cases/rules.hpp"
#include "cases/store.hpp"
#include "core/error.hpp"
#include "db/sealing.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"
#include "http/message.hpp"

namespace lendport {
namespace {

bool sees_all(const Principal& caller) {
  return visibility_of(caller.role) != Visibility::own;
}

Date day_of(Time time) {
  return Date(std::chrono::floor<std::chrono::days>(time));
}

void require_none(std::vector<Violation> found) {
  if (!found.empty()) throw Error(std::move(found));
}

// `change` laid over `before`, if that makes a case that may be.
Case changed(const CaseChange& change, const Case& before, Time now) {
  require_none(cases::violations_of(change, before));
  Case after = before;
  cases::apply(change, after);
  require_none(cases::violations_of(after, day_of(now)));
  return after;
}

// Giving a case to another owner takes sight of the whole org; whoever is not in it is nobody.
void check_owner(db::Snapshot& at, const Principal& caller, const Case& subject) {
  if (subject.owner == caller.user) return;
  if (!sees_all(caller)) {
    throw Error({{"/owner", "not_yours", "only who sees the org's cases may name another owner"}});
  }
  const auto user = find_user(at, subject.org, subject.owner);
  if (!user || user->status != UserStatus::active) {
    throw Error({{"/owner", "unknown", "must be an active user of the org"}});
  }
}

void name_new_people(IdSource& ids, Case& subject) {
  for (Applicant& person : subject.applicants) {
    if (person.id.value.empty()) person.id = ids.next<PersonId>();
  }
}

}  // namespace

struct CaseRecord {
  IdSource& ids;
  const Principal& caller;
  Time now;

  void put(db::Transaction& tx, const Case& subject, const std::string& what,
           const std::string& payload) const {
    const events::Subject about{"case", subject.id.value};
    events::append(tx, {ids.next<EventId>(), subject.org, about, "case." + what, payload,
                        caller.user.value, now});
    events::audit(tx, {subject.org, caller.user.value, "case." + what, about, std::nullopt, payload,
                       caller.request_id, now});
  }
};

Cases::Cases(db::Database& db, const Clock& clock, IdSource& ids, crypto::Sealing& sealing)
    : db_(db), clock_(clock), ids_(ids), sealing_(sealing) {}

Task<Case> Cases::create(Principal caller, OrgId org, CaseChange first, Deadline deadline,
                         db::Keep<Case> keep) {
  const Time now = clock_.now();
  Case made;
  made.id = ids_.next<CaseId>();
  made.org = org;
  made.owner = caller.user;
  made.created_at = made.changed_at = now;
  made = changed(first, made, now);
  name_new_people(ids_, made);
  const auto unit = [&](db::Transaction& tx) {
    Case stored = made;
    check_owner(tx, caller, stored);
    if (stored.number.empty()) stored.number = cases::next_number(tx, org);
    cases::insert(tx, sealing_, stored);
    CaseRecord{ids_, caller, now}.put(tx, stored, "created",
                                      cases::fields_text(cases::changed_fields(Case{}, stored)));
    if (keep) keep(tx, stored);
    return stored;
  };
  co_return co_await db_.write(unit, deadline);
}

Task<Case> Cases::change(Principal caller, OrgId org, CaseId id, std::int64_t version,
                         CaseChange change, Deadline deadline) {
  const Time now = clock_.now();
  const auto unit = [&](db::Transaction& tx) {
    const auto before = find(tx, org, id, caller);
    if (!before) http::throw_not_found();
    Case after = changed(change, *before, now);
    name_new_people(ids_, after);
    if (after.owner != before->owner) check_owner(tx, caller, after);
    after.version = version + 1;
    after.changed_at = now;
    if (!cases::update(tx, sealing_, after)) {
      throw Error(ErrorCode::precondition_failed, "the case was changed since: read it again");
    }
    CaseRecord{ids_, caller, now}.put(tx, after, "changed",
                                      cases::fields_text(cases::changed_fields(*before, after)));
    return after;
  };
  co_return co_await db_.write(unit, deadline);
}

Task<void> Cases::remove(Principal caller, OrgId org, CaseId id, std::int64_t version,
                         Deadline deadline) {
  const Time now = clock_.now();
  const auto unit = [&](db::Transaction& tx) {
    const auto found = find(tx, org, id, caller);
    if (!found) http::throw_not_found();
    if (found->version != version) {
      throw Error(ErrorCode::precondition_failed, "the case was changed since: read it again");
    }
    cases::erase(tx, sealing_, *found, now);
    CaseRecord{ids_, caller, now}.put(tx, *found, "deleted", cases::fields_text({"number"}));
  };
  co_await db_.write(unit, deadline);
}

Task<Case> Cases::get(Principal caller, OrgId org, CaseId id, Deadline deadline) {
  const auto look = [&](db::Snapshot& at) { return find(at, org, id, caller); };
  auto found = co_await db_.read(look, deadline);
  if (!found) http::throw_not_found();
  co_return *std::move(found);
}

Task<std::vector<Case>> Cases::list(Principal caller, OrgId org, CaseFilter filter,
                                    std::optional<CaseId> after, int limit, Deadline deadline) {
  cases::Seen seen;
  seen.org = org;
  if (!sees_all(caller)) seen.owner = caller.user;
  const auto look = [&](db::Snapshot& at) {
    return cases::list(at, sealing_, seen, filter, after, limit);
  };
  co_return co_await db_.read(look, deadline);
}

std::optional<Case> Cases::find(db::Snapshot& at, const OrgId& org, const CaseId& id,
                                const Principal& caller) const {
  auto found = find(at, org, id);
  if (found && !cases::may_see(caller, found->owner)) return std::nullopt;
  return found;
}

std::optional<Case> Cases::find(db::Snapshot& at, const OrgId& org, const CaseId& id) const {
  return cases::find(at, sealing_, org, id);
}

std::optional<Case> Cases::find_without_people(db::Snapshot& at, const OrgId& org, const CaseId& id,
                                               const Principal& caller) const {
  auto found = cases::find_without_people(at, sealing_, org, id);
  if (found && !cases::may_see(caller, found->owner)) return std::nullopt;
  return found;
}

bool cases::may_see(const Principal& caller, const UserId& owner) {
  return sees_all(caller) || owner == caller.user;
}

}  // namespace lendport
