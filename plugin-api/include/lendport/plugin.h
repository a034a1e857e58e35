/* The connector ABI, major 1: start here. Everything between a connector and the hub is on this
 * page.
 *
 * A connector is one shared library with one exported function, lendport_plugin_entry_v1. It does
 * no I/O. The hub starts an operation; the connector asks the hub for a request, a timer, a
 * signature; the hub answers with an event; the connector completes the operation:
 *
 *     hub                                      connector
 *     start(op, "application.submit/1")   ->   build the lender's request
 *                                         <-   http_send(op, token, CREATE, request, body)
 *                                              start returns: the hub may call for other operations
 *     event(op, HTTP, token, 201, body)   ->   read the lender's answer
 *                                         <-   complete(op, LENDPORT_DONE, result)
 *
 * Writing C++? Include <lendport/sdk.hpp> instead; this page is then for reference.
 *
 * UNIVERSAL RULES. A comment on a function says only what differs from them.
 *   Threads    [load]        one thread; no instance exists.
 *              [control]     one call at a time per plugin; other instances may be at work.
 *              [strand]      one call at a time per instance; the OS thread may differ each time.
 *              [any-thread]  from any thread, at any time between init and deinit.
 *   Memory     Bytes that are passed, in either direction, are borrowed: they die when the call
 *              returns; who wants to keep them copies them. Nothing allocated on one side is freed
 *              by the other.
 *   Text       UTF-8 with a length and no terminator, except for `const char *`, which has one.
 *   Never      throw, longjmp, block, sleep, do I/O, start threads, end the process.
 *   Re-entry   A call into the hub never calls back into the connector: answers are posted as
 * events. Results    A lendport_status is about misuse on this side of the edge (a bad argument, a
 * stale handle). What may fail on the other side comes back as an event or an outcome. JSON
 * Published schemas (schema/README.md). Readers ignore unknown members and treat an unknown enum
 * value as `unknown`. Money {"amount":"1234.56","currency":"USD"}, rates as decimal strings, ids as
 * strings; no duplicate keys. Structs    Start with struct_size. The side that did NOT allocate
 * reads at most min(struct_size, its own sizeof). No ABI struct is embedded in another or put in an
 *              array. Reserved members are written 0 and not read; unknown flag bits are ignored.
 *   Numbers    An unknown number has a defined meaning, stated where the numbers are.
 *
 * EVOLUTION (a released thing never changes: its name, type, layout, number, documented meaning,
 * whether it may be null, its thread, its lifetime; released means: in a tagged SDK)
 *   A new capability is a new operation id and schema. It does not touch these headers.
 *   Structs the hub allocates may grow at the tail in a minor version. Structs the connector
 *   allocates do not grow within a major; new connector functions come by get_extension.
 *   A changed interface gets the next number in its id ("host.state/2"); both are kept for 18
 *   months. Ids never contain a word of maturity such as "draft": the registry holds that.
 *   The hub refuses, in one sentence, a connector of another major or one whose manifest asks for a
 *   newer minor than the hub has. The major is in the symbol's name and in the ELF note, so that
 *   this is known before any code of the library has run.
 *
 * Pure C11, also C++17 and later; needs <stdint.h> only; 64-bit little-endian ELF. */
#ifndef LENDPORT_PLUGIN_H
#define LENDPORT_PLUGIN_H

#include <lendport/abi.h>
#include <lendport/host.h>
#include <lendport/note.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* What one connector keeps for one (connection, environment, settings revision). Owned by the
 * connector. Immutable settings: a change of settings makes a new instance, the old one is drained
 * and destroyed. Two organisations never share an instance. */
typedef struct lendport_instance lendport_instance;

/* One operation to carry out. The hub allocates it; it may be larger than this declaration. */
typedef struct lendport_op_start {
  uint32_t struct_size;
  uint32_t flags;           /* no bit is defined yet */
  lendport_op op;           /* valid from here until complete() */
  lendport_bytes operation; /* "application.submit/1": an id of the manifest's capabilities */
  lendport_bytes request;   /* JSON by the schema of that operation, already checked by the hub */
  lendport_bytes context;   /* JSON by context-1: idempotency key, locale, trace id */
  lendport_bytes payload;   /* bytes that must not be re-encoded: the raw body of a webhook */
  int64_t deadline_unix_ms; /* absolute; the hub clips every request and timer to it */
} lendport_op_start;

/* One answer to what the connector asked for. The hub allocates it; it may be larger. The members
 * http_status, phase, bytes_sent and meta are of LENDPORT_EV_HTTP only, else 0. */
