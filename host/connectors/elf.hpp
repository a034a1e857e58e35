// A bounded reader of shared libraries: the facts inspection needs, out of untrusted bytes.
#pragma once

#include "connectors/plugins.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lendport::connectors {

struct ElfSymbol {
  std::string name;
  bool defined = false;
  bool weak = false;
  bool versioned = false;  // bound to a version of a library that is needed
};

// What the dynamic loader would see: everything comes from the program headers and the dynamic
// section, as it does for the loader, nothing from section headers a linker or an attacker may
// write as they like.
struct Elf {
  std::vector<std::string> needed;  // DT_NEEDED
  std::vector<ElfSymbol> symbols;   // of the dynamic symbol table, without local ones
  std::vector<std::string> notes;   // descriptors of notes with our owner and type
  bool has_search_path = false;     // DT_RPATH, DT_RUNPATH
  bool has_text_relocations = false;
};

// Limits of what is read; a file beyond them is refused.
inline constexpr std::size_t kElfSymbolsMax = 65'536;
inline constexpr std::size_t kElfNameBytesMax = 4096;
inline constexpr std::size_t kElfHeadersMax = 256;

// Reads no byte outside `file` and takes time linear in its size, whatever it holds.
std::variant<Elf, Refusal> read_elf(std::string_view file);

}  // namespace lendport::connectors
