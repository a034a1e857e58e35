// The hub: everything it is made of, in the order it starts. Destroyed in reverse: the order of the
// members is the order of the shutdown.
#pragma once

#include "activity/activity.hpp"
#include "applications/applications.hpp"
#include "cases/cases.hpp"
#include "catalog/catalog.hpp"
#include "connections/connections.hpp"
#include "connections/inbound_webhooks.hpp"
#include "connections/plugins.hpp"
#include "connectors/counted_connectors.hpp"
#include "connectors/loaded_connectors.hpp"
#include "crypto/random.hpp"
#include "db/sealing.hpp"
#include "db/sole_hub.hpp"
#include "files/files.hpp"
#include "http/cursor.hpp"
#include "http/gate.hpp"
#include "http/router.hpp"
#include "http/schemas.hpp"
#include "http/server.hpp"
#include "http/system_routes.hpp"
#include "jobs/crew.hpp"
#include "jobs/queue_metrics.hpp"
#include "mail/mail.hpp"
#include "net/http_client.hpp"
#include "notices/notices.hpp"
#include "orgs/orgs.hpp"
#include "orgs/support_views.hpp"
#include "quotes/quotes.hpp"
#include "settings/settings.hpp"
#include "telemetry/access_log.hpp"
#include "telemetry/metrics.hpp"
#include "upkeep.hpp"
#include "waterfall/waterfall.hpp"
#include "webhooks/webhooks.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace lendport {

// One process. Constructed and destroyed on one thread that is not one of its own.
class Hub {
 public:
  // Opens the store and brings its tables up to date, loads keys and connectors, binds the port.
  // Blocks. Throws Error that says what to change; then nothing was started.
  Hub(const Settings& settings, const crypto::Keyring& keyring);
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub();

  // Serves and works from now on.
  void start();
  std::uint16_t port() const { return server_.port(); }
  // Accepts no more, lets requests and jobs end within http.drain_s; a mail that is cut then may
  // take seconds more. Idempotent. False when a request would not end: then nothing may be
  // destroyed any more, and the process leaves as it is.
  bool stop();

 private:
  http::Ports ports();
  jobs::Crew crew_of(int at_once);
  void add_jobs();  // what the crews do, and the metrics of their queues
  std::array<jobs::Crew*, 4> crews();
  Task<void> end_jobs();
  bool wait_for_jobs(std::chrono::milliseconds time);
  Task<std::vector<http::Check>> readiness();
  Task<std::string> metrics_text();
  std::vector<http::Check> connector_checks() const;
  http::Routes routes();
  http::Schemas schemas() const;

  const Settings settings_;
  SystemClock clock_;
  crypto::RandomIds ids_{clock_};
  boost::asio::io_context io_;
  telemetry::Metrics metrics_;
  telemetry::AccessLog access_log_;
  const db::SoleHub sole_hub_;
  std::unique_ptr<db::Database> database_;
  crypto::Sealing sealing_;
  net::HttpClient client_;
  connectors::LoadedConnectors connectors_;
  connectors::CountedConnectors counted_;
  Orgs orgs_;
  SupportViews support_views_;
  Connections connections_;
  InboundWebhooks inbound_;
  Plugins plugins_;
  Catalog catalog_;
  Cases cases_;
  Files files_;
  Quotes quotes_;
  std::unique_ptr<net::SmtpSender> mail_sender_;  // null: mail is off
  Mails mails_;
  Applications applications_;
  Notices notices_;
  const events::Follower notices_follower_;
  Waterfall waterfall_;
  const events::Follower waterfall_follower_;
  const std::vector<const events::Follower*> followers_{&notices_follower_, &waterfall_follower_};
  Activity activity_;
  // Connections of their own: receivers that are slow hold up no lender.
  net::HttpClient webhook_client_;
  Webhooks webhooks_;
  // A flood of lenders' webhooks, a slow receiver, a slow relay: none takes places from
  // applications.
  jobs::Crew crew_;
  jobs::Crew inbound_crew_;
  jobs::Crew webhook_crew_;
  jobs::Crew mail_crew_;
  std::optional<jobs::QueueMetrics> queue_metrics_;  // once the kinds are known
  Upkeep upkeep_;
  http::Cursors cursors_;
  http::RouteTable table_;
  http::Gate gate_;
  http::Server server_;

  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

}  // namespace lendport
