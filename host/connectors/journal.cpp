#include "connectors/journal.hpp"

#include <algorithm>
#include <array>

namespace lendport::connectors {
namespace {

constexpr std::array kPhases = {net::Phase::none,    net::Phase::resolve, net::Phase::connect,
                                net::Phase::tls,     net::Phase::sending, net::Phase::sent,
                                net::Phase::response};
constexpr std::array kFaults = {net::Fault::none,    net::Fault::denied,    net::Fault::resolve,
                                net::Fault::connect, net::Fault::tls,       net::Fault::timeout,
                                net::Fault::reset,   net::Fault::too_large, net::Fault::protocol,
                                net::Fault::invalid, net::Fault::busy,      net::Fault::internal};

net::Phase parse_phase(std::string_view word) {
  const auto* found = std::find_if(kPhases.begin(), kPhases.end(),
                                   [&](net::Phase one) { return net::to_string(one) == word; });
  return found == kPhases.end() ? net::Phase::sent : *found;
}

net::Fault parse_fault(std::string_view word) {
  const auto* found = std::find_if(kFaults.begin(), kFaults.end(),
                                   [&](net::Fault one) { return net::to_string(one) == word; });
  return found == kFaults.end() ? net::Fault::internal : *found;
}

Effect parse_effect(std::string_view word) {
  if (word == "read") return Effect::read;
  return word == "update" ? Effect::update : Effect::create;
}

JournalEntry entry_of(const db::Row& row) {
  JournalEntry entry;
  entry.id = row.id<CallId>("id");
  entry.operation = row.text("operation");
  entry.effect = parse_effect(row.text("effect"));
  entry.method = row.text("method");
  entry.url = row.text("url");
  entry.started_at = row.time("started_at_ms");
  entry.ended = row.text("state") == "ended";
  entry.phase = parse_phase(row.text("phase"));
  entry.fault = parse_fault(row.text("fault"));
  entry.http_status = static_cast<int>(row.integer("http_status"));
  entry.duration_ms = row.integer("duration_ms");
  entry.attempt = static_cast<int>(row.integer("attempt"));
  entry.request_id = row.text("request_id");
  return entry;
}

// "https://host/path" without what may name a person: the query.
std::string without_query(const std::string& url) {
  return url.substr(0, url.find_first_of("?#"));
}

std::string whole_answer(const net::Exchange& exchange) {
  std::string text = "HTTP " + std::to_string(exchange.status) + "\n";
  for (const auto& [name, value] : exchange.headers) text += name + ": " + value + "\n";
  return text + "\n" + exchange.body;
}

// Encrypted before the unit begins: the store's threads have no time for it.
std::optional<Blob> sealed_request(const CallId& id, const JournalRow& row) {
  if (!row.call->seal) return std::nullopt;
  return row.call->seal(id, kRequestColumn, row.request);
}

std::optional<Blob> sealed_answer(const CallId& id, const JournalRow& row,
                                  const net::Exchange& exchange) {
  if (exchange.status == 0 || !row.call->seal) return std::nullopt;
  return row.call->seal(id, kResponseColumn, whole_answer(exchange));
}

const OrgId& owner_of(const Call& call) {
  return call.subject_org.value.empty() ? call.org : call.subject_org;
}

void insert(db::Transaction& tx, const CallId& id, const JournalRow& row, Time started_at,
            const std::string& state, const std::optional<Blob>& request) {
  const Call& call = *row.call;
  tx.execute(
      "INSERT INTO lender_calls (id, org, connection, plugin, operation, subject, idempotency_key, "
      "attempt, request_id, effect, method, url, state, phase, fault, http_status, bytes_sent, "
      "duration_ms, request_sealed, started_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
      "$10, $11, $12, $13, 'none', 'none', 0, 0, 0, $14, $15)",
      {id, owner_of(call), call.connection, call.plugin, call.operation, call.subject,
       call.idempotency_key, call.attempt, call.request_id, to_string(row.effect), row.method,
       without_query(row.url), state, request, started_at});
}

void finish(db::Transaction& tx, const CallId& id, const net::Exchange& exchange,
            const std::optional<Blob>& response) {
  tx.execute(
      "UPDATE lender_calls SET state = 'ended', phase = $2, fault = $3, http_status = $4, "
      "bytes_sent = $5, duration_ms = $6, response_sealed = $7 WHERE id = $1",
      {id, net::to_string(exchange.phase), net::to_string(exchange.fault), exchange.status,
       static_cast<std::int64_t>(exchange.bytes_sent), std::int64_t{exchange.elapsed.count()},
       response});
}

}  // namespace

Task<CallId> Journal::intend(const JournalRow& row) {
  const auto id = ids_.next<CallId>();
  const Time now = clock_.now();
  const auto request = sealed_request(id, row);
  auto unit = [&](db::Transaction& tx) {
    if (row.call->fence) row.call->fence(tx);
    insert(tx, id, row, now, "intended", request);
  };
  co_await database_.write(unit);
  co_return id;
}

Task<void> Journal::end(CallId id, const JournalRow& row, const net::Exchange& exchange) {
  const auto response = sealed_answer(id, row, exchange);
  auto unit = [&](db::Transaction& tx) { finish(tx, id, exchange, response); };
  co_await database_.write(unit);
}

Task<void> Journal::record(const JournalRow& row, const net::Exchange& exchange) {
  const auto id = ids_.next<CallId>();
  const Time started_at = clock_.now() - exchange.elapsed;
  const auto request = sealed_request(id, row);
  const auto response = sealed_answer(id, row, exchange);
  auto unit = [&](db::Transaction& tx) {
    insert(tx, id, row, started_at, "ended", request);
    finish(tx, id, exchange, response);
  };
  co_await database_.write(unit);
}

std::vector<JournalEntry> calls_of(db::Snapshot& at, std::string_view subject) {
  std::vector<JournalEntry> entries;
  for (const db::Row& row :
       at.query("SELECT id, operation, effect, method, url, started_at_ms, state, phase, fault, "
                "http_status, duration_ms, attempt, request_id FROM lender_calls "
                "WHERE subject = $1 ORDER BY CASE WHEN effect = 'read' THEN 1 ELSE 0 END, id DESC "
                "LIMIT $2",
                {subject, kJournalPageMax})) {
    entries.push_back(entry_of(row));
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.id.value < b.id.value; });
  return entries;
}

