/* A connector that does what the request's "page" says: "mode" or "mode:argument". */
#include "lendport_manifest.h"

#define _GNU_SOURCE
#include <lendport/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

LENDPORT_PLUGIN_NOTE(LENDPORT_MANIFEST_ID, LENDPORT_MANIFEST_VERSION, LENDPORT_MANIFEST_SHA256);

static const lendport_host_api* api;
static lendport_host* host;

struct lendport_instance {
  char base_url[256];
  int in_callback;
};

static const char kResult[] = "{\"products\":[]}";

static lendport_bytes bytes(const char* text) {
  lendport_bytes result = {text, strlen(text)};
  return result;
}

static lendport_status done(lendport_op op) {
  return api->complete(host, op, LENDPORT_DONE, bytes(kResult));
}

static void say(lendport_op op, int32_t outcome, const char* message) {
  char json[2048];
  snprintf(json, sizeof json, "{\"code\":\"puppet.said\",\"message\":\"%s\"}", message);
  api->complete(host, op, outcome, bytes(json));
}

/* Copies the text after "key":" into out. */
static void member(lendport_bytes json, const char* key, char* out, size_t size) {
  out[0] = 0;
  const char *text = json.data, *end = text + json.size;
  size_t length = strlen(key);
  for (const char* at = text; at + length < end; ++at) {
    if (memcmp(at, key, length) != 0) continue;
    at += length;
    size_t count = 0;
    while (at < end && *at != '"' && count + 1 < size) out[count++] = *at++;
    out[count] = 0;
    return;
  }
}

static void burn(int ms) {
  struct timespec begin, now;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  do {
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 < ms);
}

static lendport_status send(lendport_instance* self, lendport_op op, lendport_token token,
                            int32_t effect, const char* argument) {
  char json[1024];
  const char* method = effect == LENDPORT_EFFECT_READ ? "GET" : "POST";
  if (argument[0] == '{') {
    return api->http_send(host, op, token, effect, bytes(argument), bytes(""));
  }
  if (strncmp(argument, "https:", 6) == 0) {
    snprintf(json, sizeof json, "{\"method\":\"%s\",\"url\":\"%s\"}", method, argument);
  } else if (strcmp(argument, "secret") == 0) {
    snprintf(json, sizeof json,
             "{\"method\":\"%s\",\"url\":\"%s/x\",\"headers\":[[\"x-s\",{\"$secret\":\"api_key\","
             "\"prefix\":\"S \"}]]}",
             method, self->base_url);
  } else if (argument[0] != 0) {
    snprintf(json, sizeof json,
             "{\"method\":\"%s\",\"url\":\"%s/x?y=1\",\"auth\":{\"profile\":\"%s\"}}", method,
             self->base_url, argument);
  } else {
    snprintf(json, sizeof json, "{\"method\":\"%s\",\"url\":\"%s/x?y=1\",\"timeout_ms\":2000}",
             method, self->base_url);
  }
  return api->http_send(host, op, token, effect, bytes(json),
                        bytes(effect == LENDPORT_EFFECT_READ ? "" : "{\"a\":1}"));
}

static lendport_status crypto(lendport_op op, const char* argument) {
  char json[512];
  if (strcmp(argument, "digest") == 0) {
    snprintf(json, sizeof json, "{\"op\":\"digest\",\"algorithm\":\"sha256\"}");
  } else if (strcmp(argument, "bad") == 0) {
    snprintf(json, sizeof json, "{\"op\":\"digest\",\"algorithm\":\"md5\"}");
  } else if (strncmp(argument, "verify=", 7) == 0) {
    snprintf(json, sizeof json,
             "{\"op\":\"hmac_verify\",\"algorithm\":\"sha256\",\"secret\":\"client_secret\","
             "\"expected\":\"%s\"}",
             argument + 7);
  } else {
    snprintf(json, sizeof json, "{\"op\":\"hmac\",\"algorithm\":\"sha256\",\"secret\":\"%s\"}",
             argument);
  }
  return api->crypto(host, op, 1, bytes(json), bytes("data"));
}

static void oversized(lendport_op op) {
  size_t size = LENDPORT_JSON_BYTES_MAX + 1u;
  char* text = malloc(size);
  memset(text, ' ', size);
  lendport_bytes result = {text, size};
  api->complete(host, op, LENDPORT_DONE, result);
  free(text);
}

