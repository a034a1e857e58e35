// The C side of a connector: the table of functions and the one exported symbol.
#pragma once

#include <lendport/plugin.h>
#include <lendport/sdk/instance.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

// Written by lendport_add_plugin() from the folder's manifest.json.
#if __has_include(<lendport_manifest.h>)
#include <lendport_manifest.h>
#endif

struct lendport_instance : lendport::sdk::Instance {
  using Instance::Instance;
};

namespace lendport::sdk::detail {

// The library's only state, set by init and cleared by deinit; read-only in between.
struct Library {
  Host host;
  std::optional<Connector> connector;
};

inline Library& library() {
  static Library only;
  return only;
}

// Nothing that C++ throws passes the edge.
template <class Call>
lendport_status guarded(Call call) noexcept {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return LENDPORT_E_NOMEM;
  } catch (...) {
    return LENDPORT_E_INTERNAL;
  }
}

inline lendport_status create(lendport_bytes json, lendport_instance** out) noexcept {
  return guarded([&] {
    if (out == nullptr) return LENDPORT_E_ARG;
    if (!library().connector) return LENDPORT_E_STATE;
    std::optional<Json> parsed = parse_json(view_of(json));
    if (!parsed) return LENDPORT_E_ARG;
    *out = std::make_unique<lendport_instance>(library().host, *library().connector,
                                               read<Settings>(*parsed))
               .release();
    return LENDPORT_OK;
  });
}

inline void destroy(lendport_instance* instance) noexcept {
  std::unique_ptr<lendport_instance> owned(instance);
}

inline lendport_status start(lendport_instance* instance, const lendport_op_start* start) noexcept {
  return guarded([&]() -> lendport_status {
    if (instance == nullptr || start == nullptr) return LENDPORT_E_ARG;
    if (start->struct_size < sizeof(lendport_op_start)) return LENDPORT_E_ARG;
    return instance->start(*start);
  });
}

inline lendport_status event(lendport_instance* instance, lendport_op op,
                             const lendport_event* event) noexcept {
  return guarded([&]() -> lendport_status {
    if (instance == nullptr || event == nullptr) return LENDPORT_E_ARG;
    if (event->struct_size < sizeof(lendport_event)) return LENDPORT_E_ARG;
    bool known = event->kind == LENDPORT_EV_HTTP || event->kind == LENDPORT_EV_TIMER ||
                 event->kind == LENDPORT_EV_CRYPTO || event->kind == LENDPORT_EV_WAKE;
    return known ? instance->event(op, *event) : LENDPORT_E_UNSUPPORTED;
  });
}

inline void cancel(lendport_instance* instance, lendport_op op, std::int32_t) noexcept {
  guarded([&]() -> lendport_status {
    instance->cancel(op);
    return LENDPORT_OK;
  });
}

inline void deinit() noexcept {
  library() = Library();
}

inline const void* get_extension(const char*) noexcept {
  return nullptr;
}

// One instantiation per plugin: `describe` makes the connector at init.
template <Connector (*describe)()>
lendport_status init(const lendport_host_api* api, lendport_host* host) noexcept {
  return guarded([&]() -> lendport_status {
    if (api == nullptr) return LENDPORT_E_ARG;
    if (api->abi_major != LENDPORT_ABI_MAJOR) return LENDPORT_E_UNSUPPORTED;
    if (api->struct_size < sizeof(lendport_host_api)) return LENDPORT_E_UNSUPPORTED;
    library().host = Host{api, host};
    library().connector.emplace(describe());
    return LENDPORT_OK;
  });
}

template <Connector (*describe)(), lendport_status (*manifest)(lendport_bytes*) noexcept>
const lendport_plugin* table() noexcept {
  static constexpr lendport_plugin kTable{sizeof(lendport_plugin),
                                          LENDPORT_ABI_MAJOR,
                                          LENDPORT_ABI_MINOR,
                                          0,
                                          manifest,
                                          &init<describe>,
                                          &deinit,
                                          &create,
                                          &destroy,
                                          &start,
                                          &event,
                                          &cancel,
                                          &get_extension};
  return &kTable;
}

}  // namespace lendport::sdk::detail

// Makes a library a connector: `describe` is a function that returns a lendport::sdk::Connector.
// Once per plugin, at file scope outside any namespace. Needs lendport_add_plugin(), which embeds
// the manifest.
#define LENDPORT_PLUGIN(describe)                                                                  \
  LENDPORT_PLUGIN_NOTE(LENDPORT_MANIFEST_ID, LENDPORT_MANIFEST_VERSION, LENDPORT_MANIFEST_SHA256); \
  static lendport_status lendport_embedded_manifest(lendport_bytes* out) noexcept {                \
    if (out == nullptr) return LENDPORT_E_ARG;                                                     \
    *out = lendport_bytes{lendport_manifest_json, sizeof(lendport_manifest_json)};                 \
    return LENDPORT_OK;                                                                            \
  }                                                                                                \
  const lendport_plugin* lendport_plugin_entry_v1() noexcept {                                     \
    return lendport::sdk::detail::table<&describe, &lendport_embedded_manifest>();                 \
  }
