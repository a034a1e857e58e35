/* Layout is part of the contract: whoever compiles with another one is told at once.
 * abi/layout.json holds the same facts for comparing releases. */
#ifndef LENDPORT_LAYOUT_H
#define LENDPORT_LAYOUT_H

#include <lendport/plugin.h>

#if defined(__cplusplus)
#define LENDPORT_ASSERT(condition) static_assert(condition, #condition)
#else
#define LENDPORT_ASSERT(condition) _Static_assert(condition, #condition)
#endif
#define LENDPORT_ASSERT_AT(type, member, offset) \
  LENDPORT_ASSERT(__builtin_offsetof(type, member) == (offset))

LENDPORT_ASSERT(sizeof(void*) == 8);
LENDPORT_ASSERT(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
LENDPORT_ASSERT(sizeof(lendport_bytes) == 16);

LENDPORT_ASSERT(sizeof(lendport_op_start) == 88);
LENDPORT_ASSERT_AT(lendport_op_start, op, 8);
LENDPORT_ASSERT_AT(lendport_op_start, operation, 16);
LENDPORT_ASSERT_AT(lendport_op_start, request, 32);
LENDPORT_ASSERT_AT(lendport_op_start, context, 48);
LENDPORT_ASSERT_AT(lendport_op_start, payload, 64);
LENDPORT_ASSERT_AT(lendport_op_start, deadline_unix_ms, 80);

LENDPORT_ASSERT(sizeof(lendport_event) == 72);
LENDPORT_ASSERT_AT(lendport_event, token, 8);
LENDPORT_ASSERT_AT(lendport_event, status, 16);
LENDPORT_ASSERT_AT(lendport_event, http_status, 20);
LENDPORT_ASSERT_AT(lendport_event, phase, 24);
LENDPORT_ASSERT_AT(lendport_event, bytes_sent, 32);
LENDPORT_ASSERT_AT(lendport_event, meta, 40);
LENDPORT_ASSERT_AT(lendport_event, body, 56);

LENDPORT_ASSERT(sizeof(lendport_host_api) == 16 + 11 * 8);
LENDPORT_ASSERT_AT(lendport_host_api, get_extension, 16);
LENDPORT_ASSERT_AT(lendport_host_api, log, 24);
LENDPORT_ASSERT_AT(lendport_host_api, now_unix_ms, 32);
LENDPORT_ASSERT_AT(lendport_host_api, remaining_ms, 40);
LENDPORT_ASSERT_AT(lendport_host_api, random, 48);
LENDPORT_ASSERT_AT(lendport_host_api, http_send, 56);
LENDPORT_ASSERT_AT(lendport_host_api, crypto, 64);
LENDPORT_ASSERT_AT(lendport_host_api, timer, 72);
LENDPORT_ASSERT_AT(lendport_host_api, abandon, 80);
LENDPORT_ASSERT_AT(lendport_host_api, wake, 88);
LENDPORT_ASSERT_AT(lendport_host_api, complete, 96);

LENDPORT_ASSERT(sizeof(lendport_plugin) == 16 + 9 * 8);
LENDPORT_ASSERT_AT(lendport_plugin, manifest, 16);
LENDPORT_ASSERT_AT(lendport_plugin, init, 24);
LENDPORT_ASSERT_AT(lendport_plugin, deinit, 32);
LENDPORT_ASSERT_AT(lendport_plugin, create, 40);
LENDPORT_ASSERT_AT(lendport_plugin, destroy, 48);
LENDPORT_ASSERT_AT(lendport_plugin, start, 56);
LENDPORT_ASSERT_AT(lendport_plugin, event, 64);
LENDPORT_ASSERT_AT(lendport_plugin, cancel, 72);
LENDPORT_ASSERT_AT(lendport_plugin, get_extension, 80);

LENDPORT_ASSERT(sizeof(lendport_note_desc) == LENDPORT_NOTE_DESC_BYTES);
LENDPORT_ASSERT(sizeof(lendport_note) == 24 + 244);

#endif
