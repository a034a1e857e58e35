// Answers that a repeated request gets again, kept with the story they answer.
//
// The gate asks find() first and holds a claim while it works; the story calls remember() in its
// own transaction, so an answer is kept exactly when what it says was done.
#pragma once

#include "core/blob.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "db/database.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lendport::db {

inline constexpr std::chrono::days kAnswersKept{7};
inline constexpr int kPurgeMax = 500;  // rows a purge removes in one transaction

// Who asked for what: one org's key on one route ("POST /v1/orgs/{org}/applications").
struct IdempotencyKey {
  OrgId org;
  std::string route;
  std::string key;

  friend auto operator<=>(const IdempotencyKey&, const IdempotencyKey&) = default;
};

struct Answer {
  int status = 200;
  std::string headers;  // as the gate spells them
  Blob body;
};

// The answer this key was given, or nothing. Throws Error{idempotency_mismatch} when it answered
// another body: `fingerprint` is a hash of what was asked.
std::optional<Answer> find_answer(Snapshot& at, const IdempotencyKey& key,
                                  std::string_view fingerprint);

// Keeps the answer. Throws Error{idempotency_in_flight}, which rolls the story back, when another
// request with this key was faster.
void remember(Transaction& tx, const IdempotencyKey& key, std::string_view fingerprint,
              const Answer& answer, Time now);

// Removes up to kPurgeMax answers older than kAnswersKept; says how many. To be called until 0.
std::int64_t purge_answers(Transaction& tx, Time now);

}  // namespace lendport::db
