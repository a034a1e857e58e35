// What happens in an org, for those who watch: its events as a list and as a stream; and for those
// who have to answer for it: who did what, as it was recorded.
//
// Everybody reads the same events and entries; each sees those about things he may see. They carry
// no personal data.
#pragma once

#include "applications/applications.hpp"
#include "catalog/catalog.hpp"
#include "connections/connections.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"
#include "http/stream.hpp"
#include "quotes/quotes.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace lendport {

// Thread-safe.
class Activity {
 public:
  struct Needs {
    db::Database& db;
    Connections& connections;
    Catalog& catalog;
    Quotes& quotes;
    Applications& applications;
  };
  // All outlive this.
  explicit Activity(const Needs& needs) : needs_(needs) {}

  // Which events: of the org in the path, or of one application in it, that follow sequence
  // `after`.
  struct Window {
    OrgId org;
    std::optional<ApplicationId> application;
    std::int64_t after = 0;
    int limit = events::kListMax;
  };
  struct Page {
    std::vector<events::Event> events;  // of those looked at, the ones the caller may see
    std::int64_t looked_to = 0;         // sequence of the last one looked at
    bool more = false;
  };

  // Oldest first. Throws not_found for an application the caller does not see.
  Task<Page> list(Principal caller, Window window, Deadline deadline) const;

  struct AuditPage {
    std::vector<events::AuditedEntry> entries;  // of those looked at, the ones the caller may see
    std::int64_t looked_to = 0;                 // sequence of the last one looked at
    bool more = false;
  };
  // The org's record after sequence `after`, oldest first: what was done to things of the caller's
  // environment, or of none, and to things that are gone.
  Task<AuditPage> audit(Principal caller, OrgId org, std::int64_t after, int limit,
                        Deadline deadline) const;

  // Whether the event is told in `environment`: what has an environment in that one alone,
  // everything else in both.
  bool belongs(db::Snapshot& at, Environment environment, const events::Event& event) const;

  // The org's last sequence; 0 when nothing happened yet.
  Task<std::int64_t> newest(OrgId org, Deadline deadline) const;

  // The events of `window` as they come, each with its sequence as the id to go on from.
  std::shared_ptr<http::Stream> stream(Principal caller, Window window) const;

  // Calls `bell`, from any thread, when an event was appended in any org.
  db::Subscription on_news(std::function<void()> bell) const;

 private:
  bool sees(db::Snapshot& at, const Principal& caller, const events::Event& event) const;
  bool may_audit(db::Snapshot& at, const Principal& caller,
                 const events::AuditedEntry& entry) const;
  bool sees_subject(db::Snapshot& at, const Principal& caller, const events::Event& event) const;

  Needs needs_;
};

}  // namespace lendport