typedef struct lendport_event {
  uint32_t struct_size;
  uint32_t kind;        /* LENDPORT_EV_*; an unknown kind is answered LENDPORT_E_UNSUPPORTED */
  lendport_token token; /* the one given to http_send, crypto, timer or wake */
  int32_t status;       /* LENDPORT_NET_*: 0 when there is a whole answer */
  int32_t http_status;  /* 100..599 once a status line arrived, even if the body was cut */
  uint32_t phase;       /* LENDPORT_PHASE_*: how far the request came */
  uint32_t reserved0;
  uint64_t bytes_sent; /* head and body, to the lender; 0: it cannot know of the request */
  lendport_bytes meta; /* JSON by http-1: {"headers":[["name","value"],...]} */
  lendport_bytes body; /* HTTP: raw body as received. CRYPTO: the result's bytes */
} lendport_event;

/* The connector's side. It allocates one, static and constant; it is the same at every call. */
typedef struct lendport_plugin {
  uint32_t struct_size;
  uint32_t abi_major; /* LENDPORT_ABI_MAJOR of the header it was built with */
  uint32_t abi_minor; /* LENDPORT_ABI_MINOR, likewise */
  uint32_t reserved0;

  /* [any-thread] The manifest, byte for byte the package's manifest.json. Also legal before init.
   * The bytes are static: they stay until the library is gone. */
  lendport_status (*manifest)(lendport_bytes* out) LENDPORT_NOEXCEPT;

  /* [load] First call but for manifest. `host` and `api` stay valid until deinit returns. Not OK:
   * the plugin is refused and deinit is not called. init after deinit starts anew. */
  lendport_status (*init)(const lendport_host_api* api, lendport_host* host) LENDPORT_NOEXCEPT;

  /* [load] Last call. Every instance has been destroyed. */
  void (*deinit)(void) LENDPORT_NOEXCEPT;

  /* [control] Makes an instance from JSON by instance-1: environment, base URL, settings. Settings
   * hold references to secrets, never secrets. LENDPORT_E_ARG: these settings cannot be used. */
  lendport_status (*create)(lendport_bytes instance_json,
                            lendport_instance** out) LENDPORT_NOEXCEPT;

  /* [control] No operation of the instance is in flight. */
  void (*destroy)(lendport_instance* instance) LENDPORT_NOEXCEPT;

  /* [strand] Takes an operation. LENDPORT_OK: taken; complete() was called or will be. Not OK: not
   * taken, the handle is dead; the hub ends the operation as `unsupported` for
   * LENDPORT_E_UNSUPPORTED and as `internal` for the rest. */
  lendport_status (*start)(lendport_instance* instance,
                           const lendport_op_start* start) LENDPORT_NOEXCEPT;

  /* [strand] Delivers an answer. Events of an operation come one after the other, in any order of
   * their tokens, never after complete() or after abandon() of their token. Not OK: logged as the
   * connector's fault; the operation goes on. */
  lendport_status (*event)(lendport_instance* instance, lendport_op op,
                           const lendport_event* event) LENDPORT_NOEXCEPT;

  /* [strand] Asks to stop. The connector still completes, within LENDPORT_CANCEL_GRACE_MS, with
   * LENDPORT_CANCELLED, or with LENDPORT_FAIL_UNKNOWN_OUTCOME if a request that creates or changes
   * something may have left. Past that the hub completes for it. What the hub knows from its own
   * journal to have left is `unknown_outcome` whatever the connector says. */
  void (*cancel)(lendport_instance* instance, lendport_op op, int32_t reason) LENDPORT_NOEXCEPT;

  /* [any-thread] A named interface of the connector, e.g. "plugin.bulk/1", or null. Static. */
  const void* (*get_extension)(const char* id)LENDPORT_NOEXCEPT;
} lendport_plugin;

/* The one exported symbol, a function since dlsym promises to work for functions only. [load] Also
 * legal before init; touches nothing; returns the same pointer always, never null. */
typedef const lendport_plugin* (*lendport_plugin_entry_fn)(void)LENDPORT_NOEXCEPT;
#define LENDPORT_PLUGIN_ENTRY_SYMBOL "lendport_plugin_entry_v1"
LENDPORT_EXPORT const lendport_plugin* lendport_plugin_entry_v1(void) LENDPORT_NOEXCEPT;

#if defined(__cplusplus)
}
#endif

#include <lendport/layout.h>

#endif
