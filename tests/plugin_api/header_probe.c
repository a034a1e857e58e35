/* Compiled as C11, C17, C++17 and C++20 with every warning an error: the headers, a note and a
 * whole plugin without the SDK. */
#include <lendport/plugin.h>

LENDPORT_PLUGIN_NOTE("com.example.probe", "1.0.0", "00");

#if defined(__cplusplus)
#define NOTHING nullptr
#else
#define NOTHING 0
#endif

static lendport_status manifest(lendport_bytes* out) LENDPORT_NOEXCEPT {
  out->data = "{}";
  out->size = 2;
  return LENDPORT_OK;
}
static lendport_status init(const lendport_host_api* api, lendport_host* host) LENDPORT_NOEXCEPT {
  return api && host ? LENDPORT_OK : LENDPORT_E_ARG;
}
static void deinit(void) LENDPORT_NOEXCEPT {}
static lendport_status create(lendport_bytes json, lendport_instance** out) LENDPORT_NOEXCEPT {
  *out = NOTHING;
  return json.size > 0 ? LENDPORT_OK : LENDPORT_E_ARG;
}
static void destroy(lendport_instance* instance) LENDPORT_NOEXCEPT {
  (void)instance;
}
static lendport_status start(lendport_instance* instance,
                             const lendport_op_start* begin) LENDPORT_NOEXCEPT {
  (void)instance;
  return begin->op ? LENDPORT_E_UNSUPPORTED : LENDPORT_E_ARG;
}
static lendport_status on_event(lendport_instance* instance, lendport_op op,
                                const lendport_event* event) LENDPORT_NOEXCEPT {
  (void)instance;
  return op && event->kind ? LENDPORT_E_STALE : LENDPORT_E_ARG;
}
static void cancel(lendport_instance* instance, lendport_op op, int32_t reason) LENDPORT_NOEXCEPT {
  (void)instance;
  (void)op;
  (void)reason;
}
static const void* get_extension(const char* id) LENDPORT_NOEXCEPT {
  (void)id;
  return NOTHING;
}

static const lendport_plugin table = {sizeof(lendport_plugin),
                                      LENDPORT_ABI_MAJOR,
                                      LENDPORT_ABI_MINOR,
                                      0,
                                      manifest,
                                      init,
                                      deinit,
                                      create,
                                      destroy,
                                      start,
                                      on_event,
                                      cancel,
                                      get_extension};

const lendport_plugin* lendport_plugin_entry_v1(void) LENDPORT_NOEXCEPT {
  return &table;
}
