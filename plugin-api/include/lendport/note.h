/* The ELF note of a connector: who it is, readable without running any of its code. */
#ifndef LENDPORT_NOTE_H
#define LENDPORT_NOTE_H

#include <lendport/abi.h>

#if defined(__cplusplus)
extern "C" {
#endif

#define LENDPORT_NOTE_SECTION ".note.lendport.plugin"
#define LENDPORT_NOTE_OWNER "LENDPORT" /* the note's name, 9 bytes with its terminator */
#define LENDPORT_NOTE_TYPE 1u
#define LENDPORT_NOTE_DESC_BYTES 244u

/* Names the layout of these headers: FNV-1a (32 bits) of abi/layout.json without white space. A
 * hub that finds another value beside its own major and minor knows that a header was edited. */
#define LENDPORT_ABI_LAYOUT 0xb8c82b96u

/* Fixed sizes, so that a reader needs no parser. Text ends with a zero; the rest is zero. */
typedef struct lendport_note_desc {
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t abi_layout; /* LENDPORT_ABI_LAYOUT */
  uint32_t reserved0;
  char plugin_id[128];      /* the manifest's id, "com.example.hello" */
  char plugin_version[32];  /* the manifest's version, "1.4.0" */
  char manifest_sha256[68]; /* of manifest.json, 64 lower-case hex digits */
} lendport_note_desc;

/* A note as ELF lays it out: three words, the owner padded to four, the descriptor. */
typedef struct lendport_note {
  uint32_t owner_size;
  uint32_t desc_size;
  uint32_t type;
  char owner[12];
  lendport_note_desc desc;
} lendport_note;

#if defined(__cplusplus)
}
#endif

/* Puts the note into the library. Once per plugin, at file scope; string literals only; longer
 * ones than the members do not compile. LENDPORT_PLUGIN of the SDK contains it. */
#define LENDPORT_PLUGIN_NOTE(id, version, manifest_sha256)                               \
  static const lendport_note lendport_plugin_note                                        \
      __attribute__((section(LENDPORT_NOTE_SECTION), used, aligned(4))) = {              \
          9u,                                                                            \
          LENDPORT_NOTE_DESC_BYTES,                                                      \
          LENDPORT_NOTE_TYPE,                                                            \
          LENDPORT_NOTE_OWNER,                                                           \
          {LENDPORT_ABI_MAJOR, LENDPORT_ABI_MINOR, LENDPORT_ABI_LAYOUT, 0u, id, version, \
           manifest_sha256}}

#endif
