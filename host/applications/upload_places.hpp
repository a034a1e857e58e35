// How many uploads may be in memory at once: each holds its documents several times over.
#pragma once

#include <atomic>
#include <memory>

namespace lendport {

// Thread-safe. Places may outlive it.
class UploadPlaces {
 public:
  explicit UploadPlaces(int at_once) : free_(std::make_shared<std::atomic<int>>(at_once)) {}

  // A place, given back by the last who holds it; null where none is free.
  std::shared_ptr<void> take() const {
    for (int left = free_->load(); left > 0;) {
      if (!free_->compare_exchange_weak(left, left - 1)) continue;
      return {free_.get(), [free = free_](void*) { ++*free; }};
    }
    return nullptr;
  }

 private:
  std::shared_ptr<std::atomic<int>> free_;
};

}  // namespace lendport
