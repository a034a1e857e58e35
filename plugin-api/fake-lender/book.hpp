// An append-only book of JSON values, in memory and, if wanted, in a file that survives a kill.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace lendport::fake {

using Json = nlohmann::ordered_json;

inline constexpr std::size_t kBookEntriesMax = 100000;

// Thread-safe. With a file, append() returns only after the entry is on disk (fdatasync), and a new
// Book over the same file begins with the entries of the old one; a line cut by a kill is dropped.
class Book {
 public:
  Book() = default;
  // An empty path: in memory. Throws std::runtime_error if the file cannot be opened.
  explicit Book(std::filesystem::path file);
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;
  ~Book();

  // False past kBookEntriesMax or when the disk refuses; then the entry is not in the book.
  [[nodiscard]] bool append(const Json& entry);
  std::vector<Json> entries() const;
  // The last entry for which `wanted` is true.
  std::optional<Json> find_last(const std::function<bool(const Json&)>& wanted) const;
  void clear();

 private:
  void load();

  std::filesystem::path file_;
  int descriptor_ = -1;
  mutable std::mutex mutex_;
  std::vector<Json> entries_;  // protected by mutex_
};

}  // namespace lendport::fake
