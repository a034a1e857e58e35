// An org whose events are told to receivers of the test's own, with a clock that is moved by hand.
#pragma once

#include "db/sealing.hpp"
#include "events/events.hpp"
#include "jobs/worker.hpp"
#include "net/scripted_server.hpp"
#include "orgs/stage.hpp"
#include "webhooks/jobs.hpp"
#include "webhooks/webhooks.hpp"

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class thread_pool;
}

namespace lendport::webhooks {

using support::Answer;

Answer status(int code, std::string_view more_headers = "", std::string_view body = "");

WebhookSettings quick();

class WebhooksStage : public orgs::Stage {
 public:
  explicit WebhooksStage(db::Engine engine, std::deque<Answer> script = {},
                         WebhookSettings settings = quick());
  ~WebhooksStage();

  // As another process has them, on the same store.
  std::unique_ptr<Webhooks> make();
  std::unique_ptr<jobs::Worker> make_worker(Webhooks& of, const std::string& owner);

  NewEndpoint endpoint(const std::string& url = "https://hooks.example/in",
                       std::set<std::string> types = {});
  WebhookEndpoint shown(const WebhookEndpoint& one);
  WebhookEndpoint enable(const WebhookEndpoint& one, bool enabled);
  // The admin in the environment of the endpoint.
  Principal keeper(const WebhookEndpoint& one) const;

  // One more event of the org.
  std::string happen(const std::string& type = "application.approved",
                     const std::string& payload = R"({"state":"approved","lender":"Ada Smith"})");
  int spread();
  int step();
  // All that is due now.
  void work();

  std::vector<WebhookDelivery> log(const WebhookEndpoint& one, DeliveryFilter filter = {});
  Webhooks::Told told(const WebhookDelivery& one);
  std::vector<std::string> event_types_of_org();

  support::ScriptedServer receiver;
  support::ScriptedServer other{{}, status(204)};
  crypto::Sealing sealing{crypto::Keyring(crypto::make_sealing_key("kek-1")), ids};
  Org sunrise;
  Principal admin;

 private:
  const std::unique_ptr<boost::asio::thread_pool> pool_;
  const WebhookSettings settings_;

 public:
  net::HttpClient client;
  std::unique_ptr<Webhooks> webhooks;
  std::unique_ptr<jobs::Worker> worker;
};

// A header's value in a request as it came, and its body.
std::string header(const std::string& request, const std::string& name);
std::string body(const std::string& request);

}  // namespace lendport::webhooks
