// The memory that the bodies of requests under way take.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace lendport::http {

// Counts what all of them take, and what each sender's do: one that sends slowly, on many
// connections, leaves room for the others. Thread-safe.
class BodyBytes {
 public:
  BodyBytes(std::size_t all_max, std::size_t each_max) : all_max_(all_max), each_max_(each_max) {}
  BodyBytes(const BodyBytes&) = delete;
  BodyBytes& operator=(const BodyBytes&) = delete;

  enum class Room { enough, not_of_sender, none };
  // Counts `bytes` more of `sender`, if there is room. All without a key are one sender: "".
  Room take(const std::string& sender, std::size_t bytes);
  // Gives back what was taken.
  void give_back(const std::string& sender, std::size_t bytes);

 private:
  const std::size_t all_max_;
  const std::size_t each_max_;
  std::mutex mutex_;
  std::size_t all_ = 0;
  std::unordered_map<std::string, std::size_t> of_senders_;  // those who hold some
};

}  // namespace lendport::http
