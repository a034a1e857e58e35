#include "hub.hpp"

#include "activity/routes.hpp"
#include "api_words.hpp"
#include "applications/jobs.hpp"
#include "applications/routes.hpp"
#include "cases/routes.hpp"
#include "catalog/jobs.hpp"
#include "catalog/routes.hpp"
#include "commit.hpp"
#include "connections/inbound_routes.hpp"
#include "connections/routes.hpp"
#include "crypto/hash.hpp"
#include "db/idempotency.hpp"
#include "db/migrations.hpp"
#include "events/events.hpp"
#include "files/routes.hpp"
#include "http/documentation.hpp"
#include "http/stored_answer.hpp"
#include "http/system_routes.hpp"
#include "mail/routes.hpp"
#include "notices/jobs.hpp"
#include "notices/routes.hpp"
#include "orgs/routes.hpp"
#include "orgs/support_routes.hpp"
#include "quotes/routes.hpp"
#include "telemetry/log.hpp"
#include "waterfall/jobs.hpp"
#include "waterfall/routes.hpp"
#include "webhooks/jobs.hpp"
#include "webhooks/routes.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <future>

namespace lendport {
namespace {

constexpr std::chrono::milliseconds kReadinessTimeout{900};
constexpr std::chrono::milliseconds kLastWords{2'000};
constexpr int kInboundAtOnce = 4;

template <class T>
void append(std::vector<T>& to, std::vector<T> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

std::unique_ptr<db::Database> open_migrated(db::Settings settings, const Clock& clock) {
  settings.alone = true;
  auto database = db::open(settings);
  db::migrate(*database, db::built_in_migrations(), clock.now());
  return database;
}

std::uint64_t random_below(std::uint64_t bound) {
  std::uint64_t number = 0;
  for (char byte : crypto::random_bytes(sizeof number)) {
    number = number << 8U | static_cast<unsigned char>(byte);
  }
  return number % bound;  // jitter: the bias of a remainder does not matter
}

// A job that is given up is an event of its org, so that a person sees it.
jobs::OnGivenUp given_up(IdSource& ids, const Clock& clock) {
  return [&](db::Transaction& tx, const jobs::Lease& lease, std::string_view) {
    if (lease.org.value.empty()) return;
    events::append(tx, {ids.next<EventId>(),
                        lease.org,
                        {"job", lease.id.value},
                        "job.given_up",
                        lease.payload,
                        "hub",
                        clock.now()});
  };
}

// `capability` outlives the result.
template <class Capability>
events::Follower::Then hearing(const Capability& capability) {
  return [&capability](db::Transaction& tx, const events::Event& event) {
    capability.hear(tx, event);
  };
}

// Clocks of the law hang on followers: one that stands still is seen here.
void show_lag(telemetry::Metrics& metrics, const std::string& follower, const events::Lag& lag,
              Time now) {
  const telemetry::Labels labels{{"follower", follower}};
  metrics.gauge("lendport_events_behind", "Events that a follower has not taken yet.", labels)
      .Set(static_cast<double>(lag.events));
  const std::chrono::duration<double> age = now - lag.oldest.value_or(now);
  metrics
      .gauge("lendport_events_behind_seconds", "How long ago the first of them happened.", labels)
      .Set(std::max(0.0, age.count()));
}

// Cursors are good on every node and after a restart: their key follows from the key-encryption
// key.
http::Mac cursor_mac(const crypto::Keyring& keyring) {
  const crypto::Digest key = crypto::hmac_sha256(keyring.current().bytes.expose(), "cursors/1");
  return [key = Secret<std::string>(crypto::bytes_of(key))](std::string_view bytes) {
    return crypto::bytes_of(crypto::hmac_sha256(key.expose(), bytes));
  };
}

db::IdempotencyKey key_of(const http::IdempotencyScope& scope) {
  return {scope.org, scope.route, scope.key};
}

}  // namespace

Hub::Hub(const Settings& settings, const crypto::Keyring& keyring)
    : settings_(settings),
      io_(settings.http.threads),
      access_log_(settings.log),
      sole_hub_(settings.database),
      database_(open_migrated(settings.database, clock_)),
      sealing_(keyring, ids_),
      client_(io_.get_executor(), settings.egress),
      connectors_(io_.get_executor(), settings.connectors, client_, *database_, clock_, ids_),
      counted_(connectors_, metrics_),
      orgs_(*database_, clock_, ids_),
      support_views_(*database_, clock_, ids_),
      connections_({*database_, clock_, ids_, sealing_, orgs_, counted_}),
      inbound_({*database_, clock_, ids_, sealing_, connections_, counted_}),
      plugins_({*database_, clock_, ids_, counted_}),
      catalog_({*database_, clock_, ids_, connections_, counted_}, settings.catalog),
      cases_(*database_, clock_, ids_, sealing_),
      files_({*database_, clock_, ids_, sealing_, cases_}, settings.files),
      quotes_({*database_, clock_, ids_, cases_, catalog_, connections_}),
      mail_sender_(open_sender(settings.mail)),
      mails_({*database_, clock_, ids_, sealing_, mail_sender_.get(), random_below}, settings.mail),
      applications_({*database_, clock_, ids_, sealing_, connections_, catalog_, cases_, files_,
                     quotes_, counted_, mails_},
                    settings.applications),
      notices_({*database_, clock_, ids_, connections_, catalog_, cases_, counted_, mails_,
                applications_}),
      notices_follower_(*database_, "notices", hearing(notices_), &Notices::is_heard_alone),
      waterfall_(
          {*database_, clock_, ids_, catalog_, cases_, quotes_, connections_, applications_}),
      waterfall_follower_(*database_, "waterfall", hearing(waterfall_), &Waterfall::is_heard_alone),
      activity_({*database_, connections_, catalog_, quotes_, applications_}),
      webhook_client_(io_.get_executor(), settings.egress),
      webhooks_({*database_, clock_, ids_, sealing_, webhook_client_, random_below,
                 settings.webhooks.sandboxes,
                 [this](db::Snapshot& at, Environment environment, const events::Event& event) {
                   return activity_.belongs(at, environment, event);
                 }},
                settings.webhooks),
      crew_(crew_of(settings.worker.jobs_at_once)),
      inbound_crew_(crew_of(kInboundAtOnce)),
      webhook_crew_(crew_of(settings.webhooks.at_once)),
      mail_crew_(crew_of(settings.mail.at_once)),
      upkeep_({io_, *database_, clock_, orgs_, support_views_, connections_, catalog_, connectors_,
               webhooks_, followers_}),
      cursors_(cursor_mac(keyring)),
      table_(routes()),
      gate_(table_, ports(), settings.http,
            [this](const Principal& caller, const OrgId& org) {
              return support_views_.lets_change(caller, org);
            }),
      server_(io_, settings.http, gate_, access_log_, metrics_),
      work_(boost::asio::make_work_guard(io_)) {
  add_jobs();
  orgs_.load_now();
  if (sole_hub_.is_sole()) {
    const auto work = [&](db::Transaction& tx) { jobs::take_back_leases(tx, clock_.now()); };
    database_->write_now(work);
  }
}

void Hub::add_jobs() {
  add_catalog_jobs(crew_.worker, catalog_);
  add_applications_jobs(crew_.worker, applications_);
  add_notices_jobs(crew_.worker, notices_);
  add_waterfall_jobs(crew_.worker, waterfall_);
  add_inbound_webhook_jobs(inbound_crew_.worker, inbound_);
  add_webhook_jobs(webhook_crew_.worker, webhooks_);
  add_mail_jobs(mail_crew_.worker, mails_, settings_.mail);
  std::vector<std::string> kinds;
  for (const jobs::Crew* crew : crews()) append(kinds, crew->worker.kinds());
  if (!settings_.mail.is_on()) kinds.emplace_back(kDeliverMailJob);  // they wait to be seen
  queue_metrics_.emplace(metrics_, kinds);
}

jobs::Crew Hub::crew_of(int at_once) {
  return {io_.get_executor(),
          *database_,
          clock_,
          {"hub-" + ids_.next_uuid(), at_once, settings_.worker.lease},
          random_below,
          given_up(ids_, clock_)};
}

std::array<jobs::Crew*, 4> Hub::crews() {
  return {&crew_, &inbound_crew_, &webhook_crew_, &mail_crew_};
}

Hub::~Hub() {
  stop();
}

void Hub::start() {
  for (int i = 0; i < settings_.http.threads; ++i) {
    threads_.emplace_back([this] { io_.run(); });
  }
  upkeep_.start();
  for (jobs::Crew* crew : crews()) crew->loop.start();
  server_.start();
  if (!settings_.mail.is_on()) {
    telemetry::log(telemetry::Level::info, "mail_is_off", {{"reason", mails_.why_off()}});
  }
  telemetry::log(telemetry::Level::info, "started", {{"port", port()}});
}

bool Hub::stop() {
  if (threads_.empty()) return true;
  const bool requests_ended = server_.stop();
  upkeep_.stop();
  bool jobs_ended = wait_for_jobs(settings_.http.drain_time);
  if (mail_sender_) mail_sender_->stop();
  // What a relay said of a mail that was cut short is still written down.
  if (!jobs_ended) jobs_ended = wait_for_jobs(kLastWords);
  telemetry::log(telemetry::Level::info, "stopped",
                 {{"requests_ended", requests_ended}, {"jobs_ended", jobs_ended}});
  if (!requests_ended) return false;
  work_.reset();
  io_.stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return true;
}

Task<void> Hub::end_jobs() {
  for (jobs::Crew* crew : crews()) {
    co_await crew->loop.stop();
  }
  co_await orgs_.store_last_used();
}

// A job that does not end in time keeps its lease; another process, or this one when it starts
// again, takes it over.
bool Hub::wait_for_jobs(std::chrono::milliseconds time) {
  auto ended = std::make_shared<std::promise<void>>();
  std::future<void> end = ended->get_future();
  boost::asio::co_spawn(io_, end_jobs(),
                        [ended](const std::exception_ptr&) { ended->set_value(); });
  return end.wait_for(time) == std::future_status::ready;
}

http::Ports Hub::ports() {
  http::Ports ports;
  ports.identify = [this](std::string_view token) { return orgs_.identify(token); };
  ports.identify_in_store = [this](std::string token) {
    return orgs_.identify_in_store(std::move(token));
  };
  ports.may_see_org = [this](const Principal& caller, const OrgId& org) {
    return orgs_.may_act_in(caller, org) && support_views_.lets_see(caller, org);
  };
  ports.find_answer =
      [this](http::AnsweredRequest request) -> Task<std::optional<http::StoredAnswer>> {
    const auto find = [&](db::Snapshot& at) {
      return db::find_answer(at, sealing_, key_of(request.scope), request.fingerprint);
    };
    const auto kept = co_await database_->read(find);
    if (!kept) co_return std::nullopt;
    http::StoredAnswer answer;
    answer.status = static_cast<unsigned>(kept->status);
    answer.body = kept->body.bytes;
    http::read_stored_headers(kept->headers, answer);
    co_return answer;
  };
  ports.store_answer = [this](db::Transaction& tx, const http::AnsweredRequest& request,
                              const http::StoredAnswer& answer,
                              const std::vector<std::string>& people) {
    const db::Answer kept{
        static_cast<int>(answer.status), http::stored_headers(answer), {answer.body}};
    db::remember(tx, sealing_, key_of(request.scope), request.fingerprint, kept, people,
                 clock_.now());
  };
  return ports;
}

std::vector<http::Check> Hub::connector_checks() const {
  std::vector<http::Check> checks;
  const int hung = connectors_.hung_threads();
  checks.push_back({"connectors", hung == 0,
                    hung == 0 ? "" : std::to_string(hung) + " callbacks do not come back"});
  const std::string folder = connectors_.folder_problem();
  checks.push_back({"plugins_folder", folder.empty(),
                    folder.empty() ? "" : "plugins.folder cannot be read; the log says why"});
  return checks;
}

Task<std::vector<http::Check>> Hub::readiness() {
  std::vector<http::Check> checks = connector_checks();
  http::Check store{"database", false, ""};
  const auto look = [](db::Snapshot& at) { at.query("SELECT 1 AS one"); };
  try {  // a store that does not answer is what readiness reports
    co_await database_->read(look, std::chrono::steady_clock::now() + kReadinessTimeout);
    store.ready = true;
  } catch (const Error& error) {
    store.detail = "the store does not answer; the log says why";
    telemetry::log(telemetry::Level::warn, "store_not_ready",
                   {{"code", error.code()}, {"reason", error.detail()}});
  }
  checks.push_back(std::move(store));
  const bool silent = upkeep_.is_silent(std::chrono::steady_clock::now());
  checks.push_back({"upkeep", !silent, silent ? "caches no longer look for changes" : ""});
  co_return checks;
}

// A store that does not answer leaves the queue's numbers as they were; /readyz tells of it.
Task<std::string> Hub::metrics_text() {
  std::vector<events::Lag> lags;
  const auto look = [&](db::Snapshot& at) {
    lags.clear();
    for (const events::Follower* one : followers_) lags.push_back(events::lag_of(at, one->name()));
    return jobs::depth_by_kind(at);
  };
  try {  // what is counted in memory is shown all the same
    const auto until = std::chrono::steady_clock::now() + kReadinessTimeout;
    const std::vector<jobs::KindDepth> depths = co_await database_->read(look, until);
    queue_metrics_->show(depths, clock_.now());
    for (std::size_t i = 0; i < lags.size(); ++i) {
      show_lag(metrics_, followers_[i]->name(), lags[i], clock_.now());
    }
  } catch (const Error& error) {
    telemetry::log(telemetry::Level::warn, "queue_not_counted", {{"code", error.code()}});
  }
  co_return metrics_.text();
}

http::Routes Hub::routes() {
  http::Routes routes =
      http::system_routes({[this] { return readiness(); }, [this] { return metrics_text(); },
                           LENDPORT_VERSION, std::string(built_from_commit())});
  append(routes, orgs_routes(orgs_, cursors_));
  append(routes, support_routes(support_views_, cursors_));
  append(routes, connections_routes(connections_, plugins_, connectors_, cursors_));
  append(routes, inbound_webhook_routes(inbound_, cursors_));
  append(routes, catalog_routes(catalog_, cursors_));
  append(routes, case_routes(cases_, cursors_));
  append(routes, file_routes(files_));
  append(routes, quote_routes(quotes_, cursors_));
  append(routes, mail_routes(mails_, cursors_));
  append(routes, applications_routes(applications_, cursors_));
  append(routes, notices_routes(notices_, cursors_));
  append(routes, waterfall_routes(waterfall_));
  append(routes, activity_routes(activity_, cursors_));
  append(routes, webhook_routes(webhooks_, clock_, cursors_));
  append(routes, http::documentation_routes(routes, schemas(), kApiWords));
  return routes;
}

http::Schemas Hub::schemas() const {
  http::Schemas schemas;
  append(schemas, orgs_schemas());
  append(schemas, support_schemas());
  append(schemas, connections_schemas());
  append(schemas, inbound_webhook_schemas());
  append(schemas, catalog_schemas());
  append(schemas, case_schemas());
  append(schemas, file_schemas());
  append(schemas, quote_schemas());
  append(schemas, mail_schemas());
  append(schemas, applications_schemas());
  append(schemas, notices_schemas());
  append(schemas, waterfall_schemas());
  append(schemas, activity_schemas());
  append(schemas, webhook_schemas());
  return schemas;
}

}  // namespace lendport
