// A store with orgs in it, for tests of orgs and of what stands on them.
#pragma once

#include "core/error.hpp"
#include "crypto/random.hpp"
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
#include <string>
#include <utility>
#include <vector>

namespace lendport::orgs {

// Stands still until it is moved.
class SteppedClock final : public Clock {
 public:
  Time now() const override;
  std::chrono::milliseconds even_for() const override;
  void advance(std::chrono::milliseconds by);
  // As somebody sets a clock: no time has passed.
  void set_ahead(std::chrono::milliseconds by);

 private:
  mutable std::mutex mutex_;
  std::chrono::milliseconds even_for_ = std::chrono::milliseconds::max();
  Time now_ = from_unix_ms(1'780'000'000'000);
};

OrgDraft org_draft(std::string name, std::optional<OrgId> parent = std::nullopt);

KeyDraft key_draft(const UserId& user, Environment environment = Environment::sandbox);

Principal principal_of(const User& user, Environment environment = Environment::sandbox);

// A migrated store, its clock and ids, and `Orgs` on it.
class Stage {
 public:
  explicit Stage(db::Engine engine);
  ~Stage();

  Org org(const std::string& name, std::optional<OrgId> parent = std::nullopt);
  User user(const Org& org, Role role, const std::string& name);
  // A key's text.
  std::string token(const User& user, Environment environment = Environment::sandbox);
  Principal platform_admin();

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

Answered answer(const http::Routes& routes, const Principal& caller, const Call& call);

}  // namespace lendport::orgs
