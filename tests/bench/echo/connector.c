/* Completes inside start with a kilobyte, to measure the way in and out. */
#include "lendport_manifest.h"

#include <lendport/plugin.h>

#include <stddef.h>

LENDPORT_PLUGIN_NOTE(LENDPORT_MANIFEST_ID, LENDPORT_MANIFEST_VERSION, LENDPORT_MANIFEST_SHA256);

static const lendport_host_api* api;
static lendport_host* host;
static char answer[1024];
static int instance;

static lendport_status manifest(lendport_bytes* out) {
  out->data = lendport_manifest_json;
  out->size = sizeof lendport_manifest_json;
  return LENDPORT_OK;
}

static lendport_status init(const lendport_host_api* with, lendport_host* of) {
  api = with;
  host = of;
  for (size_t i = 0; i < sizeof answer; ++i) answer[i] = ' ';
  return LENDPORT_OK;
}

static void deinit(void) {}

static lendport_status create(lendport_bytes json, lendport_instance** out) {
  (void)json;
  *out = (lendport_instance*)&instance;
  return LENDPORT_OK;
}

static void destroy(lendport_instance* self) {
  (void)self;
}

static lendport_status start(lendport_instance* self, const lendport_op_start* op) {
  (void)self;
  lendport_bytes result = {answer, sizeof answer};
  return api->complete(host, op->op, LENDPORT_DONE, result);
}

static lendport_status event(lendport_instance* self, lendport_op op, const lendport_event* ev) {
  (void)self;
  (void)op;
  (void)ev;
  return LENDPORT_E_UNSUPPORTED;
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
                                        LENDPORT_ABI_MINOR,
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

const lendport_plugin* lendport_plugin_entry_v1(void) {
  return &kPlugin;
}
