// Bytes that were read from a connection and not used yet.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

namespace lendport::http {

// Views handed out by bytes() end with the next call of room().
class InputBuffer {
 public:
  static constexpr std::size_t kBytesAtFirst = 4096;

  std::string_view bytes() const { return {storage_.data() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  void use(std::size_t count) { begin_ += count; }
  void add(std::size_t count) { end_ += count; }

  struct Room {
    char* data;
    std::size_t size;
  };
  // Where the next bytes go. What waits moves to the front; doubles when that leaves no half free.
  Room room() {
    if (begin_ > 0) std::memmove(storage_.data(), storage_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (storage_.empty()) storage_.resize(kBytesAtFirst);
    if (end_ * 2 > storage_.size()) storage_.resize(storage_.size() * 2);
    return {storage_.data() + end_, storage_.size() - end_};
  }

 private:
  std::vector<char> storage_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace lendport::http
