/* Prints the layout of the ABI as JSON, in the form of layout.json. */
#include <lendport/plugin.h>

#include <inttypes.h>
#include <stdio.h>

static void begin(const char* name, size_t size) {
  printf("\"%s\": {\"size\": %zu, \"members\": {", name, size);
}

static void member(const char* name, size_t offset, size_t size, int last) {
  printf("\"%s\": [%zu, %zu]%s", name, offset, size, last ? "}}" : ", ");
}

static void number(const char* name, int64_t value) {
  printf(",\n  \"%s\": %" PRId64, name, value);
}

#define MEMBER(type, name) \
  member(#name, __builtin_offsetof(type, name), sizeof(((type*)0)->name), 0)
#define LAST(type, name) member(#name, __builtin_offsetof(type, name), sizeof(((type*)0)->name), 1)
#define NUMBER(name) number(#name, (int64_t)(name))

static void print_bytes_and_start(void) {
  begin("lendport_bytes", sizeof(lendport_bytes));
  MEMBER(lendport_bytes, data);
  LAST(lendport_bytes, size);
  printf(",\n  ");
  begin("lendport_op_start", sizeof(lendport_op_start));
  MEMBER(lendport_op_start, struct_size);
  MEMBER(lendport_op_start, flags);
  MEMBER(lendport_op_start, op);
  MEMBER(lendport_op_start, operation);
  MEMBER(lendport_op_start, request);
  MEMBER(lendport_op_start, context);
  MEMBER(lendport_op_start, payload);
  LAST(lendport_op_start, deadline_unix_ms);
}

static void print_event(void) {
  begin("lendport_event", sizeof(lendport_event));
  MEMBER(lendport_event, struct_size);
  MEMBER(lendport_event, kind);
  MEMBER(lendport_event, token);
  MEMBER(lendport_event, status);
  MEMBER(lendport_event, http_status);
  MEMBER(lendport_event, phase);
  MEMBER(lendport_event, reserved0);
  MEMBER(lendport_event, bytes_sent);
  MEMBER(lendport_event, meta);
  LAST(lendport_event, body);
}

static void print_host_api(void) {
  begin("lendport_host_api", sizeof(lendport_host_api));
  MEMBER(lendport_host_api, struct_size);
  MEMBER(lendport_host_api, abi_major);
  MEMBER(lendport_host_api, abi_minor);
  MEMBER(lendport_host_api, reserved0);
  MEMBER(lendport_host_api, get_extension);
  MEMBER(lendport_host_api, log);
  MEMBER(lendport_host_api, now_unix_ms);
  MEMBER(lendport_host_api, remaining_ms);
  MEMBER(lendport_host_api, random);
  MEMBER(lendport_host_api, http_send);
  MEMBER(lendport_host_api, crypto);
  MEMBER(lendport_host_api, timer);
  MEMBER(lendport_host_api, abandon);
  MEMBER(lendport_host_api, wake);
  LAST(lendport_host_api, complete);
}

static void print_plugin(void) {
  begin("lendport_plugin", sizeof(lendport_plugin));
  MEMBER(lendport_plugin, struct_size);
  MEMBER(lendport_plugin, abi_major);
  MEMBER(lendport_plugin, abi_minor);
  MEMBER(lendport_plugin, reserved0);
  MEMBER(lendport_plugin, manifest);
  MEMBER(lendport_plugin, init);
  MEMBER(lendport_plugin, deinit);
  MEMBER(lendport_plugin, create);
  MEMBER(lendport_plugin, destroy);
  MEMBER(lendport_plugin, start);
  MEMBER(lendport_plugin, event);
  MEMBER(lendport_plugin, cancel);
  LAST(lendport_plugin, get_extension);
}

static void print_note(void) {
  begin("lendport_note_desc", sizeof(lendport_note_desc));
  MEMBER(lendport_note_desc, abi_major);
  MEMBER(lendport_note_desc, abi_minor);
  MEMBER(lendport_note_desc, abi_layout);
  MEMBER(lendport_note_desc, reserved0);
  MEMBER(lendport_note_desc, plugin_id);
  MEMBER(lendport_note_desc, plugin_version);
  LAST(lendport_note_desc, manifest_sha256);
  printf(",\n  ");
  begin("lendport_note", sizeof(lendport_note));
  MEMBER(lendport_note, owner_size);
  MEMBER(lendport_note, desc_size);
  MEMBER(lendport_note, type);
  MEMBER(lendport_note, owner);
  LAST(lendport_note, desc);
}

static void print_outcomes(void) {
  NUMBER(LENDPORT_ABI_MAJOR);
  NUMBER(LENDPORT_ABI_MINOR);
  NUMBER(LENDPORT_OK);
  NUMBER(LENDPORT_E_ARG);
  NUMBER(LENDPORT_E_STATE);
  NUMBER(LENDPORT_E_STALE);
  NUMBER(LENDPORT_E_LIMIT);
  NUMBER(LENDPORT_E_DENIED);
  NUMBER(LENDPORT_E_UNSUPPORTED);
  NUMBER(LENDPORT_E_NOMEM);
  NUMBER(LENDPORT_E_INTERNAL);
  NUMBER(LENDPORT_DONE);
  NUMBER(LENDPORT_FAIL_INVALID);
  NUMBER(LENDPORT_FAIL_AUTH);
  NUMBER(LENDPORT_FAIL_RETRYABLE);
  NUMBER(LENDPORT_FAIL_UPSTREAM);
  NUMBER(LENDPORT_FAIL_UNKNOWN_OUTCOME);
  NUMBER(LENDPORT_FAIL_UNSUPPORTED);
  NUMBER(LENDPORT_FAIL_INTERNAL);
  NUMBER(LENDPORT_CANCELLED);
}

static void print_events(void) {
  NUMBER(LENDPORT_EV_HTTP);
  NUMBER(LENDPORT_EV_TIMER);
  NUMBER(LENDPORT_EV_CRYPTO);
  NUMBER(LENDPORT_EV_WAKE);
  NUMBER(LENDPORT_EV_EXT);
  NUMBER(LENDPORT_NET_OK);
  NUMBER(LENDPORT_NET_DENIED);
  NUMBER(LENDPORT_NET_DNS);
  NUMBER(LENDPORT_NET_CONNECT);
  NUMBER(LENDPORT_NET_TLS);
  NUMBER(LENDPORT_NET_TIMEOUT);
  NUMBER(LENDPORT_NET_RESET);
  NUMBER(LENDPORT_NET_TOO_LARGE);
  NUMBER(LENDPORT_NET_AUTH);
  NUMBER(LENDPORT_NET_BUSY);
  NUMBER(LENDPORT_NET_INVALID);
  NUMBER(LENDPORT_NET_PROTOCOL);
  NUMBER(LENDPORT_NET_MISMATCH);
  NUMBER(LENDPORT_NET_INTERNAL);
}

static void print_the_rest(void) {
  NUMBER(LENDPORT_PHASE_NONE);
  NUMBER(LENDPORT_PHASE_DNS);
  NUMBER(LENDPORT_PHASE_CONNECT);
  NUMBER(LENDPORT_PHASE_TLS);
  NUMBER(LENDPORT_PHASE_SENDING);
  NUMBER(LENDPORT_PHASE_SENT);
  NUMBER(LENDPORT_PHASE_RESPONSE);
  NUMBER(LENDPORT_EFFECT_READ);
  NUMBER(LENDPORT_EFFECT_CREATE);
  NUMBER(LENDPORT_EFFECT_UPDATE);
  NUMBER(LENDPORT_CANCEL_DEADLINE);
  NUMBER(LENDPORT_CANCEL_CALLER);
  NUMBER(LENDPORT_CANCEL_SHUTDOWN);
  NUMBER(LENDPORT_CANCEL_UPGRADE);
  NUMBER(LENDPORT_LOG_DEBUG);
  NUMBER(LENDPORT_LOG_INFO);
  NUMBER(LENDPORT_LOG_WARN);
  NUMBER(LENDPORT_LOG_ERROR);
  NUMBER(LENDPORT_JSON_BYTES_MAX);
  NUMBER(LENDPORT_BODY_BYTES_MAX);
  NUMBER(LENDPORT_CALLS_PER_OP_MAX);
  NUMBER(LENDPORT_RANDOM_BYTES_MAX);
  NUMBER(LENDPORT_LOG_BYTES_MAX);
  NUMBER(LENDPORT_CANCEL_GRACE_MS);
  NUMBER(LENDPORT_NOTE_TYPE);
}

int main(void) {
  printf("{\n  ");
  print_bytes_and_start();
  printf(",\n  ");
  print_event();
  printf(",\n  ");
  print_host_api();
  printf(",\n  ");
  print_plugin();
  printf(",\n  ");
  print_note();
  print_outcomes();
  print_events();
  print_the_rest();
  printf("\n}\n");
  return 0;
}
