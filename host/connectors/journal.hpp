// The journal of lender calls: what was about to leave, written before it leaves; what came back.
#pragma once

#include "connectors/connectors.hpp"
#include "db/database.hpp"
#include "net/http_client.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connectors {

enum class Effect { read, create, update };
std::string_view to_string(Effect effect);

// One request to a lender, redacted: no headers, no body, no query of the URL.
struct JournalEntry {
  CallId id;
  std::string operation;
  Effect effect = Effect::read;
  std::string method;
  std::string url;
  Time started_at;
  bool ended = false;  // false: intended, its end is not known (still under way, or a crash)
  net::Phase phase = net::Phase::none;
  net::Fault fault = net::Fault::none;
  int http_status = 0;
  std::int64_t duration_ms = 0;
  int attempt = 1;
  std::string request_id;
};

inline constexpr std::int64_t kJournalPageMax = 200;

// The calls about `subject` ("app_…") in the order they began, at most kJournalPageMax, from after
// `after` (empty: from the first).
std::vector<JournalEntry> calls_of(db::Snapshot& at, std::string_view subject,
                                   std::string_view after = {});

// Whether a request with an effect, of an operation sent with this idempotency key, may have
// reached the lender. A worker that finds an application half-way asks this before it sends again.
// Calls that began before `since` do not count: the lender has said that it never got them.
bool may_have_left(db::Snapshot& at, std::string_view idempotency_key,
                   std::optional<Time> since = {});

// The sealed bodies of a call, for who may open them.
struct SealedBodies {
  std::optional<Blob> request;
  std::optional<Blob> response;
};
std::optional<SealedBodies> bodies_of(db::Snapshot& at, const CallId& id);

}  // namespace lendport::connectors
