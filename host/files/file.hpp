// A document on a case: a pay stub, an agreement, a title.
#pragma once

#include "core/ids.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lendport {

inline constexpr std::size_t kFileBytesMax = 10U * 1024 * 1024;
inline constexpr std::int64_t kFilesPerCaseMax = 50;
inline constexpr std::size_t kFileNameBytesMax = 200;

// What a document is by its first bytes, whatever it is called.
enum class FileType { pdf, jpeg, png, heic };
inline constexpr std::size_t kFileTypeCount = 4;

std::string_view to_string(FileType type);   // "pdf", as stored
std::string_view media_type(FileType type);  // "application/pdf"
std::optional<FileType> parse_file_type(std::string_view text);

// Never changes once it is there: it goes, or stays as it is.
struct CaseFile {
  FileId id;
  OrgId org;
  CaseId case_id;
  std::int64_t case_generation = 1;
  std::string name;  // "pay stub March.pdf"; empty when its key is gone
  FileType type = FileType::pdf;
  std::int64_t size_bytes = 0;
  std::string sha256;    // of the bytes, lower-case hexadecimal
  bool scanned = false;  // a malware scanner found nothing in it
  UserId added_by;
  Time created_at{};
};

}  // namespace lendport
