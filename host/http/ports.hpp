// What the front door asks of the rest of the hub, as functions the composition root fills.
#pragma once

#include "core/ids.hpp"
#include "core/principal.hpp"
#include "core/task.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::db {
class Transaction;
}

namespace lendport::http {

// What the snapshot of keys in memory says about a token. `uncertain`: it is too old to say (the
// store did not answer for a while), ask the store.
enum class Standing { known, unknown, uncertain };

struct Identity {
  Standing standing = Standing::unknown;
  Principal principal;  // REQUIRES: known
};

// Looks a token up without waiting. Called on the io threads, for every request: keep it under a
// few microseconds. The token is as the caller sent it.
using Identify = std::function<Identity(std::string_view token)>;
// The same from the store; nothing when the key does not exist, expired or was revoked.
using IdentifyInStore = std::function<Task<std::optional<Principal>>(std::string token)>;

// Whether the caller may act in the org of the path. No and "there is no such org" are one answer.
using MaySeeOrg = std::function<bool(const Principal& principal, const OrgId& org)>;

// An Idempotency-Key belongs to an org and a row of the route table.
struct IdempotencyScope {
  OrgId org;
  std::string route;
  std::string key;
};

// The answer the first request with a key got; written by its story in the same transaction.
struct StoredAnswer {
  unsigned status = 200;
  std::string location;            // empty: none
  std::string etag;                // empty: none
  std::string cache_control = {};  // empty: none
  std::string body;
};

// Which request an answer belongs to: `fingerprint` is of caller, path, query and body.
struct AnsweredRequest {
  IdempotencyScope scope;
  std::string fingerprint;
};

// Nothing when the key is new. Throws Error{idempotency_mismatch} when it answered another request:
// one of another fingerprint.
using FindAnswer = std::function<Task<std::optional<StoredAnswer>>(AnsweredRequest request)>;
// Keeps an answer in its story's transaction; `people` as in KeepAnswer.
using StoreAnswer =
    std::function<void(db::Transaction& tx, const AnsweredRequest& request,
                       const StoredAnswer& answer, const std::vector<std::string>& people)>;

// A keyed tag over bytes (HMAC-SHA256 with a key of the hub's), at least 16 bytes long.
using Mac = std::function<std::string(std::string_view bytes)>;

struct Ports {
  Identify identify;
  IdentifyInStore identify_in_store;
  MaySeeOrg may_see_org;
  FindAnswer find_answer;
  StoreAnswer store_answer;
};

}  // namespace lendport::http
