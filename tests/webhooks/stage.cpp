#include "webhooks/stage.hpp"

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <utility>

namespace lendport::webhooks {

Answer status(int code, std::string_view more_headers, std::string_view body) {
  return {"HTTP/1.1 " + std::to_string(code) + " Status\r\n" + std::string(more_headers) +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body)};
}

WebhookSettings quick() {
  WebhookSettings settings;
  settings.timeout = std::chrono::seconds(5);
  return settings;
}

WebhooksStage::WebhooksStage(db::Engine engine, std::deque<Answer> script, WebhookSettings settings)
    : orgs::Stage(engine),
      receiver(std::move(script), status(204)),
      pool_(std::make_unique<boost::asio::thread_pool>(2)),
      settings_(settings),
      client(pool_->get_executor(), {}) {
  sunrise = org("Sunrise");
  admin = orgs::principal_of(user(sunrise, Role::org_admin, "admin"));
  webhooks = make();
  worker = make_worker(*webhooks, "one");
}

WebhooksStage::~WebhooksStage() {
  pool_->stop();
  pool_->join();
}

std::unique_ptr<Webhooks> WebhooksStage::make() {
  Webhooks::Needs needs{*db, clock, ids, sealing, client, [](std::uint64_t) { return 0; }, {}};
  // As the real one: some subjects are of one environment, all others of both.
  needs.belongs = [](db::Snapshot&, Environment environment, const events::Event& event) {
    return !event.subject.id.starts_with("production_") || environment == Environment::production;
  };
  needs.detours["hooks.example:443"] = {receiver.port(), false};
  needs.detours["other.example:443"] = {other.port(), false};
  return std::make_unique<Webhooks>(std::move(needs), settings_);
}

std::unique_ptr<jobs::Worker> WebhooksStage::make_worker(Webhooks& of, const std::string& owner) {
  auto made = std::make_unique<jobs::Worker>(
      *db, clock, jobs::WorkerSettings{owner, 32, std::chrono::seconds(30)},
      [](std::uint64_t) { return std::uint64_t{0}; }, nullptr);
  add_webhook_jobs(*made, of);
  return made;
}

NewEndpoint WebhooksStage::endpoint(const std::string& url, std::set<std::string> types) {
  EndpointChange draft;
  draft.url = url;
  draft.event_types = std::move(types);
  return run(webhooks->create(admin, sunrise.id, draft, soon()));
}

WebhookEndpoint WebhooksStage::shown(const WebhookEndpoint& one) {
  return run(webhooks->get(keeper(one), one.org, one.id, soon()));
}

WebhookEndpoint WebhooksStage::enable(const WebhookEndpoint& one, bool enabled) {
  EndpointChange patch;
  patch.enabled = enabled;
  return run(webhooks->change(keeper(one), one.org, one.id, shown(one).version, patch, soon()));
}

Principal WebhooksStage::keeper(const WebhookEndpoint& one) const {
  Principal caller = admin;
  caller.environment = one.environment;
  return caller;
}

std::string WebhooksStage::happen(const std::string& type, const std::string& payload) {
  const EventId id = ids.next<EventId>();
  db->write_now([&](db::Transaction& tx) {
    events::append(
        tx, {id, sunrise.id, {"application", "app_1"}, type, payload, "user_1", clock.now()});
  });
  return "msg_" + id.value.substr(4);
}

int WebhooksStage::spread() {
  return run(webhooks->spread());
}

int WebhooksStage::step() {
  return run(worker->step(clock.now()));
}

void WebhooksStage::work() {
  while (spread() > 0) {
  }
  while (step() > 0) {
  }
}

std::vector<WebhookDelivery> WebhooksStage::log(const WebhookEndpoint& one, DeliveryFilter filter) {
  return run(webhooks->deliveries(keeper(one), one.org, one.id, std::move(filter), std::nullopt,
                                  1000, soon()));
}

Webhooks::Told WebhooksStage::told(const WebhookDelivery& one) {
  return run(webhooks->delivery(admin, one.org, one.endpoint, one.id, soon()));
}

std::vector<std::string> WebhooksStage::event_types_of_org() {
  std::vector<std::string> types;
  db->read_now([&](db::Snapshot& at) {
    types.clear();
    for (const auto& event : events::list(at, sunrise.id, 0, 200)) types.push_back(event.type);
  });
  return types;
}

std::string header(const std::string& request, const std::string& name) {
  const auto at = request.find(name + ": ");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 2;
  return request.substr(begin, request.find('\r', begin) - begin);
}

std::string body(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

}  // namespace lendport::webhooks
