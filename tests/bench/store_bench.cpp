// Measures durable writes on SQLite: one row per commit, many writers sharing commits, and a whole
// story (state, job, event, audit entry, sealed body), the figure of STO-1. The folder to measure
// in is the first argument (default: the current one).
#include "core/secret.hpp"
#include "crypto/random.hpp"
#include "db/migrations.hpp"
#include "db/open.hpp"
#include "db/sealing.hpp"
#include "events/audit.hpp"
#include "jobs/jobs.hpp"
#include "support/run_task.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <unistd.h>

namespace lendport {
namespace {

constexpr int kWriters = 64;
constexpr std::size_t kRowBytes = 1200;
constexpr std::chrono::milliseconds kEachFor{2000};
constexpr double kStoriesPerSingleRowMin = 3.0;

using SteadyClock = std::chrono::steady_clock;

// Everything the closures share; outlives them.
struct Bench {
  explicit Bench(const std::string& path) : database(db::open({.url = "sqlite://" + path})) {
    const Time now = clock.now();
    db::migrate(*database, db::built_in_migrations(), now);
    database->write_now([](db::Transaction& tx) {
      tx.define("CREATE TABLE bench_rows (id TEXT PRIMARY KEY, body TEXT NOT NULL)");
      tx.define("CREATE TABLE bench_states (id TEXT PRIMARY KEY, state TEXT NOT NULL, body BYTEA)");
    });
  }

  void write_row(db::Transaction& tx) {
    tx.execute("INSERT INTO bench_rows (id, body) VALUES ($1, $2)", {ids.next_uuid(), body});
  }

  // What a confirm writes.
  void write_story(db::Transaction& tx, const std::string& id) {
    const Time now = clock.now();
    const Blob sealed =
        sealing.seal(tx, org, "case_" + org.value, {"bench_states", id, "body"}, body, now);
    tx.execute("INSERT INTO bench_states (id, state, body) VALUES ($1, 'confirmed', $2)",
               {id, sealed});
    const jobs::NewJob job = {
        ids.next<JobId>(), "applications.submit", org, "{\"id\":\"" + id + "\"}", now, id};
    jobs::enqueue(tx, job, now);
    const events::Subject subject = {"application", id};
    events::append(
        tx, {ids.next<EventId>(), org, subject, "application.confirmed", "{}", "user_1", now});
    events::audit(tx, {org, "user_1", "application.confirm", subject, "{\"state\":\"draft\"}",
                       "{\"state\":\"confirmed\"}", "req_1", now});
  }

  SystemClock clock;
  crypto::RandomIds ids{clock};
  crypto::Sealing sealing{
      crypto::Keyring(crypto::key_encryption_key(Secret(std::string(64, 'a')), "bench")), ids};
  OrgId org{"org_bench"};
  std::string body = std::string(kRowBytes, 'x');
  std::unique_ptr<db::Database> database;
};

struct Rate {
  double per_second = 0;
  double cpu_us_each = 0;  // of the whole process
};

Rate rate_of(int count, SteadyClock::time_point start, std::clock_t cpu_start) {
  const std::chrono::duration<double> took = SteadyClock::now() - start;
  const double cpu = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
  return {count / took.count(), cpu * 1e6 / count};
}

// One writer that waits for each commit.
Rate single_rows_per_second(Bench& bench) {
  const auto start = SteadyClock::now();
  const std::clock_t cpu_start = std::clock();
  int count = 0;
  for (; SteadyClock::now() - start < kEachFor; ++count) {
    bench.database->write_now([&](db::Transaction& tx) { bench.write_row(tx); });
  }
  return rate_of(count, start, cpu_start);
}

template <class Write>
Task<void> write_on(Bench& bench, Write write, SteadyClock::time_point end, int& count) {
  while (SteadyClock::now() < end) {
    co_await bench.database->write(write);
    ++count;
  }
}

// kWriters writers, each of which waits for its commit before it writes again.
template <class Write>
Rate per_second(Bench& bench, const Write& write) {
  const auto start = SteadyClock::now();
  const std::clock_t cpu_start = std::clock();
  int count = 0;
  std::vector<Task<void>> tasks;
  for (int i = 0; i < kWriters; ++i) {
    tasks.push_back(write_on(bench, write, start + kEachFor, count));
  }
  support::run_tasks(std::move(tasks));
  return rate_of(count, start, cpu_start);
}

int measure(const std::string& folder) {
  const std::string path = folder + "/store_bench." + std::to_string(getpid()) + ".db";
  Rate single;
  Rate shared;
  Rate stories;
  {
    Bench bench(path);
    single = single_rows_per_second(bench);
    shared = per_second(bench, [&](db::Transaction& tx) { bench.write_row(tx); });
    stories = per_second(
        bench, [&](db::Transaction& tx) { bench.write_story(tx, bench.ids.next_uuid()); });
  }
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  const double ratio = stories.per_second / single.per_second;
  std::printf("figure store_single_row %.0f commits/s - ok\n", single.per_second);
  std::printf("figure store_shared_commit_rows %.0f rows/s - ok\n", shared.per_second);
  std::printf("figure store_durable_stories %.0f stories/s - ok\n", stories.per_second);
  std::printf("figure store_cpu_per_shared_row %.1f us - ok\n", shared.cpu_us_each);
  std::printf("figure store_cpu_per_story %.1f us - ok\n", stories.cpu_us_each);
  std::printf("figure store_stories_per_single_row %.2f ratio %.1f %s\n", ratio,
              kStoriesPerSingleRowMin, ratio >= kStoriesPerSingleRowMin ? "ok" : "over");
  return ratio >= kStoriesPerSingleRowMin ? 0 : 1;
}

}  // namespace
}  // namespace lendport

int main(int count, char** arguments) {
  return lendport::measure(count > 1 ? arguments[1] : std::filesystem::current_path().string());
}