std::vector<JournalEntry> latest_calls(db::Snapshot& at, const ConnectionId& connection,
                                       int limit) {
  std::vector<JournalEntry> entries;
  for (const db::Row& row :
       at.query("SELECT id, operation, effect, method, url, started_at_ms, state, phase, fault, "
                "http_status, duration_ms, attempt, request_id FROM lender_calls "
                "WHERE connection = $1 ORDER BY started_at_ms DESC, id DESC LIMIT $2",
                {connection, limit})) {
    entries.push_back(entry_of(row));
  }
  std::reverse(entries.begin(), entries.end());
  return entries;
}

bool may_have_left(db::Snapshot& at, std::string_view idempotency_key, int settled_attempts) {
  const auto row = at.find(
      "SELECT count(*) AS calls FROM lender_calls WHERE idempotency_key = $1 AND effect <> 'read' "
      "AND attempt > $2 AND (state = 'intended' OR phase IN ('sending', 'sent', "
      "'response'))",
      {idempotency_key, settled_attempts});
  return row && row->integer("calls") > 0;
}

std::int64_t purge_reads(db::Transaction& tx, Time now) {
  return tx.execute(
      "DELETE FROM lender_calls WHERE id IN (SELECT id FROM lender_calls WHERE effect = 'read' AND "
      "started_at_ms < $1 ORDER BY started_at_ms LIMIT $2)",
      {now - kReadsKept, kReadsPurgedMax});
}

std::optional<SealedBodies> bodies_of(db::Snapshot& at, const CallId& id) {
  const auto row =
      at.find("SELECT request_sealed, response_sealed FROM lender_calls WHERE id = $1", {id});
  if (!row) return std::nullopt;
  return SealedBodies{row->optional_blob("request_sealed"), row->optional_blob("response_sealed")};
}

}  // namespace lendport::connectors
