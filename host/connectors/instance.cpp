#include "connectors/instance.hpp"

#include "telemetry/log.hpp"

namespace lendport::connectors {
namespace {

lendport_bytes bytes_of(std::string_view text) {
  return {text.data(), text.size()};
}

RawCompletion refused(std::int32_t outcome) {
  RawCompletion completion;
  completion.by = RawCompletion::By::start_refused;
  completion.outcome = outcome;
  return completion;
}

std::int64_t unix_ms(Deadline deadline, Time now) {
  const auto left = deadline - std::chrono::steady_clock::now();
  return to_unix_ms(now) + std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
}

}  // namespace

Instance::Instance(std::shared_ptr<LoadedPlugin> plugin, std::string instance_json,
                   std::string base_url, std::shared_ptr<const net::EgressRules> rules,
                   std::shared_ptr<Lane> lane, boost::asio::any_io_executor io)
    : plugin_(std::move(plugin)),
      instance_json_(std::move(instance_json)),
      base_url_(std::move(base_url)),
      rules_(std::move(rules)),
      lane_(std::move(lane)),
      strand_(boost::asio::make_strand(std::move(io))) {}

// Destroys a connector's instance when it is let go itself, by the lane or with it.
struct Instance::Farewell {
  Farewell(std::shared_ptr<LoadedPlugin> its_plugin, lendport_instance* its_instance)
      : plugin(std::move(its_plugin)), made(its_instance) {}
  Farewell(const Farewell&) = delete;
  Farewell& operator=(const Farewell&) = delete;
  ~Farewell() { plugin->destroy(made); }

  std::shared_ptr<LoadedPlugin> plugin;
  lendport_instance* made;
};

Instance::~Instance() {
  if (made_ == nullptr) return;
  // The callback that let the last operation go may still run: destroy waits for its turn.
  auto farewell = std::make_shared<Farewell>(plugin_, made_);
  lane_->post([farewell = std::move(farewell)]() mutable { farewell.reset(); });
}

void Instance::start(const OperationPtr& operation) {
  const bool posted = lane_->post([operation] { operation->instance().start_here(operation); });
  if (!posted) operation->complete(refused(LENDPORT_FAIL_RETRYABLE));
}

bool Instance::ensure_created(const OperationPtr& operation) {
  if (made_ != nullptr) return true;
  lendport_instance* made = nullptr;
  const lendport_status status = plugin_->create(instance_json_, &made);
  if (status == LENDPORT_OK && made != nullptr) {
    made_ = made;
    return true;
  }
  telemetry::log(telemetry::Level::warn, "connector_instance_refused",
                 {{"plugin", plugin_->manifest()->id},
                  {"connection", operation->call().connection},
                  {"status", status}});
  operation->complete(
      refused(status == LENDPORT_E_ARG ? LENDPORT_FAIL_INVALID : LENDPORT_FAIL_INTERNAL));
  return false;
}

void Instance::start_here(const OperationPtr& operation) {
  if (!operation->live() || !ensure_created(operation)) return;
  const Call& call = operation->call();
  lendport_op_start start{};
  start.struct_size = sizeof start;
  start.op = operation->handle();
  start.operation = bytes_of(call.operation);
  start.request = bytes_of(call.request);
  start.context = bytes_of(operation->context());
  start.payload = bytes_of(call.payload);
  start.deadline_unix_ms = unix_ms(operation->deadline(), plugin_->host().services->now());
  const lendport_status status = plugin_->table().start(made_, &start);
  if (status == LENDPORT_OK) return;
  operation->complete(refused(status == LENDPORT_E_UNSUPPORTED ? LENDPORT_FAIL_UNSUPPORTED
                                                               : LENDPORT_FAIL_INTERNAL));
}

void Instance::deliver(const OperationPtr& operation, Answer answer) {
  auto shared = std::make_shared<Answer>(std::move(answer));
  const bool posted = lane_->post([operation, shared] {
    if (operation->close(shared->token)) operation->instance().hand_over(operation, *shared);
  });
  // It waits for an answer that it will not get.
  if (!posted) operation->complete(refused(LENDPORT_FAIL_INTERNAL));
}

void Instance::hand_over(const OperationPtr& operation, const Answer& answer) {
  lendport_event event{};
  event.struct_size = sizeof event;
  event.kind = answer.kind;
  event.token = answer.token;
  event.status = answer.status;
  event.http_status = answer.http_status;
  event.phase = answer.phase;
  event.bytes_sent = answer.bytes_sent;
  event.meta = bytes_of(answer.meta);
  event.body = bytes_of(answer.body);
  const lendport_status status = plugin_->table().event(made_, operation->handle(), &event);
  if (status != LENDPORT_OK) {
    telemetry::log(telemetry::Level::warn, "connector_event_refused",
                   {{"plugin", plugin_->manifest()->id},
                    {"kind", answer.kind},
                    {"status", status},
                    {"request_id", operation->call().request_id}});
  }
}

void Instance::cancel(const OperationPtr& operation, std::int32_t reason) {
  lane_->post([operation, reason] {
    Instance& self = operation->instance();
    if (!operation->live() || self.made_ == nullptr) return;
    self.plugin_->table().cancel(self.made_, operation->handle(), reason);
  });
}

}  // namespace lendport::connectors
