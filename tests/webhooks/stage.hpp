// An org whose events are told to receivers of the test's own, with a clock that is moved by hand.
#pragma once

#include "db/sealing.hpp"
#include "events/events.hpp"
#include "jobs/worker.hpp"
#include "net/scripted_server.hpp"
#include "orgs/stage.hpp"
#include "webhooks/jobs.hpp"
#include "webhooks/webhooks.hpp"

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lendport::webhooks {

using support::Answer;

inline Answer status(int code, std::string_view more_headers = "", std::string_view body = "") {
  return {"HTTP/1.1 " + std::to_string(code) + " Status\r\n" + std::string(more_headers) +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body)};
}

inline WebhookSettings quick() {
  WebhookSettings settings;
  settings.timeout = std::chrono::seconds(5);
  return settings;
}

class WebhooksStage : public orgs::Stage {
 public:
  explicit WebhooksStage(db::Engine engine, std::deque<Answer> script = {},
                         WebhookSettings settings = quick())
      : orgs::Stage(engine), receiver(std::move(script), status(204)), settings_(settings) {
    sunrise = org("Sunrise");
    admin = orgs::principal_of(user(sunrise, Role::org_admin, "admin"));
    webhooks = make();
    worker = make_worker(*webhooks, "one");
  }
  ~WebhooksStage() {
    pool_.stop();
    pool_.join();
  }

  // As another process has them, on the same store.
  std::unique_ptr<Webhooks> make() {
    Webhooks::Needs needs{*db, clock, ids, sealing, client, [](std::uint64_t) { return 0; }, {}};
    // As the real one: some subjects are of one environment, all others of both.
    needs.belongs = [](db::Snapshot&, Environment environment, const events::Event& event) {
      return !event.subject.id.starts_with("production_") || environment == Environment::production;
    };
    needs.detours["hooks.example:443"] = {receiver.port(), false};
    needs.detours["other.example:443"] = {other.port(), false};
    return std::make_unique<Webhooks>(std::move(needs), settings_);
  }
  std::unique_ptr<jobs::Worker> make_worker(Webhooks& of, const std::string& owner) {
    auto made = std::make_unique<jobs::Worker>(
        *db, clock, jobs::WorkerSettings{owner, 32, std::chrono::seconds(30)},
        [](std::uint64_t) { return std::uint64_t{0}; }, nullptr);
    add_webhook_jobs(*made, of);
    return made;
  }

  NewEndpoint endpoint(const std::string& url = "https://hooks.example/in",
                       std::set<std::string> types = {}) {
    EndpointChange draft;
    draft.url = url;
    draft.event_types = std::move(types);
    return run(webhooks->create(admin, sunrise.id, draft, soon()));
  }
  WebhookEndpoint shown(const WebhookEndpoint& one) {
    return run(webhooks->get(keeper(one), one.org, one.id, soon()));
  }
  WebhookEndpoint enable(const WebhookEndpoint& one, bool enabled) {
    EndpointChange patch;
    patch.enabled = enabled;
    return run(webhooks->change(keeper(one), one.org, one.id, shown(one).version, patch, soon()));
  }
  // The admin in the environment of the endpoint.
  Principal keeper(const WebhookEndpoint& one) const {
    Principal caller = admin;
    caller.environment = one.environment;
    return caller;
  }

  // One more event of the org.
  std::string happen(const std::string& type = "application.approved",
                     const std::string& payload = R"({"state":"approved","lender":"Ada Smith"})") {
    const EventId id = ids.next<EventId>();
    db->write_now([&](db::Transaction& tx) {
      events::append(
          tx, {id, sunrise.id, {"application", "app_1"}, type, payload, "user_1", clock.now()});
    });
    return "msg_" + id.value.substr(4);
  }
  int spread() { return run(webhooks->spread()); }
  int step() { return run(worker->step(clock.now())); }
  // All that is due now.
  void work() {
    while (spread() > 0) {
    }
    while (step() > 0) {
    }
  }

  std::vector<WebhookDelivery> log(const WebhookEndpoint& one, DeliveryFilter filter = {}) {
    return run(webhooks->deliveries(keeper(one), one.org, one.id, std::move(filter), std::nullopt,
                                    1000, soon()));
  }
  Webhooks::Told told(const WebhookDelivery& one) {
    return run(webhooks->delivery(admin, one.org, one.endpoint, one.id, soon()));
  }
  std::vector<std::string> event_types_of_org() {
    std::vector<std::string> types;
    db->read_now([&](db::Snapshot& at) {
      types.clear();
      for (const auto& event : events::list(at, sunrise.id, 0, 200)) types.push_back(event.type);
    });
    return types;
  }

  support::ScriptedServer receiver;
  support::ScriptedServer other{{}, status(204)};
  crypto::Sealing sealing{crypto::Keyring(crypto::make_sealing_key("kek-1")), ids};
  Org sunrise;
  Principal admin;

 private:
  boost::asio::thread_pool pool_{2};
  const WebhookSettings settings_;

 public:
  net::HttpClient client{pool_.get_executor(), {}};
  std::unique_ptr<Webhooks> webhooks;
  std::unique_ptr<jobs::Worker> worker;
};

// A header's value in a request as it came, and its body.
inline std::string header(const std::string& request, const std::string& name) {
  const auto at = request.find(name + ": ");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 2;
  return request.substr(begin, request.find('\r', begin) - begin);
}
inline std::string body(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

}  // namespace lendport::webhooks