/* One product after the other, about a megabyte. */
static void large(lendport_op op) {
  static const char kProduct[] = "{\"name\":\"123456789012345678901234567890\"},";
  size_t count = 400, each = sizeof kProduct - 1;
  char* text = malloc(count * each + 2048 * 1024);
  size_t at = (size_t)sprintf(text, "{\"products\":[");
  for (size_t i = 0; i < count; ++i, at += each) memcpy(text + at, kProduct, each);
  memset(text + at, ' ', 1024 * 1024);
  at += 1024 * 1024;
  at += (size_t)sprintf(text + at, "{}]}");
  lendport_bytes result = {text, at};
  api->complete(host, op, LENDPORT_DONE, result);
  free(text);
}

static void limits(lendport_op op) {
  char random[32];
  char message[256];
  lendport_bytes json = bytes("{}");
  int negative = api->timer(host, op, 7, -1);
  int opened = api->timer(host, op, 7, 5000);
  int again = api->timer(host, op, 7, 5000);
  int abandoned = api->abandon(host, op, 7);
  int gone = api->abandon(host, op, 7);
  int filled = api->random(host, random, sizeof random);
  int too_many = api->random(host, random, LENDPORT_RANDOM_BYTES_MAX + 1u);
  int stale = api->http_send(host, op ^ 1u << 20, 1, 0, json, bytes(""));
  snprintf(message, sizeof message, "%d %d %d %d %d %d %d %d", negative, opened, again, abandoned,
           gone, filled, too_many, stale);
  say(op, LENDPORT_FAIL_UPSTREAM, message);
}

static lendport_status run(lendport_instance* self, lendport_op op, const char* mode,
                           const char* argument) {
  if (strcmp(mode, "ok") == 0) return done(op), LENDPORT_OK;
  if (strcmp(mode, "result") == 0) {
    api->complete(host, op, LENDPORT_DONE, bytes(argument));
  } else if (strcmp(mode, "error") == 0) {
    api->complete(host, op, atoi(argument), bytes("nonsense"));
  } else if (strcmp(mode, "outcome") == 0) {
    say(op, atoi(argument), "as told");
  } else if (strcmp(mode, "oversized") == 0) {
    oversized(op);
  } else if (strcmp(mode, "large") == 0) {
    large(op);
  } else if (strcmp(mode, "never") == 0 || strcmp(mode, "cancel") == 0) {
  } else if (strcmp(mode, "twice") == 0) {
    if (done(op) != LENDPORT_OK || done(op) != LENDPORT_E_STALE) abort();
  } else if (strcmp(mode, "refuse") == 0) {
    return atoi(argument);
  } else if (strcmp(mode, "spin") == 0) {
    burn(atoi(argument));
    done(op);
  } else if (strcmp(mode, "hang") == 0) {
    while (access(argument, F_OK) != 0) burn(10);
    done(op);
  } else if (strcmp(mode, "timer") == 0) {
    return api->timer(host, op, 5, atoi(argument));
  } else if (strcmp(mode, "wake") == 0) {
    return api->wake(host, op, 6);
  } else if (strcmp(mode, "get") == 0) {
    return send(self, op, 1, LENDPORT_EFFECT_READ, argument);
  } else if (strcmp(mode, "create") == 0 || strcmp(mode, "lie") == 0 || strcmp(mode, "mute") == 0) {
    return send(self, op,
                mode[0] == 'c'   ? 1
                : mode[0] == 'l' ? 2
                                 : 3,
                LENDPORT_EFFECT_CREATE, argument);
  } else if (strcmp(mode, "leave") == 0) { /* ends while its request is on the way */
    lendport_status sent = send(self, op, 3, LENDPORT_EFFECT_CREATE, argument);
    return sent == LENDPORT_OK ? api->timer(host, op, 5, 1) : sent;
  } else if (strcmp(mode, "crypto") == 0) {
    return crypto(op, argument);
  } else if (strcmp(mode, "limits") == 0) {
    limits(op);
  } else if (strcmp(mode, "log") == 0) {
    char fields[512];
    snprintf(fields, sizeof fields, "{\"note\":\"%s\",\"email\":\"a@b.example\",\"n\":1}",
             argument);
    api->log(host, op, LENDPORT_LOG_ERROR, bytes("puppet.note"), bytes(fields));
    done(op);
  } else {
    return LENDPORT_E_UNSUPPORTED;
  }
  return LENDPORT_OK;
}

static lendport_status manifest(lendport_bytes* out) {
  out->data = lendport_manifest_json;
  out->size = sizeof lendport_manifest_json;
  return LENDPORT_OK;
}

/* Writes this thread's number to "<file>.thread", <file> being what the variable names, and stays
 * until <file> is there. */
