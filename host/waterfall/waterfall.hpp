// Where an application goes when its lender says no, or cannot be reached: the next lender in the
// org's order is asked for an offer, and a draft with it waits for a person.
//
// Begins with events (events/followers.hpp): a decline, a technical refusal, or a lender that does
// not answer, whichever process found that. A durable job then prices the case with the next
// lender's products, takes the one with the lowest payment, and makes a draft of it; the
// application that came to nothing names it (`next`). Nothing is sent by that, and no credit check
// is made. The draft has no consent: a person confirms it, with the applicant's consent to that
// lender. It is sent by itself only where the applicant consented, at a confirmation
// (`consent.waterfall`), to that lender on these terms or worse ones, about the very applicants
// that were confirmed with it, and only after a decline or a technical refusal: while a lender may
// still decide, nobody else is asked.
//
// A lender of the order that is away just now (not connected, paused, its catalogue too old) is
// skipped where a later one has an offer, which the application's `next` shows; where none has, the
// job waits for it, kAwayPatience at most. Once the first lender has the application after all,
// what was prepared meanwhile is taken back: a draft is withdrawn.
//
// For one application there is one next. What was prepared is an application like any other: when
// it comes to nothing, the one after it is prepared. A lender that the case was refused by is not
// asked again, since the order only goes down.
#pragma once

#include "applications/applications.hpp"
#include "catalog/catalog.hpp"
#include "connections/connections.hpp"
#include "core/task.hpp"
#include "db/database.hpp"
#include "events/followers.hpp"
#include "http/message.hpp"
#include "jobs/jobs.hpp"
#include "quotes/quotes.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

inline constexpr std::string_view kWaterfallJob = "waterfall.prepare";
inline constexpr std::size_t kWaterfallLendersMax = 20;
// Where every lender that is left is away: looked again so often, and for so long.
inline constexpr std::chrono::minutes kAwayPause{10};
inline constexpr std::chrono::hours kAwayPatience{6};

// The lenders an org asks, by name, the first one first.
struct WaterfallOrder {
  std::vector<std::string> lenders;
  std::int64_t version = 0;  // 0: never set
};

enum class WaterfallState {
  wanted,    // the next lender is looked for, or waited for
  quoted,    // its offer is priced and stored
  prepared,  // a draft waits
  sent,      // it was sent by the applicant's consent, or a person sent it
  ended,     // nothing follows: no lender of the order has an offer, say; `reason`
};
std::string_view to_string(WaterfallState state);

// What follows one application.
struct WaterfallStep {
  OrgId org;
  ApplicationId application;
  WaterfallState state = WaterfallState::wanted;
  std::string lender;
  std::optional<QuoteId> quote;
  std::optional<ApplicationId> next;
  std::string reason;
  std::optional<Time> waits_since;     // for lenders that are away
  std::vector<SkippedLender> skipped;  // were away when it last looked
  Time created_at{};
  Time updated_at{};
};

// Thread-safe.
class Waterfall {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    Catalog& catalog;
    Cases& cases;
    Quotes& quotes;
    Connections& connections;
    Applications& applications;
  };
  // All outlive this.
  explicit Waterfall(const Needs& needs) : needs_(needs) {}

  // What follows from an event; in the transaction that takes it.
  void hear(db::Transaction& tx, const events::Event& event) const;
  // What it locks applications for (events::Alone).
  static bool is_heard_alone(const events::Event& event);

  // Of the caller's environment; each has its own.
  Task<WaterfallOrder> order(const http::Request& request, OrgId org);
  // Replaces the order. Throws invalid_input for a name that no product has which the org sees in
  // the caller's environment, precondition_failed when If-Match names another version.
  Task<WaterfallOrder> set_order(const http::Request& request, OrgId org, WaterfallOrder wanted);

  // The job: as many steps as there are, each in a transaction of its own.
  Task<void> prepare(const jobs::Lease& lease, Deadline deadline);

 private:
  struct Ground {
    WaterfallStep step;
    Application application;
    std::vector<std::string> lenders;  // after the application's
  };
  std::optional<Ground> ground_of(db::Snapshot& at, const OrgId& org,
                                  const ApplicationId& id) const;
  // Each leaves the step in another state.
  // False where the job waits for lenders that are away.
  Task<void> forget(const Ground& ground, const jobs::Lease& lease);
  Task<bool> price(const Ground& ground, const jobs::Lease& lease, Deadline deadline);
  Task<bool> wait_for(const Ground& ground, const jobs::Lease& lease,
                      std::vector<SkippedLender> away);
  Task<void> draft(const Ground& ground, const jobs::Lease& lease, Deadline deadline);
  Task<void> name_next(const Ground& ground, Deadline deadline);
  Task<void> send_by_consent(const Ground& ground, const jobs::Lease& lease, Deadline deadline);
  std::optional<OnwardConsent> consent_to_send(db::Snapshot& at, const Application& first,
                                               const Application& next) const;
  // Throws conflict when it was changed since it was read.
  void require_still_consented(db::Transaction& tx, const Application& first) const;
  Task<void> end(const Ground& ground, const jobs::Lease& lease, std::string reason,
                 std::vector<SkippedLender> away = {});
  // The lender has the application after all.
  void take_back(db::Transaction& tx, const events::Event& event) const;
  static void forget_end(db::Transaction& tx, const events::Event& event);
  http::Request as_hub(const Ground& ground, Deadline deadline) const;
  bool is_outage(db::Snapshot& at, const events::Event& event,
                 const Application& application) const;

  Needs needs_;
};

}  // namespace lendport
