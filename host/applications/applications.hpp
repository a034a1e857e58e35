// Credit applications: made from a quote, confirmed by a person, carried to the lender by a job.
//
// An application is frozen when it is made: what goes to the connector is one sealed document.
// Confirming it is what routes it. The answer to a confirmation leaves when the application, the
// job that carries it, its event and its audit record are on disk together.
#pragma once

#include "applications/application.hpp"
#include "applications/json.hpp"
#include "applications/settings.hpp"
#include "core/error.hpp"
#include "core/task.hpp"
#include "db/database.hpp"
#include "jobs/jobs.hpp"
#include "http/message.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lendport {

class Cases;
class Catalog;
class Connections;
class Quotes;
namespace connectors {
class Connectors;
}
namespace crypto {
class Sealing;
}

// What stands between a quote and an application, before anything is sent.
struct Requirements {
  std::vector<Violation> missing;  // pointers into the case; texts in the caller's language
  int credit_checks = 0;           // soft checks of this case in the last 30 days
  std::string lender;
};

// One thing that happened to an application: an event, or a call of the lender (redacted).
struct TimelineEntry {
  Time at{};
  std::string kind;     // "event" or "lender_call"
  std::string type;     // "application.confirmed", "application.submit/1"
  std::string actor;    // "user_…", "key_…" or "hub"
  std::string details;  // JSON object text
};

// Thread-safe. Refusals that every call shares: not_found for what is missing, another org's, another
// environment's or a case the caller's role does not see.
class Applications {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    crypto::Sealing& sealing;
    Connections& connections;
    Catalog& catalog;
    Cases& cases;
    Quotes& quotes;
    connectors::Connectors& connectors;
  };
  // All outlive this.
  Applications(const Needs& needs, const ApplicationSettings& settings);

  Task<Requirements> requirements(Principal caller, OrgId org, QuoteId quote, std::string language,
                                  Deadline deadline);

  // A draft. Throws invalid_input with everything that is missing, conflict when the quote is not
  // in force or its product or connection takes no new applications.
  Task<Application> create(const http::Request& request, OrgId org, NewApplication wanted);

  // Compares what the person saw with the application and the agreement, then routes it. Throws
  // invalid_input with both values where they differ, conflict in a state that cannot be confirmed.
  // The caller's idempotency key is used up in the same transaction.
  Task<http::Response> confirm(const http::Request& request, OrgId org, ApplicationId id,
                               Confirmation seen);

  // Takes back what was not sent: draft or failed.
  Task<Application> withdraw(const http::Request& request, OrgId org, ApplicationId id);

  // Records what a person heard from a lender without an integration. Throws conflict for an
  // application whose lender speaks for itself, and for a transition the table does not allow.
  Task<http::Response> decide(const http::Request& request, OrgId org, ApplicationId id,
                              ManualDecision decision);

  Task<Application> get(Principal caller, OrgId org, ApplicationId id, Deadline deadline);
  // The borrower as a person must confirm it.
  Task<Confirmation> borrower(Principal caller, OrgId org, ApplicationId id, Deadline deadline);
  struct ListQuery {
    std::optional<CaseId> case_id;
    std::optional<ApplicationState> state;
    std::optional<std::pair<Time, std::string>> after;
    int limit = 50;
  };
  // Newest first.
  Task<std::vector<Application>> list(Principal caller, OrgId org, ListQuery query,
                                      Deadline deadline);
  // Oldest first, at most kTimelineMax.
  Task<std::vector<TimelineEntry>> timeline(Principal caller, OrgId org, ApplicationId id,
                                            Deadline deadline);

  // --- Jobs (applications/jobs.cpp) --------------------------------------------------------------

  // Carries a confirmed application to its lender.
  Task<void> submit(const jobs::Lease& lease, Deadline deadline);
  // Asks for an application whose answer was lost, until the lender's word is known.
  Task<void> reconcile(const jobs::Lease& lease, Deadline deadline);
  // Asks whether the lender changed its mind.
  Task<void> follow(const jobs::Lease& lease, Deadline deadline);

 private:
  Needs needs_;
  ApplicationSettings settings_;
};

}  // namespace lendport