static void wait_at(const char* variable) {
  static const struct timespec kMoment = {0, 2000000};
  const char* gate = getenv(variable);
  if (gate == NULL) return;
  char path[1024];
  snprintf(path, sizeof path, "%s.thread", gate);
  FILE* out = fopen(path, "w");
  if (out != NULL) {
    fprintf(out, "%d\n", (int)gettid());
    fclose(out);
  }
  while (access(gate, F_OK) != 0) nanosleep(&kMoment, NULL);
}

static lendport_status init(const lendport_host_api* with, lendport_host* of) {
  wait_at("PUPPET_INIT_WAITS");
  api = with;
  host = of;
  return LENDPORT_OK;
}

static void deinit(void) {
  wait_at("PUPPET_DEINIT_WAITS");
}

static lendport_status create(lendport_bytes json, lendport_instance** out) {
  wait_at("PUPPET_CREATE_WAITS");
  char text[4096];
  size_t size = json.size < sizeof text ? json.size : sizeof text - 1;
  memcpy(text, json.data, size);
  text[size] = 0;
  if (strstr(text, "\"refuse\":true")) return LENDPORT_E_ARG;
  if (strstr(text, "\"client_secret\":{\"$secret\":\"client_secret\"}") == NULL)
    return LENDPORT_E_ARG;
  lendport_instance* self = calloc(1, sizeof *self);
  member(json, "\"base_url\":\"", self->base_url, sizeof self->base_url);
  *out = self;
  return LENDPORT_OK;
}

static void destroy(lendport_instance* self) {
  free(self);
}

static lendport_status start(lendport_instance* self, const lendport_op_start* op) {
  char page[1024];
  member(op->request, "\"page\":\"", page, sizeof page);
  if (page[0] == 0) snprintf(page, sizeof page, "get:");
  /* A JSON argument comes with its quotes as '. */
  for (char* at = page; *at; ++at)
    if (*at == '\'') *at = '"';
  char* argument = strchr(page, ':');
  if (argument)
    *argument++ = 0;
  else
    argument = page + strlen(page);
  self->in_callback = 1;
  lendport_status status = run(self, op->op, page, argument);
  self->in_callback = 0;
  return status;
}

static lendport_status event(lendport_instance* self, lendport_op op, const lendport_event* ev) {
  if (self->in_callback) abort(); /* events are never nested */
  char message[1500];
  char body[1200];
  size_t size = ev->body.size < 500 ? ev->body.size : 500;
  if (ev->kind == LENDPORT_EV_CRYPTO) {
    body[0] = 0;
    for (size_t i = 0; i < size && i < 64; ++i)
      snprintf(body + 2 * i, 3, "%02x", ((const unsigned char*)ev->body.data)[i]);
  } else {
    for (size_t i = 0; i < size; ++i) {
      char c = ((const char*)ev->body.data)[i];
      body[i] = c == '"' || c == '\\' || (unsigned char)c < 32 ? '\'' : c;
    }
    body[size] = 0;
  }
  if (ev->kind == LENDPORT_EV_HTTP && ev->token == 3) return LENDPORT_OK;
  snprintf(message, sizeof message, "kind=%u net=%d http=%d phase=%u sent=%d body=%s", ev->kind,
           ev->status, ev->http_status, ev->phase, ev->bytes_sent > 0, body);
  int32_t outcome = LENDPORT_FAIL_UPSTREAM;
  if (ev->kind == LENDPORT_EV_HTTP && ev->token == 2) outcome = LENDPORT_FAIL_RETRYABLE;
  say(op, outcome, message);
  return LENDPORT_OK;
}

static void cancel(lendport_instance* self, lendport_op op, int32_t reason) {
  (void)self;
  char message[64];
  snprintf(message, sizeof message, "cancelled for %d", reason);
  if (api->remaining_ms(host, op) < -1000) abort();
  say(op, LENDPORT_CANCELLED, message);
}

static void stay(lendport_instance* self, lendport_op op, int32_t reason) {
  (void)self;
  (void)op;
  (void)reason;
}

static const void* get_extension(const char* id) {
  (void)id;
  return NULL;
}

static void cancel_unless_never(lendport_instance* self, lendport_op op, int32_t reason);

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
                                        cancel_unless_never,
                                        get_extension};

/* An operation that began as "never" does not answer cancel either. */
static void cancel_unless_never(lendport_instance* self, lendport_op op, int32_t reason) {
  if (getenv("PUPPET_STAYS") != NULL)
    stay(self, op, reason);
  else
    cancel(self, op, reason);
}

const lendport_plugin* lendport_plugin_entry_v1(void) {
  return &kPlugin;
}
