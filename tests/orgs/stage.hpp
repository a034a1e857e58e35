// A store with orgs in it, for tests of orgs and of what stands on them.
#pragma once

#include "core/error.hpp"
#include "crypto/random.hpp"
#include "db/migrations.hpp"
#include "db/stores.hpp"
#include "http/route.hpp"
#include "orgs/orgs.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace lendport::orgs {

// Stands still until it is moved.
class SteppedClock final : public Clock {
 public:
  Time now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  std::chrono::milliseconds even_for() const override {
    const std::lock_guard lock(mutex_);
    return even_for_;
  }
  void advance(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
    if (even_for_ < std::chrono::hours{1'000}) even_for_ += by;
  }
  // As somebody sets a clock: no time has passed.
  void set_ahead(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
    even_for_ = {};
  }

 private:
  mutable std::mutex mutex_;
  std::chrono::milliseconds even_for_ = std::chrono::milliseconds::max();
  Time now_ = from_unix_ms(1'780'000'000'000);
};

inline OrgDraft org_draft(std::string name, std::optional<OrgId> parent = std::nullopt) {
  OrgDraft draft;
  draft.parent = std::move(parent);
  draft.name = std::move(name);
  draft.country = "US";
  draft.segments = {Segment::residential};
  draft.time_zone = "America/Denver";
  draft.sales_mode = true;
  return draft;
}

inline KeyDraft key_draft(const UserId& user, Environment environment = Environment::sandbox) {
  KeyDraft draft;
  draft.user = user;
  draft.label = "test";
  draft.environment = environment;
  return draft;
}

inline Principal principal_of(const User& user, Environment environment = Environment::sandbox) {
  Principal caller;
  caller.org = user.org;
  caller.user = user.id;
  caller.role = user.role;
  caller.permissions = permissions_of(user.role);
  caller.environment = environment;
  return caller;
}

// A migrated store, its clock and ids, and `Orgs` on it.
class Stage {
 public:
  explicit Stage(db::Engine engine) : fresh(engine, db::Tables::built_in), db(fresh.open()) {
    db::migrate(*db, db::built_in_migrations(), clock.now());
    orgs.load_now();
  }

  Org org(const std::string& name, std::optional<OrgId> parent = std::nullopt) {
    return orgs.create_org_now(org_draft(name, std::move(parent)));
  }
  User user(const Org& org, Role role, const std::string& name) {
    return orgs.create_user_now(org.id, {name + "@example.com", name, role});
  }
  // A key's text.
  std::string token(const User& user, Environment environment = Environment::sandbox) {
    return orgs.create_key_now(user.org, key_draft(user.id, environment)).token.expose();
  }
  Principal platform_admin() {
    return principal_of(orgs.bootstrap_now({"root@example.com", "Root", Role::platform_admin}));
  }

  static Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(30); }

  template <class T>
  T run(Task<T> task) {
    return support::run_task(std::move(task));
  }

  db::FreshStore fresh;
  SteppedClock clock;
  crypto::RandomIds ids{clock};
  std::unique_ptr<db::Database> db;
  Orgs orgs{*db, clock, ids};
};

// A request behind the gate.
struct Call {
  std::string row;  // "POST /v1/orgs/{org}/users"
  std::map<std::string, std::string> parameters = {};
  std::string body = {};
  std::string if_match = {};
  std::map<std::string, std::string> query = {};
  std::string language = "en";
};

// What a handler gave: an answer, or the error the session turns into a problem.
struct Answered {
  http::Response response;
  std::optional<ErrorCode> error;
  std::vector<Violation> violations;
  std::string detail = {};  // in the call's language

  json::Value body() const { return json::parse(response.body); }
};

inline Answered answer(const http::Routes& routes, const Principal& caller, const Call& call) {
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
