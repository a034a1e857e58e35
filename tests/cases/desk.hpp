// A hub's cases on a fresh store, with an org and people who work there.
#pragma once

#include "cases/cases.hpp"
#include "cases/json.hpp"
#include "cases/samples.hpp"
#include "crypto/random.hpp"
#include "db/migrated.hpp"
#include "db/sealing.hpp"
#include "orgs/orgs.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lendport::cases {

inline Deadline soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(10);
}

// The present stands still until a test moves it.
class StillClock final : public Clock {
 public:
  Time now() const override { return now_; }
  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  Time now_ = parse_time("2026-05-04T09:30:00Z").value();
};

class Desk {
 public:
  explicit Desk(db::Engine engine)
      : store(engine),
        sealing(
            crypto::Keyring(crypto::key_encryption_key(Secret(std::string(64, 'a')), "the test")),
            ids),
        orgs(*store, clock, ids),
        cases(*store, clock, ids, sealing) {
    OrgDraft draft;
    draft.name = "Sunrise Solar";
    draft.country = "US";
    draft.segments = {Segment::residential};
    draft.time_zone = "America/Denver";
    org = orgs.create_org_now(draft).id;
    draft.name = "Another Roof";
    other_org = orgs.create_org_now(draft).id;
    rep = hired(Role::rep, "rep@example.com");
    other_rep = hired(Role::rep, "other-rep@example.com");
    admin = hired(Role::org_admin, "admin@example.com");
  }

  Principal hired(Role role, const std::string& email) {
    Principal principal;
    principal.org = org;
    principal.user = orgs.create_user_now(org, {email, "Somebody", role}).id;
    principal.role = role;
    principal.permissions = permissions_of(role);
    principal.environment = Environment::sandbox;
    return principal;
  }

  Case opened(const Principal& caller, const std::string& body = case_body()) {
    return support::run_task(cases.create(caller, org, read_change(body), soon()));
  }
  Case changed(const Principal& caller, const Case& subject, const std::string& body) {
    return support::run_task(
        cases.change(caller, org, subject.id, subject.version, read_change(body), soon()));
  }
  void removed(const Principal& caller, const Case& subject) {
    support::run_task(cases.remove(caller, org, subject.id, subject.version, soon()));
  }
  Case got(const Principal& caller, const CaseId& id) {
    return support::run_task(cases.get(caller, org, id, soon()));
  }
  std::int64_t count(const std::string& sql) {
    return store.read([&](db::Snapshot& at) { return at.query(sql).front().integer("n"); });
  }

  db::MigratedStore store;
  StillClock clock;
  SystemClock system_clock;
  crypto::RandomIds ids{system_clock};
  crypto::Sealing sealing;
  Orgs orgs;
  Cases cases;
  OrgId org;
  OrgId other_org;
  Principal rep;
  Principal other_rep;
  Principal admin;
};

}  // namespace lendport::cases
