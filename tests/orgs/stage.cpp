#include "orgs/stage.hpp"

#include "db/migrations.hpp"

#include <stdexcept>

namespace lendport::orgs {

Time SteppedClock::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

std::chrono::milliseconds SteppedClock::even_for() const {
  const std::lock_guard lock(mutex_);
  return even_for_;
}

void SteppedClock::advance(std::chrono::milliseconds by) {
  const std::lock_guard lock(mutex_);
  now_ += by;
  if (even_for_ < std::chrono::hours{1'000}) even_for_ += by;
}

void SteppedClock::set_ahead(std::chrono::milliseconds by) {
  const std::lock_guard lock(mutex_);
  now_ += by;
  even_for_ = {};
}

OrgDraft org_draft(std::string name, std::optional<OrgId> parent) {
  OrgDraft draft;
  draft.parent = std::move(parent);
  draft.name = std::move(name);
  draft.country = "US";
  draft.segments = {Segment::residential};
  draft.time_zone = "America/Denver";
  draft.sales_mode = true;
  return draft;
}

KeyDraft key_draft(const UserId& user, Environment environment) {
  KeyDraft draft;
  draft.user = user;
  draft.label = "test";
  draft.environment = environment;
  return draft;
}

Principal principal_of(const User& user, Environment environment) {
  Principal caller;
  caller.org = user.org;
  caller.user = user.id;
  caller.role = user.role;
  caller.permissions = permissions_of(user.role);
  caller.environment = environment;
  return caller;
}

Stage::Stage(db::Engine engine) : fresh(engine, db::Tables::built_in), db(fresh.open()) {
  db::migrate(*db, db::built_in_migrations(), clock.now());
  orgs.load_now();
}

Stage::~Stage() = default;

Org Stage::org(const std::string& name, std::optional<OrgId> parent) {
  return orgs.create_org_now(org_draft(name, std::move(parent)));
}

User Stage::user(const Org& org, Role role, const std::string& name) {
  return orgs.create_user_now(org.id, {name + "@example.com", name, role});
}

std::string Stage::token(const User& user, Environment environment) {
  return orgs.create_key_now(user.org, key_draft(user.id, environment)).token.expose();
}

Principal Stage::platform_admin() {
  return principal_of(orgs.bootstrap_now({"root@example.com", "Root", Role::platform_admin}));
}

Answered answer(const http::Routes& routes, const Principal& caller, const Call& call) {
  for (const http::Route& route : routes) {
    if (std::string(http::to_string(route.method)) + " " + route.path != call.row) continue;
    http::Request request;
    request.method = route.method;
    request.path = route.path;
    request.path_parameters = call.parameters;
    request.query = call.query;
    request.body = call.body;
    request.if_match = call.if_match;
    request.language = call.language;
    request.id = "req-1";
    request.principal = caller;
    request.deadline = Stage::soon();
    try {
      return {support::run_task(route.handler(request)), std::nullopt, {}};
    } catch (const Error& error) {
      const Sentence detail{error.detail(), error.detail_fr()};
      return {{}, error.code(), error.violations(), detail.in(call.language)};
    }
  }
  throw std::logic_error("no such row: " + call.row);
}

}  // namespace lendport::orgs
