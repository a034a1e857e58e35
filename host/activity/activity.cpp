#include "activity/activity.hpp"

#include "activity/json.hpp"
#include "activity/rules.hpp"
#include "cases/cases.hpp"
#include "http/message.hpp"

namespace lendport {

Task<Activity::Page> Activity::list(Principal caller, Window window, Deadline deadline) const {
  const auto work = [&](db::Snapshot& at) {
    if (window.application &&
        !needs_.applications.records().may_see(at, caller, window.org, *window.application)) {
      http::throw_not_found();
    }
    const std::vector<events::Event> looked =
        window.application
            ? events::list(at, window.org, {"application", window.application->value}, window.after,
                           window.limit)
            : events::list(at, window.org, window.after, window.limit);
    Page page;
    page.looked_to = looked.empty() ? window.after : looked.back().sequence;
    page.more = static_cast<int>(looked.size()) == window.limit;
    for (const events::Event& event : looked) {
      if (sees(at, caller, event)) page.events.push_back(event);
    }
    return page;
  };
  co_return co_await needs_.db.read(work, deadline);
}

Task<Activity::AuditPage> Activity::audit(Principal caller, OrgId org, std::int64_t after,
                                          int limit, Deadline deadline) const {
  const auto work = [&](db::Snapshot& at) {
    const std::vector<events::AuditedEntry> looked = events::list_audit(at, org, after, limit);
    AuditPage page;
    page.looked_to = looked.empty() ? after : looked.back().sequence;
    page.more = static_cast<int>(looked.size()) == limit;
    for (const events::AuditedEntry& entry : looked) {
      if (may_audit(at, caller, entry)) page.entries.push_back(entry);
    }
    return page;
  };
  co_return co_await needs_.db.read(work, deadline);
}

Task<std::int64_t> Activity::newest(OrgId org, Deadline deadline) const {
  const auto work = [&](db::Snapshot& at) { return events::last_sequence(at, org); };
  co_return co_await needs_.db.read(work, deadline);
}

db::Subscription Activity::on_news(std::function<void()> bell) const {
  return needs_.db.on_signal(std::string(events::kSignal), std::move(bell));
}

bool Activity::belongs(db::Snapshot& at, Environment environment,
                       const events::Event& event) const {
  Principal admin;
  admin.org = event.org;
  admin.role = Role::org_admin;
  admin.environment = environment;
  if (sees_subject(at, admin, event)) return true;
  admin.environment =
      environment == Environment::sandbox ? Environment::production : Environment::sandbox;
  return !sees_subject(at, admin, event);  // gone from both: nobody's in particular
}

bool Activity::sees(db::Snapshot& at, const Principal& caller, const events::Event& event) const {
  const auto permission = permission_for(event.subject.kind);
  return permission && caller.may(*permission) && sees_subject(at, caller, event);
}

bool Activity::may_audit(db::Snapshot& at, const Principal& caller,
                         const events::AuditedEntry& entry) const {
  const auto permission = permission_for(entry.subject.kind);
  if (permission && !caller.may(*permission)) return false;
  events::Event event;
  event.org = entry.org;
  event.subject = entry.subject;
  event.payload = entry.after.value_or(entry.before.value_or("{}"));
  if (entry.subject.kind == "mail") {
    return environment_in(event).value_or(Environment::production) == caller.environment;
  }
  return belongs(at, caller.environment, event);
}

// What has an environment is seen in it alone; quotes and applications follow their case. Keys are
// seen as they are listed: production's see both. Keys and endpoints are told of when they are
// gone, too, so it is their record that says where they belong; one without is production's.
bool Activity::sees_subject(db::Snapshot& at, const Principal& caller,
                            const events::Event& event) const {
  const events::Subject& subject = event.subject;
  if (subject.kind == "application") {
    return needs_.applications.records().may_see(at, caller, event.org, ApplicationId{subject.id});
  }
  if (subject.kind == "case") {
    const auto owner = cases::owner_of(at, event.org, CaseId{subject.id});
    return cases::may_see(caller, owner.value_or(UserId{}));
  }
  if (subject.kind == "quote") {
    return needs_.quotes.may_see(at, caller, event.org, QuoteId{subject.id});
  }
  if (subject.kind == "connection") {
    const auto connection = needs_.connections.find_by_id(at, ConnectionId{subject.id});
    return connection && connection->environment == caller.environment;
  }
  if (subject.kind == "product") {
    return needs_.catalog
        .find(at, event.org, caller.environment, ProductId{subject.id}, std::nullopt)
        .has_value();
  }
  if (subject.kind == "key" || subject.kind == "webhook_endpoint") {
    const Environment its = environment_in(event).value_or(Environment::production);
    const bool sees_both = subject.kind == "key" && caller.environment == Environment::production;
    return sees_both || its == caller.environment;
  }
  return true;
}

}  // namespace lendport
