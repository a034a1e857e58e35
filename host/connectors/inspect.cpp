#include "connectors/inspect.hpp"

#include "connectors/elf.hpp"
#include "crypto/hash.hpp"
#include "json/pattern.hpp"
#include "lendport/plugin.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace lendport::connectors {
namespace {

constexpr std::string_view kEntryStem = "lendport_plugin_entry_v";

// What a connector may be linked to: the C library, and the compiler's own run-time parts.
constexpr std::array<std::string_view, 6> kLibraries = {"libc.so.6",
                                                        "libm.so.6",
                                                        "libgcc_s.so.1",
                                                        "libstdc++.so.6",
                                                        "ld-linux-x86-64.so.2",
                                                        "ld-linux-aarch64.so.1"};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(LENDPORT_SANITIZED)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

bool is_sanitizer_library(std::string_view name) {
  return name.starts_with("libasan.") || name.starts_with("libubsan.") ||
         name.starts_with("libtsan.");
}

// A sanitizer puts its own functions in the place of the C library's, without versions: they are
// in this program as well.
bool is_sanitizer_symbol(const std::string& name) {
  return dlsym(RTLD_DEFAULT, name.c_str()) != nullptr;
}

std::optional<Refusal> judge_exports(const Elf& elf) {
  std::string other_major;
  std::string extra;
  bool entry = false;
  for (const ElfSymbol& symbol : elf.symbols) {
    if (!symbol.defined) continue;
    if (symbol.name == LENDPORT_PLUGIN_ENTRY_SYMBOL) {
      entry = true;
    } else if (symbol.name.starts_with(kEntryStem)) {
      other_major = symbol.name;
    } else if (extra.empty()) {
      extra = symbol.name;
    }
  }
  if (!entry && !other_major.empty()) {
    return Refusal{"LP-E-ABI-MAJOR",
                   "the library speaks connector ABI " + other_major.substr(kEntryStem.size()) +
                       " (it exports " + other_major + ") and this hub speaks " +
                       std::to_string(LENDPORT_ABI_MAJOR) + ": build it with the kit of this hub"};
  }
  if (!entry) {
    return Refusal{"LP-E-NO-ENTRY", "the library does not export " LENDPORT_PLUGIN_ENTRY_SYMBOL
                                    ", so it is no connector: export it (LENDPORT_PLUGIN does)"};
  }
  if (!extra.empty() || !other_major.empty()) {
    return Refusal{"LP-E-EXPORTS", "the library exports " + (extra.empty() ? other_major : extra) +
                                       " beside " LENDPORT_PLUGIN_ENTRY_SYMBOL
                                       ", which is the only symbol allowed: link it with the "
                                       "version script (lendport_add_plugin does)"};
  }
  return std::nullopt;
}

std::optional<Refusal> judge_links(const Elf& elf) {
  for (const std::string& library : elf.needed) {
    const bool known = std::find(kLibraries.begin(), kLibraries.end(), library) != kLibraries.end();
    if (known || (kSanitized && is_sanitizer_library(library))) continue;
    return Refusal{"LP-E-NEEDED", "the library needs " + library +
                                      ", and a connector may need the C and C++ run-time alone: "
                                      "link it in statically, or do without"};
  }
  for (const ElfSymbol& symbol : elf.symbols) {
    if (symbol.defined || symbol.weak || symbol.versioned) continue;
    if (kSanitized && is_sanitizer_symbol(symbol.name)) continue;
    return Refusal{"LP-E-UNDEFINED", "the library uses " + symbol.name +
                                         ", which nobody defines: link it with -z defs and add "
                                         "what is missing"};
  }
  if (elf.has_search_path) {
    return Refusal{"LP-E-RUNPATH",
                   "the library brings a search path for others (RPATH or RUNPATH), which is not "
                   "allowed: link it without"};
  }
  if (elf.has_text_relocations) {
    return Refusal{"LP-E-TEXTREL",
                   "the library wants its code changed while it is loaded (text relocations): "
                   "compile it with -fPIC"};
  }
  return std::nullopt;
}

std::string text_of(const char* field, std::size_t size) {
  return {field, strnlen(field, size)};
}

bool is_form(const std::string& text, const char* form) {
  return json::Pattern::compile(form).value().found_in(text);
}

std::variant<Inspected, Refusal> judge_note(const Elf& elf) {
  if (elf.notes.empty()) {
    return Refusal{"LP-E-NO-NOTE", "the library has no note of the owner " LENDPORT_NOTE_OWNER
                                   ", which says who it is: put it in with LENDPORT_PLUGIN_NOTE"};
  }
  if (elf.notes.size() > 1 || elf.notes[0].size() != sizeof(lendport_note_desc)) {
    return Refusal{"LP-E-NOTE",
                   "the library's note is not the one this ABI describes, once and of " +
                       std::to_string(sizeof(lendport_note_desc)) +
                       " bytes: use LENDPORT_PLUGIN_NOTE once"};
  }
  lendport_note_desc note;
  std::memcpy(&note, elf.notes[0].data(), sizeof note);
  if (note.abi_major != LENDPORT_ABI_MAJOR) {
    return Refusal{"LP-E-ABI-MAJOR", "the library's note speaks of connector ABI " +
                                         std::to_string(note.abi_major) + " and this hub speaks " +
                                         std::to_string(LENDPORT_ABI_MAJOR) +
                                         ": build it with the kit of this hub"};
  }
  if (note.abi_minor == LENDPORT_ABI_MINOR && note.abi_layout != LENDPORT_ABI_LAYOUT) {
    return Refusal{"LP-E-ABI-LAYOUT",
                   "the library was built with headers that were changed (their layout is another "
                   "than that of ABI " +
                       std::to_string(note.abi_major) + "." + std::to_string(note.abi_minor) +
                       "): build it with the kit's own"};
  }
  Inspected inspected;
  inspected.id = text_of(note.plugin_id, sizeof note.plugin_id);
  inspected.version = text_of(note.plugin_version, sizeof note.plugin_version);
  inspected.abi_minor = note.abi_minor;
  inspected.manifest_sha256 = text_of(note.manifest_sha256, sizeof note.manifest_sha256);
  if (!is_form(inspected.id, R"(^[a-z][a-z0-9]*(\.[a-z][a-z0-9_-]*)+$)") ||
      !is_form(inspected.version, R"(^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$)") ||
      !is_form(inspected.manifest_sha256, "^[0-9a-f]{64}$")) {
    return Refusal{"LP-E-NOTE",
                   "the library's note holds no id like com.example.hello, no version like 1.0.0 "
                   "or no hash of its manifest: use LENDPORT_PLUGIN_NOTE"};
  }
  return inspected;
}

struct File {
  int descriptor;
  ~File() {
    if (descriptor >= 0) close(descriptor);
  }
};

Refusal unreadable(const std::string& why) {
  return {"LP-E-UNREADABLE",
          "connector.so cannot be read (" + why + "): put a readable file there"};
}

}  // namespace

