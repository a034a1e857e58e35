#include "cases/desk.hpp"

namespace lendport::cases {

Desk::Desk(db::Engine engine)
    : store(engine),
      sealing(crypto::Keyring(crypto::key_encryption_key(Secret(std::string(64, 'a')), "the test")),
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

Principal Desk::hired(Role role, const std::string& email) {
  Principal principal;
  principal.org = org;
  principal.user = orgs.create_user_now(org, {email, "Somebody", role}).id;
  principal.role = role;
  principal.permissions = permissions_of(role);
  principal.environment = Environment::sandbox;
  return principal;
}

Case Desk::opened(const Principal& caller, const std::string& body) {
  return support::run_task(cases.create(caller, org, read_change(body), soon()));
}

Case Desk::changed(const Principal& caller, const Case& subject, const std::string& body) {
  return support::run_task(
      cases.change(caller, org, subject.id, subject.version, read_change(body), soon()));
}

void Desk::removed(const Principal& caller, const Case& subject) {
  support::run_task(cases.remove(caller, org, subject.id, subject.version, soon()));
}

Case Desk::got(const Principal& caller, const CaseId& id) {
  return support::run_task(cases.get(caller, org, id, soon()));
}

std::int64_t Desk::count(const std::string& sql) {
  return store.read([&](db::Snapshot& at) { return at.query(sql).front().integer("n"); });
}

Desk::~Desk() = default;

}  // namespace lendport::cases
