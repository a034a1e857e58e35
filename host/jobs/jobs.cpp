#include "jobs/jobs.hpp"

#include "core/error.hpp"
#include "core/text.hpp"

namespace lendport::jobs {
namespace {

constexpr const char* kInsert =
    "INSERT INTO jobs (id, kind, org, payload, unique_key, state, due_at_ms, attempts, epoch, "
    "created_at_ms, reckoned_at_ms) VALUES ($1, $2, $3, $4, $5, 'waiting', $6, 0, 0, $7, $7)";
constexpr const char* kOrAskAgain =
    " ON CONFLICT (unique_key) WHERE state <> 'failed' DO UPDATE SET"
    " due_at_ms = CASE WHEN jobs.state = 'waiting' AND excluded.due_at_ms < jobs.due_at_ms"
    "   THEN excluded.due_at_ms ELSE jobs.due_at_ms END,"
    " again_at_ms = CASE WHEN jobs.state = 'leased' AND"
    "   (jobs.again_at_ms IS NULL OR excluded.due_at_ms < jobs.again_at_ms)"
    "   THEN excluded.due_at_ms ELSE jobs.again_at_ms END,"
    " reckoned_at_ms = CASE WHEN (jobs.state = 'waiting' AND excluded.due_at_ms < jobs.due_at_ms)"
    "   OR (jobs.state = 'leased' AND"
    "     (jobs.again_at_ms IS NULL OR excluded.due_at_ms < jobs.again_at_ms))"
    "   THEN excluded.reckoned_at_ms ELSE jobs.reckoned_at_ms END"
    " RETURNING id";

void require_touched(std::int64_t rows, const Lease& lease) {
  if (rows == 0) {
    throw Error(ErrorCode::lease_lost, lease.kind + " is in the hands of another worker");
  }
}

// Locks the row of a job that is held; says when it is asked for again.
std::optional<Time> again_at(db::Transaction& tx, const Lease& lease) {
  const std::string sql =
      "SELECT again_at_ms FROM jobs WHERE id = $1 AND epoch = $2 AND state = 'leased' " +
      std::string(tx.for_update());
  const auto row = tx.find(sql, {lease.id, lease.epoch});
  require_touched(row ? 1 : 0, lease);
  return row->optional_time("again_at_ms");
}

Lease lease_of(const db::Row& row, const std::string& owner) {
  return {.id = row.id<JobId>("id"),
          .kind = row.text("kind"),
          .org = row.id<OrgId>("org"),
          .payload = row.text("payload"),
          .attempt = static_cast<int>(row.integer("attempts")),
          .epoch = row.integer("epoch"),
          .owner = owner};
}

// "$2, $3" for two kinds, and the kinds after the other parameters.
std::string listed(const std::vector<std::string>& kinds, db::Values& parameters) {
  std::string places;
  for (const std::string& kind : kinds) {
    parameters.emplace_back(kind);
    if (!places.empty()) places += ", ";
    places += "$" + std::to_string(parameters.size());
  }
  return places;
}

}  // namespace

JobId enqueue(db::Transaction& tx, const NewJob& job, Time now) {
  if (job.payload.size() > kPayloadBytesMax) {
    throw Error(ErrorCode::internal, "the payload of " + job.kind + " is too large");
  }
  const db::Values parameters = {job.id,         job.kind,   job.org, job.payload,
                                 job.unique_key, job.run_at, now};
  if (job.run_at <= now) tx.signal(kSignal);
  if (!job.unique_key) {
    tx.execute(kInsert, parameters);
    return job.id;
  }
  static const std::string insert_or_ask_again = std::string(kInsert) + kOrAskAgain;
  return tx.query(insert_or_ask_again, parameters).front().id<JobId>("id");
}

void cancel(db::Transaction& tx, std::string_view unique_key) {
  tx.execute("DELETE FROM jobs WHERE unique_key = $1 AND state = 'waiting'", {unique_key});
  tx.execute("UPDATE jobs SET again_at_ms = NULL WHERE unique_key = $1 AND state = 'leased'",
             {unique_key});
}

void complete(db::Transaction& tx, const Lease& lease) {
  const auto again = again_at(tx, lease);
  if (!again) {
    tx.execute("DELETE FROM jobs WHERE id = $1", {lease.id});
    return;
  }
  tx.execute(
      "UPDATE jobs SET state = 'waiting', due_at_ms = $2, again_at_ms = NULL, attempts = 0, "
      "lease_owner = NULL, reason = NULL WHERE id = $1",
      {lease.id, *again});
  tx.signal(kSignal);
}

void retry_at(db::Transaction& tx, const Lease& lease, Due due, std::string_view reason,
              bool counts_as_attempt) {
  require_held(tx, lease);
  tx.execute(
      "UPDATE jobs SET state = 'waiting', "
      "due_at_ms = CASE WHEN again_at_ms < $2 THEN again_at_ms ELSE $2 END, "
      "reckoned_at_ms = CASE WHEN again_at_ms < $2 THEN reckoned_at_ms ELSE $3 END, "
      "again_at_ms = NULL, lease_owner = NULL, reason = $4, attempts = attempts - $5 "
      "WHERE id = $1",
      {lease.id, due.at, due.reckoned_at, cut(reason, kReasonBytesMax), counts_as_attempt ? 0 : 1});
}

void fail(db::Transaction& tx, const Lease& lease, std::string_view reason) {
  require_held(tx, lease);
  tx.execute(
      "UPDATE jobs SET state = 'failed', again_at_ms = NULL, lease_owner = NULL, reason = $2 "
      "WHERE id = $1",
      {lease.id, cut(reason, kReasonBytesMax)});
}

std::vector<Lease> claim(db::Transaction& tx, const Claim& claim) {
  db::Values parameters = {claim.now, claim.count_max};
  std::string due = "SELECT id FROM jobs WHERE state <> 'failed' AND due_at_ms <= $1 AND kind IN (";
  due += listed(claim.kinds, parameters);
  due += ") ORDER BY due_at_ms, id LIMIT $2 ";
  due += tx.skip_locked();
  std::vector<Lease> leases;
  for (const db::Row& row : tx.query(due, parameters)) {
    const db::Rows taken = tx.query(
        "UPDATE jobs SET state = 'leased', epoch = epoch + 1, attempts = attempts + 1, "
        "lease_owner = $2, due_at_ms = $3 WHERE id = $1 "
        "RETURNING id, kind, org, payload, attempts, epoch",
        {row.text("id"), claim.owner, claim.now + claim.lease_for});
    leases.push_back(lease_of(taken.front(), claim.owner));
  }
  return leases;
}

bool any_due(db::Snapshot& at, const std::vector<std::string>& kinds, Time now) {
  db::Values parameters = {now};
  std::string sql = "SELECT id FROM jobs WHERE state <> 'failed' AND due_at_ms <= $1 AND kind IN (";
  sql += listed(kinds, parameters);
  sql += ") ORDER BY due_at_ms, id LIMIT 1";
  return at.find(sql, parameters).has_value();
}

namespace {

// What bring_forward() finds: what was reckoned by a clock ahead of this one and leases that no
// clock as it is can have given; where a set-back is known also what was reckoned by no known
// clock.
std::string ahead(const std::vector<std::string>& kinds, const SetBack& clock,
                  db::Values& parameters) {
  parameters = {clock.now + kClockSlack, clock.now + kLeaseLongest + kClockSlack};
  std::string sql =
      "SELECT id FROM jobs WHERE state <> 'failed' AND (reckoned_at_ms > $1 OR "
      "(state = 'leased' AND due_at_ms > $2)";
  if (clock.by.count() > 0) {
    parameters.emplace_back(clock.now);
    sql += " OR (reckoned_at_ms = 0 AND state = 'waiting' AND due_at_ms > $3)";
  }
  return sql + ") AND kind IN (" + listed(kinds, parameters) + ")";
}

// By how much its clock was ahead. What comes near to the known set-back was reckoned before it.
const std::string& lead() {
  static const std::string sql =
      "(CASE WHEN reckoned_at_ms = 0 THEN $3"
      " WHEN reckoned_at_ms - $1 > $3 THEN reckoned_at_ms - $1"
      " WHEN reckoned_at_ms - $1 > $3 / 2 THEN $3"
      " WHEN reckoned_at_ms > $1 THEN reckoned_at_ms - $1 ELSE 0 END)";
  return sql;
}

}  // namespace

bool any_reckoned_ahead(db::Snapshot& at, const std::vector<std::string>& kinds,
                        const SetBack& clock) {
  db::Values parameters;
  const std::string sql = ahead(kinds, clock, parameters) + " LIMIT 1";
  return at.find(sql, parameters).has_value();
}

int bring_forward(db::Transaction& tx, const std::vector<std::string>& kinds,
                  const SetBack& clock) {
  db::Values parameters;
  const std::string sql = ahead(kinds, clock, parameters) + " ORDER BY id LIMIT " +
                          std::to_string(kBroughtForwardMax) + " " + std::string(tx.skip_locked());
  static const std::string move =
      "UPDATE jobs SET again_at_ms = again_at_ms - " + lead() +
      ", due_at_ms = CASE WHEN state = 'waiting' THEN due_at_ms - " + lead() +
      " WHEN due_at_ms > $5 THEN $2 ELSE due_at_ms END, "
      "reckoned_at_ms = CASE WHEN reckoned_at_ms = 0 AND $3 = 0 THEN 0 ELSE $1 END WHERE id = $4";
  const db::Rows rows = tx.query(sql, parameters);
  for (const db::Row& row : rows) {
    tx.execute(move, {clock.now, clock.now + clock.lease_for, std::int64_t{clock.by.count()},
                      row.text("id"), clock.now + kLeaseLongest + kClockSlack});
  }
  if (!rows.empty()) tx.signal(kSignal);
  return static_cast<int>(rows.size());
}

bool renew(db::Transaction& tx, const Lease& lease, Time until) {
  return tx.execute(
             "UPDATE jobs SET due_at_ms = $3 WHERE id = $1 AND epoch = $2 AND state = 'leased'",
             {lease.id, lease.epoch, until}) == 1;
}

void take_back_leases(db::Transaction& tx, Time now) {
  tx.execute("UPDATE jobs SET due_at_ms = $1 WHERE state = 'leased' AND due_at_ms > $1", {now});
}

bool is_held(db::Snapshot& at, const Lease& lease) {
  return at
      .find("SELECT id FROM jobs WHERE id = $1 AND epoch = $2 AND state = 'leased'",
            {lease.id, lease.epoch})
      .has_value();
}

void require_held(db::Transaction& tx, const Lease& lease) {
  again_at(tx, lease);
}

std::optional<Waiting> waiting(db::Snapshot& at, std::string_view unique_key) {
  const auto row =
      at.find("SELECT due_at_ms, reason FROM jobs WHERE unique_key = $1 AND state = 'waiting'",
              {unique_key});
  if (!row) return std::nullopt;
  return Waiting{row->time("due_at_ms"), row->optional_text("reason").value_or("")};
}

std::vector<FailedJob> list_failed(db::Snapshot& at, const OrgId& org, int limit) {
  std::vector<FailedJob> jobs;
  for (const db::Row& row : at.query("SELECT id, kind, attempts, reason, created_at_ms FROM jobs "
                                     "WHERE state = 'failed' AND org = $1 "
                                     "ORDER BY created_at_ms DESC, id DESC LIMIT $2",
                                     {org, limit})) {
    jobs.push_back({.id = row.id<JobId>("id"),
                    .kind = row.text("kind"),
                    .attempts = static_cast<int>(row.integer("attempts")),
                    .reason = row.text("reason"),
                    .created_at = row.time("created_at_ms")});
  }
  return jobs;
}

void run_again(db::Transaction& tx, const OrgId& org, const JobId& job, Time now) {
  const auto rows = tx.execute(
      "UPDATE jobs SET state = 'waiting', due_at_ms = $3, reckoned_at_ms = $3, attempts = 0, "
      "reason = NULL WHERE id = $1 AND org = $2 AND state = 'failed'",
      {job, org, now});
  if (rows == 0) throw Error(ErrorCode::not_found, "no such job was given up");
  tx.signal(kSignal);
}

std::vector<KindDepth> depth_by_kind(db::Snapshot& at) {
  std::vector<KindDepth> depths;
  const auto rows = at.query(
      "SELECT kind, sum(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS waiting, "
      "sum(CASE WHEN state = 'leased' THEN 1 ELSE 0 END) AS leased, "
      "sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END) AS failed, "
      "min(CASE WHEN state = 'waiting' THEN due_at_ms END) AS oldest_due_ms "
      "FROM jobs GROUP BY kind",
      {});
  for (const db::Row& row : rows) {
    depths.push_back({row.text("kind"),
                      {row.integer("waiting"), row.integer("leased"), row.integer("failed")},
                      row.optional_time("oldest_due_ms")});
  }
  return depths;
}

Depth depth(db::Snapshot& at) {
  Depth sum;
  for (const KindDepth& one : depth_by_kind(at)) {
    sum.waiting += one.depth.waiting;
    sum.leased += one.depth.leased;
    sum.failed += one.depth.failed;
  }
  return sum;
}

}  // namespace lendport::jobs
