/* What the hub does for a connector: the only way to a clock, to chance and to the world. */
#ifndef LENDPORT_HOST_H
#define LENDPORT_HOST_H

#include <lendport/abi.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* The hub as one plugin sees it: opaque, owned by the hub, first argument of every call. */
typedef struct lendport_host lendport_host;

/* The hub allocates it; it lives until deinit() returns and may be larger than this declaration.
 * A member past struct_size is not there: ask struct_size before using what a minor added. */
typedef struct lendport_host_api {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved0;

  /* [any-thread] A named interface of the hub, e.g. "host.state/1", or null. Static. */
  const void* (*get_extension)(lendport_host* host, const char* id)LENDPORT_NOEXCEPT;

  /* [any-thread] Writes one structured line. `code` is a constant word such as
   * "token.refreshed"; `fields_json` is an object of scalars, or empty. The hub redacts what the
   * schemas mark as personal or secret, and limits the rate. `op` may be 0. */
  void (*log)(lendport_host* host, lendport_op op, int32_t severity, lendport_bytes code,
              lendport_bytes fields_json) LENDPORT_NOEXCEPT;

  /* [any-thread] Milliseconds since 1970 UTC. The only clock: scripted in tests and replays. */
  int64_t (*now_unix_ms)(lendport_host* host) LENDPORT_NOEXCEPT;

  /* [any-thread] Milliseconds to the operation's deadline; 0 or less: stop now. Stale op: 0. */
  int64_t (*remaining_ms)(lendport_host* host, lendport_op op) LENDPORT_NOEXCEPT;

  /* [any-thread] Fills `out` with `size` random bytes, fit for nonces. Scripted in replays. */
  lendport_status (*random)(lendport_host* host, void* out, uint64_t size) LENDPORT_NOEXCEPT;

  /* [strand] Sends one request to the lender; the answer is a later LENDPORT_EV_HTTP. The hub
   * writes its journal before bytes leave, checks the egress rules, puts in the credentials of
   * the auth profile and repeats nothing that creates.
   *   effect        LENDPORT_EFFECT_*, what the request does at the lender. While an application
   *                 is submitted, all but GET and HEAD count as CREATE at least.
   *   request_json  by http-1: method, url, headers, auth profile, timeout_ms, parts.
   *                 Secrets are references that the hub replaces on the wire.
   *   body          raw, may be empty */
  lendport_status (*http_send)(lendport_host* host, lendport_op op, lendport_token token,
                               int32_t effect, lendport_bytes request_json,
                               lendport_bytes body) LENDPORT_NOEXCEPT;

  /* [strand] A digest, HMAC or signature, made or verified over `data` with a secret that is named,
   * not seen (request_json by crypto-1). The answer is a later LENDPORT_EV_CRYPTO: the bytes in
   * `body`; for a verification `status` is OK or MISMATCH. */
  lendport_status (*crypto)(lendport_host* host, lendport_op op, lendport_token token,
                            lendport_bytes request_json, lendport_bytes data) LENDPORT_NOEXCEPT;

  /* [strand] A LENDPORT_EV_TIMER after `delay_ms` (not negative), at the latest at the deadline. */
  lendport_status (*timer)(lendport_host* host, lendport_op op, lendport_token token,
                           int64_t delay_ms) LENDPORT_NOEXCEPT;

  /* [strand] Gives up one open http, crypto or timer: no event of that token will come. What has
   * left has left: the journal still says so. */
  lendport_status (*abandon)(lendport_host* host, lendport_op op,
                             lendport_token token) LENDPORT_NOEXCEPT;

  /* [any-thread] Posts a LENDPORT_EV_WAKE to the operation's strand. */
  lendport_status (*wake)(lendport_host* host, lendport_op op,
                          lendport_token token) LENDPORT_NOEXCEPT;

  /* [strand] Ends the operation, exactly once; also legal inside start(), event() and cancel(). The
   * handle is stale afterwards and open requests are abandoned.
   *   outcome      LENDPORT_DONE, LENDPORT_FAIL_* or LENDPORT_CANCELLED
   *   result_json  DONE: by the result schema of the operation; else by error-1; the hub checks */
  lendport_status (*complete)(lendport_host* host, lendport_op op, int32_t outcome,
                              lendport_bytes result_json) LENDPORT_NOEXCEPT;
} lendport_host_api;

#if defined(__cplusplus)
}
#endif
#endif
