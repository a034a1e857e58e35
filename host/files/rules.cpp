// What a document is, and what it may be called.
#include "files/rules.hpp"

#include "core/text.hpp"
#include "files/texts.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace lendport {
namespace {

struct Kind {
  FileType type;
  std::string_view word;
  std::string_view media_type;
  std::array<std::string_view, 2> endings;  // the first is the usual one
};
constexpr std::array<Kind, kFileTypeCount> kKinds{{
    {FileType::pdf, "pdf", "application/pdf", {".pdf", ".pdf"}},
    {FileType::jpeg, "jpeg", "image/jpeg", {".jpg", ".jpeg"}},
    {FileType::png, "png", "image/png", {".png", ".png"}},
    {FileType::heic, "heic", "image/heic", {".heic", ".heif"}},
}};

const Kind& kind_of(FileType type) {
  return kKinds.at(static_cast<std::size_t>(type));
}

// The brands of ISO 23008-12 that say the pictures in it are coded by HEVC, or may be.
constexpr std::array<std::string_view, 8> kHeicBrands{"heic", "heix", "heim", "heis",
                                                      "hevc", "hevx", "mif1", "msf1"};

bool ends_in(std::string_view name, std::string_view ending) {
  if (name.size() <= ending.size()) return false;
  return std::equal(ending.begin(), ending.end(), name.end() - static_cast<long>(ending.size()),
                    [](unsigned char a, unsigned char b) { return a == std::tolower(b); });
}

bool is_plain(unsigned char c) {
  return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string_view to_string(FileType type) {
  return kind_of(type).word;
}

std::string_view media_type(FileType type) {
  return kind_of(type).media_type;
}

std::optional<FileType> parse_file_type(std::string_view text) {
  for (const Kind& kind : kKinds) {
    if (kind.word == text) return kind.type;
  }
  return std::nullopt;
}

namespace files {

std::optional<FileType> type_of(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("%PDF-"sv)) return FileType::pdf;
  if (bytes.starts_with("\xff\xd8\xff"sv)) return FileType::jpeg;
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return FileType::png;
  if (bytes.size() < 12 || bytes.substr(4, 4) != "ftyp"sv) return std::nullopt;
  const bool known =
      std::find(kHeicBrands.begin(), kHeicBrands.end(), bytes.substr(8, 4)) != kHeicBrands.end();
  return known ? std::optional(FileType::heic) : std::nullopt;
}

std::optional<Violation> problem_of_name(std::string_view name) {
  if (name.size() > kFileNameBytesMax) {
    return violation("/name", "too_long", row_of(files_texts::kRefusals, "name_too_long"),
                     {{"bytes", std::to_string(kFileNameBytesMax)}});
  }
  if (const auto problem = problem_of_text(name)) {
    return Violation{"/name", std::string(problem->code), std::string(problem->detail)};
  }
  if (name.find_first_of("/\\") != std::string_view::npos || name.starts_with('.')) {
    return violation("/name", "format", row_of(files_texts::kRefusals, "name_is_a_path"));
  }
  return std::nullopt;
}

std::string name_with_ending(std::string_view name, FileType type) {
  const Kind& kind = kind_of(type);
  if (name.empty()) return "document" + std::string(kind.endings.front());
  for (const std::string_view ending : kind.endings) {
    if (ends_in(name, ending)) return std::string(name);
  }
  return std::string(name) + std::string(kind.endings.front());
}

std::string disposition_of(std::string_view name) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string plain;
  std::string escaped;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    plain += is_plain(byte) || c == ' ' ? c : '_';
    if (is_plain(byte)) {
      escaped += c;
    } else {
      escaped += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + escaped;
}

}  // namespace files
}  // namespace lendport
