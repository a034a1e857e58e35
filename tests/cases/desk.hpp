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
  explicit Desk(db::Engine engine);
  ~Desk();

  Principal hired(Role role, const std::string& email);

  Case opened(const Principal& caller, const std::string& body = case_body());
  Case changed(const Principal& caller, const Case& subject, const std::string& body);
  void removed(const Principal& caller, const Case& subject);
  Case got(const Principal& caller, const CaseId& id);
  std::int64_t count(const std::string& sql);

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
