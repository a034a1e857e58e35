// A value that must not be shown: prints nowhere, compares nowhere, is wiped when it goes.
#pragma once

#include <string>
#include <utility>

namespace lendport {

// Overwrites `size` bytes at `at` in a way the compiler keeps.
void wipe(void* at, std::size_t size) noexcept;

// Holds a secret of type T (std::string in practice). There is no operator<<, no formatter and no
// JSON conversion on purpose: the only way to the value is `expose()`, which a reviewer can grep.
template <class T>
class Secret {
 public:
  Secret() = default;
  explicit Secret(T value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.clear(); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      clear();
      value_ = std::move(other.value_);
      other.clear();
    }
    return *this;
  }
  ~Secret() { clear(); }

  const T& expose() const { return value_; }

 private:
  void clear() noexcept {
    if constexpr (requires(T & t) {
                    t.data();
                    t.size();
                    t.clear();
                  }) {
      wipe(value_.data(), value_.size() * sizeof(*value_.data()));
      value_.clear();
    }
  }

  T value_{};
};

// What every output shows in place of a secret.
inline constexpr const char* kMasked = "***";

}  // namespace lendport
