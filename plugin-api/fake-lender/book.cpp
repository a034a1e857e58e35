// One JSON value per line; the file is written before memory.
#include "fake-lender/book.hpp"

#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace lendport::fake {

Book::Book(std::filesystem::path file) : file_(std::move(file)) {
  if (file_.empty()) return;
  load();
  descriptor_ = open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor_ < 0) throw std::runtime_error("cannot write the book " + file_.string());
}

Book::~Book() {
  if (descriptor_ >= 0) close(descriptor_);
}

void Book::load() {
  std::uintmax_t whole = 0;
  {
    std::ifstream stream(file_, std::ios::binary);
    std::string line;
    while (std::getline(stream, line) && !stream.eof()) {
      Json entry = Json::parse(line, nullptr, false);
      if (entry.is_discarded()) break;
      entries_.push_back(std::move(entry));
      whole += line.size() + 1;
    }
  }
  // What follows the last whole line was being written when the process died.
  if (std::filesystem::exists(file_)) std::filesystem::resize_file(file_, whole);
}

bool Book::append(const Json& entry) {
  std::string line = entry.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  std::lock_guard lock(mutex_);
  if (entries_.size() >= kBookEntriesMax) return false;
  if (descriptor_ >= 0) {
    ssize_t written = write(descriptor_, line.data(), line.size());
    if (written != static_cast<ssize_t>(line.size()) || fdatasync(descriptor_) != 0) return false;
  }
  entries_.push_back(entry);
  return true;
}

std::vector<Json> Book::entries() const {
  std::lock_guard lock(mutex_);
  return entries_;
}

std::optional<Json> Book::find_last(const std::function<bool(const Json&)>& wanted) const {
  std::lock_guard lock(mutex_);
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (wanted(*entry)) return *entry;
  }
  return std::nullopt;
}

void Book::clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  if (descriptor_ >= 0 && ftruncate(descriptor_, 0) != 0) {
    throw std::runtime_error("cannot empty the book");
  }
}

}  // namespace lendport::fake
