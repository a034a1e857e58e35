// The platform's support looks into an org: with a reason, for a while, read-only unless it says
// otherwise, and the org sees it in its audit.
#pragma once

#include "core/ids.hpp"
#include "core/principal.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/database.hpp"
#include "db/idempotency.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace lendport {

struct SupportViewKind {
  static constexpr std::string_view kPrefix = "view_";
};
using SupportViewId = Id<SupportViewKind>;

inline constexpr std::chrono::minutes kSupportViewLeast{5};
inline constexpr std::chrono::minutes kSupportViewMost{480};
inline constexpr std::chrono::minutes kSupportViewUsual{60};

// Open views of one user: all are in memory, and looked through at every request of the support.
inline constexpr std::int64_t kSupportViewsOpenMax = 20;

struct SupportViewDraft {
  OrgId org;
  std::string reason;  // shown to the org
  std::chrono::minutes time = kSupportViewUsual;
  bool changes = false;  // not read-only
};

struct SupportView {
  SupportViewId id;
  OrgId org;
  UserId user;  // of the support
  std::string reason;
  bool changes = false;
  Time opened_at{};
  Time until{};
  std::optional<Time> ended_at;
};

// Opening and ending are one transaction each with the event and the audit record of the org that
// is looked into. Thread-safe.
class SupportViews {
 public:
  // All outlive this. Nobody is let in before `refresh()`.
  SupportViews(db::Database& db, const Clock& clock, IdSource& ids);

  // For the front door: from memory, any thread. Everybody but the support, and the support in the
  // platform's own org, passes.
  bool lets_see(const Principal& caller, const OrgId& org) const;
  bool lets_change(const Principal& caller, const OrgId& org) const;

  // Follows what other processes opened and ended: within a second like revoked keys. Cheap when
  // nothing was.
  Task<void> refresh();

  // Throws forbidden for whoever is not the platform's support, not_found for an org that is not
  // there, conflict beyond kSupportViewsOpenMax. The support may have several at a time.
  Task<SupportView> open(Principal caller, SupportViewDraft draft, Deadline deadline,
                         db::Keep<SupportView> keep = nullptr);
  // One's own. Ending twice changes nothing.
  Task<SupportView> end(Principal caller, SupportViewId id, Deadline deadline,
                        db::Keep<SupportView> keep = nullptr);
  // Of an org, also those that are over; oldest first, at most `limit` that follow `after`.
  Task<std::vector<SupportView>> of_org(OrgId org, std::optional<SupportViewId> after, int limit,
                                        Deadline deadline);

 private:
  using Open = std::vector<SupportView>;
  bool has_view(const Principal& caller, const OrgId& org, bool to_change) const;

  db::Database& db_;
  const Clock& clock_;
  IdSource& ids_;
  mutable std::mutex mutex_;
  // State below is protected by mutex_.
  std::shared_ptr<const Open> open_ = std::make_shared<Open>();
  std::int64_t version_ = -1;  // of the topic, as `open_` was read
};

}  // namespace lendport
