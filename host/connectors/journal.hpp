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

// The calls about `subject` ("app_…") in the order they began, at most kJournalPageMax: those that
// create or change something, and the latest of the others.
std::vector<JournalEntry> calls_of(db::Snapshot& at, std::string_view subject);

// The latest calls for `connection`, the oldest of them first; whoever they are about.
std::vector<JournalEntry> latest_calls(db::Snapshot& at, const ConnectionId& connection, int limit);

// Requests that only read are kept for kReadsKept: what they brought to light is in the events.
// What creates or changes something at a lender is kept for ever. Removes at most kReadsPurgedMax;
// says how many.
inline constexpr std::chrono::hours kReadsKept{24 * 90};
inline constexpr std::int64_t kReadsPurgedMax = 500;
std::int64_t purge_reads(db::Transaction& tx, Time now);

// Whether a request with an effect, of an operation sent with this idempotency key, may have
// reached the lender. A worker that finds an application half-way asks this before it sends again.
// Attempts up to `settled_attempts` do not count: the lender refused them, or has said that it
// never got them.
bool may_have_left(db::Snapshot& at, std::string_view idempotency_key, int settled_attempts = 0);

// The sealed bodies of a call, for who may open them: each in its column of `lender_calls`, in the
// row of the call's id, in the org of that row.
inline constexpr std::string_view kRequestColumn = "request_sealed";
inline constexpr std::string_view kResponseColumn = "response_sealed";
struct SealedBodies {
  std::optional<Blob> request;
  std::optional<Blob> response;
};
std::optional<SealedBodies> bodies_of(db::Snapshot& at, const CallId& id);

// What is written of a request. `request` is what the connector asked for and its body, with
// references in place of secrets.
struct JournalRow {
  std::shared_ptr<const Call> call;
  Effect effect = Effect::read;
  std::string method;
  std::string url;
  std::string request;
};

// Writes the journal. Thread-safe; the row and the exchange outlive the await.
class Journal {
 public:
  Journal(db::Database& database, const Clock& clock, IdSource& ids)
      : database_(database), clock_(clock), ids_(ids) {}

  // Before the bytes of an effect leave. On disk when it resumes; throws when it cannot be.
  Task<CallId> intend(const JournalRow& row);
  // The end of an intended one.
  Task<void> end(CallId id, const JournalRow& row, const net::Exchange& exchange);
  // A read, whole, once it is over.
  Task<void> record(const JournalRow& row, const net::Exchange& exchange);

 private:
  db::Database& database_;
  const Clock& clock_;
  IdSource& ids_;
};

}  // namespace lendport::connectors
