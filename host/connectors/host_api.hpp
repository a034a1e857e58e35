// The hub as a connector sees it: the functions of lendport_host_api over the live operations.
#pragma once

#include "connectors/operation.hpp"
#include "lendport/plugin.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lendport::connectors {

// What the functions need done. Every call returns at once; what takes time comes back through
// Instance::deliver. Thread-safe. Implementations: HostServices, and a test's own.
class Services {
 public:
  virtual ~Services() = default;
  // The token is open; the answer closes it.
  virtual void http(OperationPtr operation, lendport_token token, Effect effect,
                    std::string request, std::string body) = 0;
  virtual void crypto(OperationPtr operation, lendport_token token, std::string_view request,
                      std::string_view data) = 0;
  virtual void timer(OperationPtr operation, lendport_token token,
                     std::chrono::milliseconds delay) = 0;
  // `operation` may be null.
  virtual void log(const std::string& plugin, const Operation* operation, std::int32_t severity,
                   std::string_view code, std::string_view fields) = 0;
  virtual Time now() const = 0;
  virtual bool fill_random(void* out, std::size_t size) = 0;
};

// What a lendport_host pointer of one plugin points to. Lives as long as the plugin is initialised.
class PluginHost {
 public:
  PluginHost(std::string plugin_id, std::shared_ptr<Services> its_services)
      : plugin(std::move(plugin_id)), services(std::move(its_services)) {}
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  lendport_host* handle() { return reinterpret_cast<lendport_host*>(this); }

  const std::string plugin;  // the manifest's id
  const std::shared_ptr<Services> services;
  OperationTable operations;
};

// The same for every plugin; static.
const lendport_host_api& host_api();

}  // namespace lendport::connectors
