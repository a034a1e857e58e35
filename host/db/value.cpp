#include "db/value.hpp"

#include "core/error.hpp"

#include <algorithm>

namespace lendport::db {
namespace {

// A bug of ours: it names the column and goes to the log, never to a caller.
[[noreturn]] void refuse(std::string_view column, const char* why) {
  throw Error(ErrorCode::internal, "column " + std::string(column) + " " + why);
}

template <class T>
const T* content(const Value::Content& cell, std::string_view column, const char* otherwise) {
  if (std::holds_alternative<std::monostate>(cell)) return nullptr;
  const T* found = std::get_if<T>(&cell);
  if (found == nullptr) refuse(column, otherwise);
  return found;
}

template <class T>
const T& present(const T* found, std::string_view column) {
  if (found == nullptr) refuse(column, "is NULL");
  return *found;
}

template <class T>
std::optional<T> copied(const T* found) {
  return found == nullptr ? std::optional<T>() : std::optional<T>(*found);
}

constexpr const char* kNotANumber = "is not a whole number";
constexpr const char* kNotText = "is not text";
constexpr const char* kNotBytes = "is not bytes";

}  // namespace

const Value::Content& Row::cell(std::string_view column) const {
  const std::vector<std::string>& names = *columns_;
  std::size_t at = next_;
  if (at >= names.size() || names[at] != column) {
    const auto found = std::find(names.begin(), names.end(), column);
    if (found == names.end()) refuse(column, "was not selected");
    at = static_cast<std::size_t>(found - names.begin());
  }
  next_ = at + 1;
  return cells_[at];
}

std::int64_t Row::integer(std::string_view column) const {
  return present(content<std::int64_t>(cell(column), column, kNotANumber), column);
}

std::optional<std::int64_t> Row::optional_integer(std::string_view column) const {
  return copied(content<std::int64_t>(cell(column), column, kNotANumber));
}

const std::string& Row::text(std::string_view column) const {
  return present(content<std::string>(cell(column), column, kNotText), column);
}

std::optional<std::string> Row::optional_text(std::string_view column) const {
  return copied(content<std::string>(cell(column), column, kNotText));
}

const Blob& Row::blob(std::string_view column) const {
  return present(content<Blob>(cell(column), column, kNotBytes), column);
}

std::optional<Blob> Row::optional_blob(std::string_view column) const {
  return copied(content<Blob>(cell(column), column, kNotBytes));
}

std::optional<Time> Row::optional_time(std::string_view column) const {
  const auto ms = optional_integer(column);
  return ms ? std::optional<Time>(from_unix_ms(*ms)) : std::nullopt;
}

}  // namespace lendport::db
