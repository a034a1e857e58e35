#include "connectors/host_api.hpp"

#include "connectors/instance.hpp"
#include "telemetry/log.hpp"

#include <algorithm>
#include <new>

namespace lendport::connectors {
namespace {

// No exception crosses the edge.
template <class Body>
lendport_status guarded(Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return LENDPORT_E_NOMEM;
  } catch (const std::exception& failure) {
    telemetry::log(telemetry::Level::error, "connector_host_call_failed",
                   {{"reason", failure.what()}});
    return LENDPORT_E_INTERNAL;
  }
}

PluginHost& of(lendport_host* host) {
  return *reinterpret_cast<PluginHost*>(host);
}

std::string_view view(lendport_bytes bytes) {
  return {static_cast<const char*>(bytes.data), static_cast<std::size_t>(bytes.size)};
}

bool sound(lendport_bytes bytes) {
  return bytes.size == 0 || bytes.data != nullptr;
}

Effect effect_of(std::int32_t number) {
  if (number == LENDPORT_EFFECT_READ) return Effect::read;
  if (number == LENDPORT_EFFECT_UPDATE) return Effect::update;
  return Effect::create;
}

// Runs `body(operation)` for a live handle.
template <class Body>
lendport_status with_operation(lendport_host* host, lendport_op op, Body body) noexcept {
  return guarded([&] {
    if (host == nullptr) return LENDPORT_E_ARG + 0;
    OperationPtr operation = of(host).operations.find(op);
    if (!operation) return LENDPORT_E_STALE + 0;
    return static_cast<int>(body(std::move(operation)));
  });
}

const void* get_extension(lendport_host*, const char*) noexcept {
  return nullptr;
}

void log(lendport_host* host, lendport_op op, std::int32_t severity, lendport_bytes code,
         lendport_bytes fields) noexcept {
  guarded([&] {
    if (host == nullptr || !sound(code) || !sound(fields)) return LENDPORT_E_ARG;
    const OperationPtr operation = of(host).operations.find(op);
    of(host).services->log(of(host).plugin, operation.get(), severity, view(code).substr(0, 64),
                           view(fields));
    return LENDPORT_OK;
  });
}

std::int64_t now_unix_ms(lendport_host* host) noexcept {
  return host == nullptr ? 0 : to_unix_ms(of(host).services->now());
}

std::int64_t remaining_ms(lendport_host* host, lendport_op op) noexcept {
  if (host == nullptr) return 0;
  const OperationPtr operation = of(host).operations.find(op);
  if (!operation) return 0;
  const auto left = operation->deadline() - std::chrono::steady_clock::now();
  return std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
}

lendport_status random(lendport_host* host, void* out, std::uint64_t size) noexcept {
  if (host == nullptr || (out == nullptr && size > 0)) return LENDPORT_E_ARG;
  if (size > LENDPORT_RANDOM_BYTES_MAX) return LENDPORT_E_LIMIT;
  return guarded([&] {
    return of(host).services->fill_random(out, size) ? LENDPORT_OK : LENDPORT_E_INTERNAL;
  });
}

lendport_status http_send(lendport_host* host, lendport_op op, lendport_token token,
                          std::int32_t effect, lendport_bytes request,
                          lendport_bytes body) noexcept {
  if (!sound(request) || !sound(body) || request.size == 0) return LENDPORT_E_ARG;
  if (request.size > LENDPORT_JSON_BYTES_MAX || body.size > LENDPORT_BODY_BYTES_MAX) {
    return LENDPORT_E_LIMIT;
  }
  return with_operation(host, op, [&](OperationPtr operation) -> lendport_status {
    // A webhook is judged by what it says, before anybody is asked.
    if (operation->call().operation.starts_with("webhook.")) return LENDPORT_E_DENIED;
    const lendport_status opened = operation->open(token);
    if (opened != LENDPORT_OK) return opened;
    of(host).services->http(std::move(operation), token, effect_of(effect),
                            std::string(view(request)), std::string(view(body)));
    return LENDPORT_OK;
  });
}

lendport_status crypto(lendport_host* host, lendport_op op, lendport_token token,
                       lendport_bytes request, lendport_bytes data) noexcept {
  if (!sound(request) || !sound(data) || request.size == 0) return LENDPORT_E_ARG;
  if (request.size > LENDPORT_JSON_BYTES_MAX || data.size > LENDPORT_BODY_BYTES_MAX) {
    return LENDPORT_E_LIMIT;
  }
  return with_operation(host, op, [&](OperationPtr operation) -> lendport_status {
    const lendport_status opened = operation->open(token);
    if (opened != LENDPORT_OK) return opened;
    of(host).services->crypto(std::move(operation), token, view(request), view(data));
    return LENDPORT_OK;
  });
}

lendport_status timer(lendport_host* host, lendport_op op, lendport_token token,
                      std::int64_t delay_ms) noexcept {
  if (delay_ms < 0) return LENDPORT_E_ARG;
  return with_operation(host, op, [&](OperationPtr operation) -> lendport_status {
    const lendport_status opened = operation->open(token);
    if (opened != LENDPORT_OK) return opened;
    const std::int64_t day_ms = std::int64_t{24} * 3600 * 1000;
    of(host).services->timer(std::move(operation), token,
                             std::chrono::milliseconds(std::min(delay_ms, day_ms)));
    return LENDPORT_OK;
  });
}

lendport_status abandon(lendport_host* host, lendport_op op, lendport_token token) noexcept {
  return with_operation(host, op, [&](const OperationPtr& operation) -> lendport_status {
    return operation->close(token) ? LENDPORT_OK : LENDPORT_E_STALE;
  });
}

lendport_status wake(lendport_host* host, lendport_op op, lendport_token token) noexcept {
  return with_operation(host, op, [&](const OperationPtr& operation) -> lendport_status {
    const lendport_status opened = operation->open(token, true);
    if (opened != LENDPORT_OK) return opened;
    Answer answer;
    answer.kind = LENDPORT_EV_WAKE;
    answer.token = token;
    operation->instance().deliver(operation, std::move(answer));
    return LENDPORT_OK;
  });
}

lendport_status complete(lendport_host* host, lendport_op op, std::int32_t outcome,
                         lendport_bytes result) noexcept {
  if (host == nullptr || !sound(result)) return LENDPORT_E_ARG;
  return guarded([&]() -> lendport_status {
    const OperationPtr operation = of(host).operations.find(op);
    if (!operation) {
      telemetry::log(telemetry::Level::warn, "connector_completed_stale_operation",
                     {{"plugin", of(host).plugin}});
      return LENDPORT_E_STALE;
    }
    RawCompletion completion;
    completion.outcome = outcome;
    const bool too_large = result.size > LENDPORT_JSON_BYTES_MAX;
    if (too_large) {
      completion.by = RawCompletion::By::too_large;
    } else {
      completion.result = view(result);
    }
    if (!operation->complete(std::move(completion))) return LENDPORT_E_STALE;
    return too_large ? LENDPORT_E_LIMIT : LENDPORT_OK;
  });
}

}  // namespace

const lendport_host_api& host_api() {
  static const lendport_host_api api = {sizeof(lendport_host_api),
                                        LENDPORT_ABI_MAJOR,
                                        LENDPORT_ABI_MINOR,
                                        0,
                                        get_extension,
                                        log,
                                        now_unix_ms,
                                        remaining_ms,
                                        random,
                                        http_send,
                                        crypto,
                                        timer,
                                        abandon,
                                        wake,
                                        complete};
  return api;
}

}  // namespace lendport::connectors
