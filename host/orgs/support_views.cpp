#include "orgs/support_views.hpp"

#include "core/error.hpp"
#include "db/versions.hpp"
#include "events/audit.hpp"
#include "http/message.hpp"
#include "orgs/json_support.hpp"
#include "orgs/orgs.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace lendport {
namespace {

constexpr std::string_view kTopic = "support_views";

std::string select(std::string_view rest) {
  std::string sql =
      "SELECT id, org_id, user_id, reason, changes, opened_at_ms, until_ms, ended_at_ms FROM "
      "support_views ";
  return sql.append(rest);
}

SupportView view_in(const db::Row& row) {
  SupportView view;
  view.id = row.id<SupportViewId>("id");
  view.org = row.id<OrgId>("org_id");
  view.user = row.id<UserId>("user_id");
  view.reason = row.text("reason");
  view.changes = row.flag("changes");
  view.opened_at = row.time("opened_at_ms");
  view.until = row.time("until_ms");
  view.ended_at = row.optional_time("ended_at_ms");
  return view;
}

std::vector<SupportView> views_in(const db::Rows& rows) {
  std::vector<SupportView> views;
  for (const db::Row& row : rows) views.push_back(view_in(row));
  return views;
}

void insert(db::Transaction& tx, const SupportView& view) {
  tx.execute(
      "INSERT INTO support_views (id, org_id, user_id, reason, changes, opened_at_ms, until_ms, "
      "ended_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)",
      {view.id, view.org, view.user, view.reason, view.changes, view.opened_at, view.until});
}

void require_room(db::Transaction& tx, const SupportView& wanted) {
  tx.lock("support_views/" + wanted.user.value);
  const auto open = tx.find(
      "SELECT count(*) AS n FROM support_views WHERE user_id = $1 AND ended_at_ms IS NULL AND "
      "until_ms > $2",
      {wanted.user, wanted.opened_at});
  if (open->integer("n") < kSupportViewsOpenMax) return;
  throw Error(ErrorCode::conflict, "you have " + std::to_string(kSupportViewsOpenMax) +
                                       " open views: end one that you no longer need");
}

// The one that is meant, waited for by whoever ends it beside this.
std::optional<SupportView> own(db::Transaction& tx, const UserId& user, const SupportViewId& id) {
  std::string rest = "WHERE id = $1 AND user_id = $2 ";
  const auto row = tx.find(select(rest.append(tx.for_update())), {id, user});
  if (!row) return std::nullopt;
  return view_in(*row);
}

void record(IdSource& ids, db::Transaction& tx, const Principal& caller, const SupportView& view,
            std::string_view type, Time at) {
  events::NewEvent event;
  event.id = ids.next<EventId>();
  event.org = view.org;
  event.subject = {"support_view", view.id.value};
  event.type = type;
  event.payload = orgs::record_text(view);
  event.actor = caller.user.value;
  event.at = at;
  events::record(tx, event, std::nullopt, event.payload, caller.request_id);
  db::bump(tx, kTopic);
}

}  // namespace

SupportViews::SupportViews(db::Database& db, const Clock& clock, IdSource& ids)
    : db_(db), clock_(clock), ids_(ids) {}

bool SupportViews::has_view(const Principal& caller, const OrgId& org, bool to_change) const {
  if (caller.role != Role::support || caller.org == org) return true;
  std::shared_ptr<const Open> open;
  {
    const std::lock_guard lock(mutex_);
    open = open_;
  }
  const Time now = clock_.now();
  return std::any_of(open->begin(), open->end(), [&](const SupportView& view) {
    return view.user == caller.user && view.org == org && now < view.until &&
           (view.changes || !to_change);
  });
}

bool SupportViews::lets_see(const Principal& caller, const OrgId& org) const {
  return has_view(caller, org, false);
}

bool SupportViews::lets_change(const Principal& caller, const OrgId& org) const {
  return has_view(caller, org, true);
}

Task<void> SupportViews::refresh() {
  std::int64_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    before = version_;
  }
  std::int64_t version = 0;
  auto found = std::make_shared<Open>();
  const Time now = clock_.now();
  const auto look = [&](db::Snapshot& at) {
    version = db::version_of(at, kTopic);
    if (version == before) return;
    *found = views_in(at.query(select("WHERE ended_at_ms IS NULL AND until_ms > $1"), {now}));
  };
  co_await db_.read(look);
  const std::lock_guard lock(mutex_);
  if (version <= version_) co_return;
  version_ = version;
  open_ = std::move(found);
}

Task<SupportView> SupportViews::open(Principal caller, SupportViewDraft draft, Deadline deadline,
                                     db::Keep<SupportView> keep) {
  if (caller.role != Role::support) {
    throw Error(ErrorCode::forbidden, "only the platform's support opens the view of an org");
  }
  SupportView view;
  view.id = ids_.next<SupportViewId>();
  view.org = draft.org;
  view.user = caller.user;
  view.reason = draft.reason;
  view.changes = draft.changes;
  view.opened_at = clock_.now();
  view.until = view.opened_at + draft.time;
  const auto work = [&](db::Transaction& tx) {
    if (!find_org(tx, view.org)) http::throw_not_found();
    require_room(tx, view);
    insert(tx, view);
    record(ids_, tx, caller, view, "support.opened", view.opened_at);
    if (keep) keep(tx, view);
  };
  co_await db_.write(work, deadline);
  co_await refresh();
  co_return view;
}

Task<SupportView> SupportViews::end(Principal caller, SupportViewId id, Deadline deadline,
                                    db::Keep<SupportView> keep) {
  const auto work = [&](db::Transaction& tx) {
    auto found = own(tx, caller.user, id);
    if (!found) http::throw_not_found();
    if (!found->ended_at) {
      found->ended_at = clock_.now();
      tx.execute("UPDATE support_views SET ended_at_ms = $1 WHERE id = $2", {found->ended_at, id});
      record(ids_, tx, caller, *found, "support.ended", *found->ended_at);
    }
    if (keep) keep(tx, *found);
    return *found;
  };
  SupportView ended = co_await db_.write(work, deadline);
  co_await refresh();
  co_return ended;
}

Task<std::vector<SupportView>> SupportViews::of_org(OrgId org, std::optional<SupportViewId> after,
                                                    int limit, Deadline deadline) {
  const std::string from = after ? after->value : std::string();
  const auto look = [&](db::Snapshot& at) {
    return views_in(
        at.query(select("WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3"), {org, from, limit}));
  };
  co_return co_await db_.read(look, deadline);
}

}  // namespace lendport
