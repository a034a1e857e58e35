/* The words of the connector ABI: version, scalars, codes. The rules are on top of plugin.h. */
#ifndef LENDPORT_ABI_H
#define LENDPORT_ABI_H

#include <stdint.h>

#if defined(__cplusplus)
#define LENDPORT_NOEXCEPT \
  noexcept /* part of the type: a function that may throw does not compile */
extern "C" {
#else
#define LENDPORT_NOEXCEPT
#endif

/* Makes a symbol visible outside the library. Only the entry function needs it. */
#define LENDPORT_EXPORT __attribute__((visibility("default")))

#define LENDPORT_ABI_MAJOR 1u
#define LENDPORT_ABI_MINOR 0u

/* Fixed widths only: no C enum, bool, long, size_t or bit-field crosses the edge. The enums below
 * name numbers; what is passed is an int32_t or uint32_t. */
typedef int32_t lendport_status; /* LENDPORT_OK or LENDPORT_E_* */
typedef uint64_t
    lendport_op; /* an operation's handle: index and generation; 0 is none; not reused */
typedef uint64_t lendport_token; /* chosen by the connector, unique among the op's open requests */

typedef struct lendport_bytes {
  const void* data; /* may be null when size is 0 */
  uint64_t size;
} lendport_bytes;

/* lendport_status. Unknown negative values: treat as LENDPORT_E_INTERNAL. */
enum {
  LENDPORT_OK = 0,
  LENDPORT_E_ARG = -1,         /* a null, a malformed JSON, a missing member */
  LENDPORT_E_STATE = -2,       /* not now: before init, after deinit */
  LENDPORT_E_STALE = -3,       /* the handle or token is over: completed, cancelled, never given */
  LENDPORT_E_LIMIT = -4,       /* over one of the LENDPORT_*_MAX below */
  LENDPORT_E_DENIED = -5,      /* the manifest does not declare it */
  LENDPORT_E_UNSUPPORTED = -6, /* an operation, event kind or extension this side does not know */
  LENDPORT_E_NOMEM = -7,
  LENDPORT_E_INTERNAL = -8 /* a defect on the side that answers; its log says which */
};

/* How an operation ended, given to complete(); the JSON says the rest (result or error-1).
 * Unknown: LENDPORT_FAIL_INTERNAL. */
enum {
  LENDPORT_DONE = 0,                 /* answered; a lender that declines is DONE as well */
  LENDPORT_FAIL_INVALID = 1,         /* the caller must change the request: field_errors[] */
  LENDPORT_FAIL_AUTH = 2,            /* the lender refuses the organisation's credentials */
  LENDPORT_FAIL_RETRYABLE = 3,       /* for sure nothing happened at the lender; retry_after_ms */
  LENDPORT_FAIL_UPSTREAM = 4,        /* the lender answered with a definite error */
  LENDPORT_FAIL_UNKNOWN_OUTCOME = 5, /* it left, no definite answer: ask later, never send again */
  LENDPORT_FAIL_UNSUPPORTED = 6,     /* this connector cannot do that */
  LENDPORT_FAIL_INTERNAL = 7,        /* a defect of the connector */
  LENDPORT_CANCELLED = 8             /* stopped as asked; nothing happened at the lender */
};

/* What an event answers. Unknown: return LENDPORT_E_UNSUPPORTED and carry on. */
enum {
  LENDPORT_EV_HTTP = 1,   /* http_send */
  LENDPORT_EV_TIMER = 2,  /* timer */
  LENDPORT_EV_CRYPTO = 3, /* crypto */
  LENDPORT_EV_WAKE = 4,   /* wake */
  LENDPORT_EV_EXT = 5     /* an extension; its own page says what */
};

/* lendport_event.status. Unknown: as LENDPORT_NET_INTERNAL. Whether the lender may know of the
 * request is not told by this number but by `phase` and `bytes_sent`. */
enum {
  LENDPORT_NET_OK = 0,     /* a whole answer is there */
  LENDPORT_NET_DENIED = 1, /* egress rules: host, port or scheme is not in the manifest */
  LENDPORT_NET_DNS = 2,
  LENDPORT_NET_CONNECT = 3,
  LENDPORT_NET_TLS = 4,
  LENDPORT_NET_TIMEOUT = 5,   /* the request's timeout or the operation's deadline */
  LENDPORT_NET_RESET = 6,     /* the connection ended before the whole answer */
  LENDPORT_NET_TOO_LARGE = 7, /* the answer is over max_response_bytes */
  LENDPORT_NET_AUTH = 8,     /* the auth profile got no credentials (token endpoint, secret gone) */
  LENDPORT_NET_BUSY = 9,     /* bulkhead full or circuit breaker open; nothing was sent */
  LENDPORT_NET_INVALID = 10, /* request JSON or crypto request not by its schema */
  LENDPORT_NET_PROTOCOL = 11, /* what came is not HTTP */
  LENDPORT_NET_MISMATCH = 12, /* EV_CRYPTO verify: the signature is not right */
  LENDPORT_NET_INTERNAL = 13
};

/* How far a request came. Unknown: as LENDPORT_PHASE_SENT. At SENDING or later the lender may have
 * it, whole or in part. */
enum {
  LENDPORT_PHASE_NONE = 0, /* refused by the hub before anything was tried */
  LENDPORT_PHASE_DNS = 1,
  LENDPORT_PHASE_CONNECT = 2,
  LENDPORT_PHASE_TLS = 3,
  LENDPORT_PHASE_SENDING = 4,
  LENDPORT_PHASE_SENT = 5,
  LENDPORT_PHASE_RESPONSE = 6 /* at least one byte of the answer arrived */
};

/* What a request does at the lender. Unknown: as CREATE, the most careful. */
enum {
  LENDPORT_EFFECT_READ = 0,   /* may be repeated at will */
  LENDPORT_EFFECT_CREATE = 1, /* twice is two: never repeated unless surely unsent */
  LENDPORT_EFFECT_UPDATE = 2 /* changes what exists; without an answer its outcome is unknown too */
};

/* Why cancel() was called. Unknown: as LENDPORT_CANCEL_CALLER. */
enum {
  LENDPORT_CANCEL_DEADLINE = 1,
  LENDPORT_CANCEL_CALLER = 2,
  LENDPORT_CANCEL_SHUTDOWN = 3,
  LENDPORT_CANCEL_UPGRADE = 4
};

/* Severity of a log line. Unknown: as LENDPORT_LOG_ERROR. */
enum {
  LENDPORT_LOG_DEBUG = 0,
  LENDPORT_LOG_INFO = 1,
  LENDPORT_LOG_WARN = 2,
  LENDPORT_LOG_ERROR = 3
};

/* Limits both sides keep. Over a limit is LENDPORT_E_LIMIT here, `internal` for an operation. */
#define LENDPORT_JSON_BYTES_MAX 4194304u  /* one request, result, instance or manifest: 4 MiB */
#define LENDPORT_BODY_BYTES_MAX 16777216u /* one HTTP body, either way: 16 MiB */
#define LENDPORT_CALLS_PER_OP_MAX 64u     /* http, crypto, timer and wake open at once in one op */
#define LENDPORT_RANDOM_BYTES_MAX 4096u   /* per call of random() */
#define LENDPORT_LOG_BYTES_MAX 8192u      /* fields of one log line; longer is cut */
#define LENDPORT_CANCEL_GRACE_MS 200      /* from cancel() to complete() */

#if defined(__cplusplus)
}
#endif
#endif
