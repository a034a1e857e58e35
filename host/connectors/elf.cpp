#include "connectors/elf.hpp"

#include "lendport/note.h"

#include <cstring>
#include <elf.h>

namespace lendport::connectors {
namespace {

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
constexpr const char* kMachineName = "x86-64";
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
constexpr const char* kMachineName = "aarch64";
#else
#error "name this machine"
#endif

// Thrown and caught in this file: a reader deep inside has one way out.
struct Bad {
  Refusal refusal;
};

[[noreturn]] void refuse(const char* code, std::string sentence) {
  throw Bad{{code, std::move(sentence)}};
}

[[noreturn]] void malformed(const std::string& what) {
  refuse("LP-E-MALFORMED", "the library's " + what +
                               " leads outside the file or is not sound: build or copy it again");
}

class ElfReader {
 public:
  explicit ElfReader(std::string_view file) : file_(file) {}

  Elf read() {
    check_ident();
    read_program_headers();
    read_dynamic();
    read_symbols();
    return std::move(elf_);
  }

 private:
  template <class T>
  T at(std::uint64_t offset, const char* what) const {
    if (offset > file_.size() || file_.size() - offset < sizeof(T)) malformed(what);
    T value;
    std::memcpy(&value, file_.data() + offset, sizeof value);
    return value;
  }

  void check_ident() {
    if (file_.size() < 4 || !file_.starts_with(ELFMAG)) {
      refuse("LP-E-NOT-ELF",
             file_.empty() ? "the file is empty; a connector is a shared library: copy it again"
                           : "the file is not a shared library (it does not begin with the "
                             "ELF mark): put the built connector.so here");
    }
    if (file_.size() < sizeof(Elf64_Ehdr)) truncated();
    if (file_[EI_CLASS] != ELFCLASS64) {
      refuse("LP-E-CLASS", "the library is 32-bit and this hub loads 64-bit ones: build it for " +
                               std::string(kMachineName));
    }
    const auto head = at<Elf64_Ehdr>(0, "head");
    if (file_[EI_DATA] != ELFDATA2LSB || head.e_machine != kMachine) {
      refuse("LP-E-MACHINE", "the library is built for another machine and this hub runs on " +
                                 std::string(kMachineName) + ": build it for that");
    }
    if (head.e_type != ET_DYN) {
      refuse("LP-E-TYPE",
             "the file is a program or an object file, not a shared library: link it as one "
             "(lendport_add_plugin does)");
    }
    const std::uint64_t sections = head.e_shoff + std::uint64_t{head.e_shnum} * head.e_shentsize;
    if (head.e_shnum > 0 && (head.e_shoff > file_.size() || sections > file_.size())) truncated();
  }

  [[noreturn]] void truncated() const {
    refuse("LP-E-TRUNCATED", "the library is cut off after " + std::to_string(file_.size()) +
                                 " bytes, its head speaks of more: copy it again");
  }

  void read_program_headers() {
    const auto head = at<Elf64_Ehdr>(0, "head");
    if (head.e_phnum == 0 || head.e_phnum > kElfHeadersMax ||
        head.e_phentsize != sizeof(Elf64_Phdr)) {
      malformed("program headers");
    }
    for (std::uint64_t i = 0; i < head.e_phnum; ++i) {
      const auto header = at<Elf64_Phdr>(head.e_phoff + i * sizeof(Elf64_Phdr), "program headers");
      if (header.p_filesz == 0) continue;
      if (header.p_offset > file_.size() || file_.size() - header.p_offset < header.p_filesz) {
        truncated();
      }
      if (header.p_type == PT_LOAD) loads_.push_back(header);
      if (header.p_type == PT_DYNAMIC) dynamic_ = header;
      if (header.p_type == PT_NOTE) read_notes(header);
    }
    if (!dynamic_) malformed("dynamic section");
  }

  // Where the bytes of an address lie in the file.
  std::uint64_t offset_of(std::uint64_t address, const char* what) const {
    for (const Elf64_Phdr& load : loads_) {
      if (address >= load.p_vaddr && address - load.p_vaddr < load.p_filesz) {
        return load.p_offset + (address - load.p_vaddr);
      }
    }
    malformed(what);
  }

  void read_notes(const Elf64_Phdr& segment) {
    const auto padded = [](std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; };
    std::uint64_t at_byte = segment.p_offset;
    const std::uint64_t end = segment.p_offset + segment.p_filesz;
    while (end - at_byte >= sizeof(Elf64_Nhdr)) {
      const auto note = at<Elf64_Nhdr>(at_byte, "notes");
      const std::uint64_t name = at_byte + sizeof note;
      const std::uint64_t text = name + padded(note.n_namesz);
      const std::uint64_t next = text + padded(note.n_descsz);
      if (next > end || next < at_byte) return;  // alignment of another kind: not ours
      const std::string_view owner = file_.substr(name, note.n_namesz);
      if (owner == std::string_view(LENDPORT_NOTE_OWNER, sizeof LENDPORT_NOTE_OWNER) &&
          note.n_type == LENDPORT_NOTE_TYPE && elf_.notes.size() < kElfHeadersMax) {
        elf_.notes.emplace_back(file_.substr(text, note.n_descsz));
      }
      at_byte = next;
    }
  }