std::variant<std::string, Refusal> read_plugin_file(const std::filesystem::path& path) {
  const File file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat facts {};
  if (file.descriptor < 0 || fstat(file.descriptor, &facts) != 0) {
    return unreadable(std::strerror(errno));
  }
  if (!S_ISREG(facts.st_mode)) return unreadable("it is no regular file");
  if (static_cast<std::uint64_t>(facts.st_size) > kPluginFileBytesMax) {
    return Refusal{"LP-E-TOO-LARGE", "connector.so has " + std::to_string(facts.st_size) +
                                         " bytes and the limit is " +
                                         std::to_string(kPluginFileBytesMax) +
                                         ": strip its debug symbols"};
  }
  std::string bytes(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = read(file.descriptor, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(std::strerror(errno));
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

std::variant<Inspected, Refusal> inspect(std::string_view file) {
  auto read = read_elf(file);
  if (auto* refusal = std::get_if<Refusal>(&read)) return std::move(*refusal);
  const Elf& elf = std::get<Elf>(read);
  if (auto refusal = judge_exports(elf)) return *refusal;
  auto judged = judge_note(elf);
  if (std::holds_alternative<Refusal>(judged)) return judged;
  if (auto refusal = judge_links(elf)) return *refusal;
  std::get<Inspected>(judged).sha256 = crypto::hex(crypto::sha256(file));
  return judged;
}

}  // namespace lendport::connectors
