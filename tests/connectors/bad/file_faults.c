/* Connector files that are wrong as files; each flag plants one fault. They are never started. */
#include <lendport/plugin.h>

#include <stddef.h>

#ifdef FOREIGN_NOTE
#undef LENDPORT_NOTE_OWNER
#define LENDPORT_NOTE_OWNER "SOMEBODY"
#endif
#ifdef OTHER_LAYOUT
#undef LENDPORT_ABI_LAYOUT
#define LENDPORT_ABI_LAYOUT 0x12345678u
#endif
#ifdef BAD_ID
#define ID "../../etc"
#else
#define ID "com.example.faulty"
#endif

#ifndef NO_NOTE
LENDPORT_PLUGIN_NOTE(ID, "1.0.0",
                     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
#endif

#ifdef UNDEFINED
extern int nobody_defines_this(void);
#endif

static lendport_status manifest(lendport_bytes* out) {
  out->data = "";
#ifdef UNDEFINED
  out->size = (uint64_t)nobody_defines_this();
#else
  out->size = 0;
#endif
  return LENDPORT_OK;
}

#ifdef NULL_FUNCTION
static const lendport_plugin kPlugin = {sizeof(lendport_plugin),
                                        LENDPORT_ABI_MAJOR,
                                        0,
                                        0,
                                        manifest,
                                        NULL,
                                        NULL,
                                        NULL,
                                        NULL,
                                        NULL,
                                        NULL,
                                        NULL,
                                        NULL};
#else
static lendport_status init(const lendport_host_api* api, lendport_host* host) {
  return api != NULL && host != NULL ? LENDPORT_OK : LENDPORT_E_ARG;
}
static void deinit(void) {}
static lendport_status create(lendport_bytes json, lendport_instance** out) {
  (void)json;
  (void)out;
  return LENDPORT_E_ARG;
}
static void destroy(lendport_instance* self) {
  (void)self;
}
static lendport_status start(lendport_instance* self, const lendport_op_start* op) {
  (void)self;
  (void)op;
  return LENDPORT_E_INTERNAL;
}
static lendport_status event(lendport_instance* self, lendport_op op, const lendport_event* ev) {
  (void)self;
  (void)op;
  (void)ev;
  return LENDPORT_OK;
}
static void cancel(lendport_instance* self, lendport_op op, int32_t reason) {
  (void)self;
  (void)op;
  (void)reason;
}
static const void* get_extension(const char* id) {
  (void)id;
  return NULL;
}
static const lendport_plugin kPlugin = {sizeof(lendport_plugin),
                                        LENDPORT_ABI_MAJOR,
                                        0,
                                        0,
                                        manifest,
                                        init,
                                        deinit,
                                        create,
                                        destroy,
                                        start,
                                        event,
                                        cancel,
                                        get_extension};
#endif

/* The constructor must never run in a file that is refused. */
#ifdef WITNESS
#include <stdlib.h>
__attribute__((constructor)) static void witness(void) {
  abort();
}
#endif

#if defined(OTHER_MAJOR)
#define ENTRY lendport_plugin_entry_v2
#elif defined(NO_ENTRY)
#define ENTRY something_else
#else
#define ENTRY lendport_plugin_entry_v1
#endif
LENDPORT_EXPORT const lendport_plugin* ENTRY(void) LENDPORT_NOEXCEPT;
const lendport_plugin* ENTRY(void) {
  return &kPlugin;
}

#ifdef TWO_EXPORTS
LENDPORT_EXPORT int another_symbol(void);
int another_symbol(void) {
  return 1;
}
#endif