  void read_dynamic() {
    std::vector<std::uint64_t> needed;
    const std::uint64_t count = dynamic_->p_filesz / sizeof(Elf64_Dyn);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto entry =
          at<Elf64_Dyn>(dynamic_->p_offset + i * sizeof(Elf64_Dyn), "dynamic section");
      if (entry.d_tag == DT_NULL) break;
      switch (entry.d_tag) {
        case DT_NEEDED: needed.push_back(entry.d_un.d_val); break;
        case DT_STRTAB: strings_ = offset_of(entry.d_un.d_ptr, "string table"); break;
        case DT_STRSZ: strings_size_ = entry.d_un.d_val; break;
        case DT_SYMTAB: symbols_ = offset_of(entry.d_un.d_ptr, "symbol table"); break;
        case DT_HASH: hash_ = offset_of(entry.d_un.d_ptr, "hash table"); break;
        case DT_GNU_HASH: gnu_hash_ = offset_of(entry.d_un.d_ptr, "hash table"); break;
        case DT_VERSYM: versions_ = offset_of(entry.d_un.d_ptr, "version table"); break;
        case DT_RPATH:
        case DT_RUNPATH: elf_.has_search_path = true; break;
        case DT_TEXTREL: elf_.has_text_relocations = true; break;
        case DT_FLAGS: elf_.has_text_relocations |= (entry.d_un.d_val & DF_TEXTREL) != 0; break;
        default: break;
      }
    }
    if (strings_ > file_.size() || file_.size() - strings_ < strings_size_) {
      malformed("string table");
    }
    if (needed.size() > kElfHeadersMax) malformed("list of needed libraries");
    for (const std::uint64_t name : needed) elf_.needed.push_back(string_at(name));
  }

  std::string string_at(std::uint64_t index) const {
    if (index >= strings_size_) malformed("string table");
    const std::string_view rest = file_.substr(strings_ + index, strings_size_ - index);
    const std::size_t end = rest.substr(0, kElfNameBytesMax).find('\0');
    if (end == std::string_view::npos) malformed("string table");
    return std::string(rest.substr(0, end));
  }

  void read_symbols() {
    if (!symbols_) malformed("symbol table");
    const std::uint64_t count = symbol_count();
    if (count > kElfSymbolsMax) malformed("symbol table");
    for (std::uint64_t i = 1; i < count; ++i) {
      const auto symbol = at<Elf64_Sym>(*symbols_ + i * sizeof(Elf64_Sym), "symbol table");
      const unsigned char binding = ELF64_ST_BIND(symbol.st_info);
      if (binding == STB_LOCAL) continue;
      const auto version =
          versions_ ? at<Elf64_Half>(*versions_ + i * sizeof(Elf64_Half), "version table") : 1;
      elf_.symbols.push_back({string_at(symbol.st_name), symbol.st_shndx != SHN_UNDEF,
                              binding == STB_WEAK, (version & 0x7FFFU) >= 2});
    }
  }

  // The table has no length of its own: the hash tables tell it.
  std::uint64_t symbol_count() const {
    if (hash_) return at<std::uint32_t>(*hash_ + 4, "hash table");
    if (!gnu_hash_) malformed("hash table");
    const auto buckets = at<std::uint32_t>(*gnu_hash_, "hash table");
    const auto first_hashed = at<std::uint32_t>(*gnu_hash_ + 4, "hash table");
    const auto bloom_words = at<std::uint32_t>(*gnu_hash_ + 8, "hash table");
    if (buckets > kElfSymbolsMax) malformed("hash table");
    const std::uint64_t bucket_at = *gnu_hash_ + 16 + std::uint64_t{bloom_words} * 8;
    const std::uint64_t chain_at = bucket_at + std::uint64_t{buckets} * 4;
    std::uint64_t last = 0;
    for (std::uint64_t i = 0; i < buckets; ++i) {
      last = std::max<std::uint64_t>(last, at<std::uint32_t>(bucket_at + i * 4, "hash table"));
    }
    if (last < first_hashed) return first_hashed;
    while ((at<std::uint32_t>(chain_at + (last - first_hashed) * 4, "hash table") & 1U) == 0) {
      if (++last > kElfSymbolsMax) malformed("hash table");
    }
    return last + 1;
  }

  std::string_view file_;
  Elf elf_;
  std::vector<Elf64_Phdr> loads_;
  std::optional<Elf64_Phdr> dynamic_;
  std::uint64_t strings_ = 0;
  std::uint64_t strings_size_ = 0;
  std::optional<std::uint64_t> symbols_;
  std::optional<std::uint64_t> hash_;
  std::optional<std::uint64_t> gnu_hash_;
  std::optional<std::uint64_t> versions_;
};

}  // namespace

std::variant<Elf, Refusal> read_elf(std::string_view file) {
  try {
    return ElfReader(file).read();
  } catch (Bad& bad) {
    return std::move(bad.refusal);
  }
}

}  // namespace lendport::connectors
