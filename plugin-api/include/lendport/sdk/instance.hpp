// One instance of a connector: its settings and its operations in flight.
#pragma once

#include <lendport/sdk/connector.hpp>

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace lendport::sdk {

// Calls come from the trampolines of plugin.hpp, on the instance's strand.
class Instance {
 public:
  Instance(Host host, const Connector& connector, Settings settings)
      : host_(host), connector_(connector), settings_(std::move(settings)) {}

  lendport_status start(const lendport_op_start& start) {
    const Connector::Handler* handler = connector_.find(view_of(start.operation));
    if (handler == nullptr) return LENDPORT_E_UNSUPPORTED;
    auto running = std::make_unique<Running>(host_, settings_, start);
    Task<std::string> work = (*handler)(running->context, std::string(view_of(start.request)));
    auto [at, added] = running_.try_emplace(start.op, std::move(running));
    if (!added) return LENDPORT_E_STATE;
    at->second->operation.start(std::move(work));
    forget_if_ended(start.op, *at->second);
    return LENDPORT_OK;
  }

  lendport_status event(lendport_op op, const lendport_event& event) {
    auto found = running_.find(op);
    if (found == running_.end()) return LENDPORT_E_STALE;
    lendport_status taken = found->second->operation.deliver(event);
    forget_if_ended(op, *found->second);
    return taken;
  }

  void cancel(lendport_op op) {
    auto found = running_.find(op);
    if (found == running_.end()) return;
    found->second->operation.cancel();
    forget_if_ended(op, *found->second);
  }

 private:
  // The context is destroyed after the coroutine that refers to it: members end in reverse order.
  struct Running {
    Running(Host host, const Settings& settings, const lendport_op_start& start)
        : context(operation, settings, std::string(view_of(start.context)),
                  std::string(view_of(start.payload))),
          operation(host, start.op) {}
    Context context;
    Operation operation;
  };

  void forget_if_ended(lendport_op op, const Running& running) {
    if (running.operation.ended()) running_.erase(op);
  }

  Host host_;
  const Connector& connector_;
  Settings settings_;
  std::unordered_map<lendport_op, std::unique_ptr<Running>> running_;
};

}  // namespace lendport::sdk
