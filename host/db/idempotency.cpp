#include "db/idempotency.hpp"

#include "core/error.hpp"

namespace lendport::db {
namespace {

// A sealed body opens only under the key of the request it answered.
crypto::Field body_field(const std::string& row) {
  return {"idempotency", row, "body"};
}

std::string row_of(const IdempotencyKey& key) {
  return key.route + "\n" + key.key;
}

Blob opened(Snapshot& at, const crypto::Sealing& sealing, const IdempotencyKey& key, Blob body,
            std::int64_t seals) {
  const std::string row = row_of(key);
  for (; seals > 0; --seals) {
    const auto inner = sealing.unseal(at, key.org, body_field(row), body);
    if (!inner) {
      throw Error(ErrorCode::conflict,
                  "what this Idempotency-Key was used for is done, but its answer was erased");
    }
    body.bytes = inner->expose();
  }
  return body;
}

}  // namespace

std::optional<Answer> find_answer(Snapshot& at, const crypto::Sealing& sealing,
                                  const IdempotencyKey& key, std::string_view fingerprint) {
  const auto row = at.find(
      "SELECT fingerprint, status, headers, body, seals FROM idempotency "
      "WHERE org = $1 AND route = $2 AND key = $3",
      {key.org, key.route, key.key});
  if (!row) return std::nullopt;
  if (row->text("fingerprint") != fingerprint) {
    throw Error(ErrorCode::idempotency_mismatch,
                "this Idempotency-Key was used with another request; take a new one");
  }
  return Answer{static_cast<int>(row->integer("status")), row->text("headers"),
                opened(at, sealing, key, row->blob("body"), row->integer("seals"))};
}

void remember(Transaction& tx, const crypto::Sealing& sealing, const IdempotencyKey& key,
              std::string_view fingerprint, const Answer& answer, const AnswerOwners& owners,
              Time now) {
  const AnswerOwners sealers =
      owners.empty() ? AnswerOwners{std::string(crypto::Sealing::kOrgItself)} : owners;
  const std::string row = row_of(key);
  Blob body = answer.body;
  for (const std::string& owner : sealers) {
    body = sealing.seal(tx, key.org, owner, body_field(row), body.bytes, now);
  }
  const std::int64_t rows = tx.execute(
      "INSERT INTO idempotency (org, route, key, fingerprint, status, headers, body, seals, "
      "stored_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (org, route, key) DO "
      "NOTHING",
      {key.org, key.route, key.key, fingerprint, answer.status, answer.headers, body,
       static_cast<std::int64_t>(sealers.size()), now});
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
