#include "db/idempotency.hpp"

#include "core/error.hpp"

namespace lendport::db {

std::optional<Answer> find_answer(Snapshot& at, const IdempotencyKey& key,
                                  std::string_view fingerprint) {
  const auto row = at.find(
      "SELECT fingerprint, status, headers, body FROM idempotency "
      "WHERE org = $1 AND route = $2 AND key = $3",
      {key.org, key.route, key.key});
  if (!row) return std::nullopt;
  if (row->text("fingerprint") != fingerprint) {
    throw Error(ErrorCode::idempotency_mismatch,
                "this Idempotency-Key was used with another request; take a new one");
  }
  return Answer{static_cast<int>(row->integer("status")), row->text("headers"), row->blob("body")};
}

void remember(Transaction& tx, const IdempotencyKey& key, std::string_view fingerprint,
              const Answer& answer, Time now) {
  const std::int64_t rows = tx.execute(
      "INSERT INTO idempotency (org, route, key, fingerprint, status, headers, body, stored_at_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (org, route, key) DO NOTHING",
      {key.org, key.route, key.key, fingerprint, answer.status, answer.headers, answer.body, now});
  if (rows == 0) {
    throw Error(ErrorCode::idempotency_in_flight,
                "another request with this Idempotency-Key was faster; ask again for its answer");
  }
}

std::int64_t purge_answers(Transaction& tx, Time now) {
  const Rows old = tx.query(
      "SELECT org, route, key FROM idempotency WHERE stored_at_ms < $1 ORDER BY stored_at_ms "
      "LIMIT $2",
      {now - kAnswersKept, kPurgeMax});
  for (const Row& row : old) {
    tx.execute("DELETE FROM idempotency WHERE org = $1 AND route = $2 AND key = $3",
               {row.text("org"), row.text("route"), row.text("key")});
  }
  return static_cast<std::int64_t>(old.size());
}

}  // namespace lendport::db
