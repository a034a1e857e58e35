// What may be put on a case. Pure.
#pragma once

#include "core/violation.hpp"
#include "files/file.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lendport::files {

// By its first bytes; nothing for what is none of the types.
std::optional<FileType> type_of(std::string_view bytes);

// What keeps `name` from being a document's: nothing to see in it, control characters, a path, too
// long. The violation's pointer is "/name".
std::optional<Violation> problem_of_name(std::string_view name);

// `name` with an ending of its type: "pay stub" and "pay stub.exe" become "pay stub.exe.pdf",
// "a.JPG" stays. Without a name: "document.pdf".
std::string name_with_ending(std::string_view name, FileType type);

// The value of Content-Disposition that saves a document under its name (RFC 6266, RFC 8187).
std::string disposition_of(std::string_view name);

}  // namespace lendport::files
