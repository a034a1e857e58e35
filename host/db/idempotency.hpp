// Answers that a repeated request gets again, kept with the story they answer.
//
// The gate asks find_answer() first and holds a claim while it works; the story has its answer kept
// by remember() in its own transaction, so an answer is kept exactly when what it says was done.
#pragma once

#include "core/blob.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"
#include "db/database.hpp"
#include "db/sealing.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// What a story that makes a T calls last in its transaction, if the caller wants the answer kept.
// The transaction may run twice, and so may this. Empty: nobody wants it.
template <class T>
using Keep = std::function<void(Transaction& tx, const T& made)>;

// The answer this key was given, or nothing. Throws Error{idempotency_mismatch} when it answered
// another body (`fingerprint` is a hash of what was asked), and Error{conflict} when the people it
// names were erased since: what was done stays done, its answer cannot be read any more.
std::optional<Answer> find_answer(Snapshot& at, const crypto::Sealing& sealing,
                                  const IdempotencyKey& key, std::string_view fingerprint);

// Whose keys seal a kept body, one within the other: it goes when any of them goes. None: the
// org's own key.
using AnswerOwners = std::vector<std::string>;

// Keeps the answer, its body sealed: it may show a new API key, or people. Throws
// Error{idempotency_in_flight}, which rolls the story back, when another request with this key was
// faster.
void remember(Transaction& tx, const crypto::Sealing& sealing, const IdempotencyKey& key,
              std::string_view fingerprint, const Answer& answer, const AnswerOwners& owners,
              Time now);

// Removes up to kPurgeMax answers older than kAnswersKept; says how many. To be called until 0.
std::int64_t purge_answers(Transaction& tx, Time now);

}  // namespace lendport::db
