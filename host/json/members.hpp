// What holds the members of an object, in the order they came in.
//
// nlohmann's ordered_map keeps its keys constant, so that its vector copies all it holds, with
// everything below, whenever it grows. This one moves the values.
#pragma once

#include <nlohmann/ordered_map.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

namespace lendport::json {

template <class Key, class T, class Less = std::less<Key>,
          class Allocator = std::allocator<std::pair<const Key, T>>>
struct Members : nlohmann::ordered_map<Key, T, Less, Allocator> {
  using Map = nlohmann::ordered_map<Key, T, Less, Allocator>;
  using typename Map::iterator;

  using Map::Map;

  template <class Name>
  std::pair<iterator, bool> emplace(Name&& name, T&& value) {
    make_room();
    return Map::emplace(std::forward<Name>(name), std::move(value));
  }
  // REQUIRES: there is no member of that name.
  template <class Name>
  T& append(Name&& name) {
    make_room();
    return Map::Container::emplace_back(std::forward<Name>(name), T()).second;
  }
  template <class Name>
  T& operator[](Name&& name) {
    return emplace(std::forward<Name>(name), T()).first->second;
  }
  template <class Name>
  const T& operator[](Name&& name) const {
    return Map::at(std::forward<Name>(name));
  }

 private:
  static constexpr std::size_t kAtFirst = 2;  // most objects are small

  void make_room() {
    if (this->size() < this->capacity()) return;
    Members larger;
    larger.reserve(std::max(2 * this->size(), kAtFirst));
    for (auto& [name, value] : *this) {
      larger.Map::Container::emplace_back(name, std::move(value));
    }
    this->swap(larger);
  }
};

}  // namespace lendport::json
