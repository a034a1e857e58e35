// Builds a document from what nlohmann's parser reads, in one pass. Its own builder looks through
// all members for each new one, and with a callback through all elements for each object that ends:
// a megabyte of a hostile lender's would take minutes.
#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lendport::sdk::detail {

// Stops, and makes `sax_parse` return false, at a key that comes twice in one object and beyond
// `depth_max` documents in one another.
template <class Document>
class JsonBuilder : public nlohmann::json_sax<Document> {
 public:
  using Object = typename Document::object_t;
  using Array = typename Document::array_t;

  JsonBuilder(Document& root, std::size_t depth_max) : root_(root), depth_max_(depth_max) {}

  bool null() override { return put(nullptr); }
  bool boolean(bool flag) override { return put(flag); }
  bool number_integer(std::int64_t number) override { return put(number); }
  bool number_unsigned(std::uint64_t number) override { return put(number); }
  bool number_float(double number, const std::string&) override { return put(number); }
  bool string(std::string& text) override { return put(std::move(text)); }
  bool binary(typename Document::binary_t&) override { return false; }  // no such thing in a text
  bool start_object(std::size_t) override { return enter(Document::object()); }
  bool key(std::string& name) override {
    if (!open_.back().names.insert(name).second) return false;
    append(*open_.back().document->template get_ptr<Object*>(), name);
    return true;
  }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(Document::array()); }
  bool end_array() override { return leave(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  struct Open {
    Document* document;
    std::set<std::string> names;  // of an object's members
  };

  // Where the next value goes: into the last array, or behind the last key.
  Document& place() {
    if (open_.empty()) return root_;
    Document& last = *open_.back().document;
    if (auto* elements = last.template get_ptr<Array*>()) return elements->emplace_back();
    return last.template get_ptr<Object*>()->back().second;
  }
  bool put(Document value) {
    place() = std::move(value);
    return true;
  }
  bool enter(Document empty) {
    if (open_.size() == depth_max_) return false;
    Document& begun = place();
    begun = std::move(empty);
    open_.push_back({&begun, {}});
    return true;
  }
  bool leave() {
    open_.pop_back();
    return true;
  }
  // The vector below it would copy all it holds whenever it grows: its keys are constant.
  static void append(Object& members, const std::string& name) {
    if (members.size() == members.capacity()) {
      Object larger;
      larger.reserve(std::max<std::size_t>(2 * members.size(), 2));
      for (auto& member : members) larger.emplace_back(member.first, std::move(member.second));
      members.swap(larger);
    }
    members.emplace_back(name, nullptr);
  }

  Document& root_;
  const std::size_t depth_max_;
  std::vector<Open> open_;
};

}  // namespace lendport::sdk::detail
