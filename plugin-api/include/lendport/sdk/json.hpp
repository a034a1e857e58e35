// JSON for connectors: parsing with limits, and one description of a type for both directions.
#pragma once

#include <lendport/sdk/failure.hpp>
#include <lendport/sdk/json_builder.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lendport::sdk {

// Keeps the order of members, so that what goes to a lender reads as the author wrote it.
using Json = nlohmann::ordered_json;

inline constexpr std::size_t kJsonDepthMax = 64;

// The value in `text`, or nothing if it is not JSON, is nested deeper than kJsonDepthMax, or has a
// key twice in one object.
inline std::optional<Json> parse_json(std::string_view text) {
  Json value;
  detail::JsonBuilder<Json> builder(value, kJsonDepthMax);
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  return value;
}

// Compact text; bytes that are not UTF-8 become U+FFFD.
inline std::string to_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The member as text, or nothing if it is absent, null or not text. For reading a lender's answer,
// whose shape nobody guarantees.
inline std::optional<std::string> text_of(const Json& object, const char* key) {
  auto member = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || member == object.end() || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

// A type of the schemas describes its members once:
//
//     struct Address {
//       std::string line1;
//       std::optional<std::string> line2;
//       static void fields(auto& self, auto& each) {
//         each("line1", self.line1);
//         each("line2", self.line2);
//       }
//     };
//
// and read<Address>(json) and write(address) follow. Empty lists and optionals are not written; a
// list that is an answer even when empty is described with each.always("products", …). Reading
// ignores unknown members, leaves optionals and lists empty when absent, and throws
// Failure(internal) for a required member that is missing or of another type: the hub has checked
// the request, so that is a defect.
namespace detail {
struct AnyVisitor {
  void operator()(const char*, auto&) const {}
  void always(const char*, auto&) const {}
};
}  // namespace detail

template <class T>
concept Described = requires(T& value, detail::AnyVisitor& visitor) {
  T::fields(value, visitor);
};

// An enum whose words are found by `enum_names(E)`, in the order of the enumerators, `unknown`
// first. A word that is not among them reads as `unknown`.
template <class E>
concept Named = std::is_enum_v<E> && requires(E value) {
  enum_names(value);
};

template <Named E>
constexpr std::string_view name_of(E value) {
  return enum_names(value)[static_cast<std::size_t>(value)];
}

template <Named E>
constexpr E value_named(std::string_view name) {
  constexpr auto kNames = enum_names(E{});
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<E>(i);
  }
  return E{};
}

template <class T>
Json write(const T& value);
template <class T>
void read_into(const Json& json, T& out);

namespace detail {

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsMap = false;
template <class T>
inline constexpr bool kIsMap<std::map<std::string, T>> = true;

[[noreturn]] inline void throw_missing(const char* key) {
  throw Failure(Outcome::internal, "connector.bad_json", std::string("unreadable member ") + key);
}

struct Reading {
  explicit Reading(const Json& from) : object(from) {}
  const Json& object;

  template <class T>
  void operator()(const char* key, T& out) const {
    auto member = object.find(key);
    bool absent = member == object.end() || member->is_null();
    if constexpr (kIsOptional<T>) {
      if (!absent) read_into(*member, out.emplace());
    } else if constexpr (kIsList<T> || kIsMap<T>) {
      if (!absent) read_into(*member, out);
    } else {
      if (absent) throw_missing(key);
      read_into(*member, out);
    }
  }
  template <class T>
  void always(const char* key, T& out) const {
    (*this)(key, out);
  }
};

struct Writing {
  Json object = Json::object();

  template <class T>
  void operator()(const char* key, const T& value) {
    if constexpr (kIsOptional<T>) {
      if (value) object[key] = write(*value);
    } else if constexpr (kIsList<T> || kIsMap<T>) {
      if (!value.empty()) object[key] = write(value);
    } else {
      object[key] = write(value);
    }
  }
  template <class T>
  void always(const char* key, const T& value) {
    object[key] = write(value);
  }
};

}  // namespace detail

template <class T>
void read_into(const Json& json, T& out) {
  if constexpr (Described<T>) {
    if (!json.is_object()) detail::throw_missing("(an object)");
    detail::Reading reading(json);
    T::fields(out, reading);
  } else if constexpr (Named<T>) {
    out = value_named<T>(json.is_string() ? json.get_ref<const std::string&>() : std::string());
  } else if constexpr (detail::kIsList<T>) {
    if (!json.is_array()) detail::throw_missing("(a list)");
    for (const Json& item : json) read_into(item, out.emplace_back());
  } else if constexpr (detail::kIsMap<T>) {
    if (!json.is_object()) detail::throw_missing("(an object)");
    for (const auto& [key, item] : json.items()) read_into(item, out[key]);
  } else if constexpr (std::is_same_v<T, Json>) {
    out = json;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) detail::throw_missing("(true or false)");
    out = json.get<bool>();
  } else if constexpr (std::is_integral_v<T>) {
    if (!json.is_number_integer()) detail::throw_missing("(a whole number)");
    out = json.get<T>();
  } else {
    static_assert(std::is_same_v<T, std::string>, "describe this type with fields()");
    if (!json.is_string()) detail::throw_missing("(text)");
    out = json.get<std::string>();
  }
}

template <class T>
T read(const Json& json) {
  T value;
  read_into(json, value);
  return value;
}

template <class T>
Json write(const T& value) {
  if constexpr (Described<T>) {
    detail::Writing writing;
    T::fields(value, writing);
    return std::move(writing.object);
  } else if constexpr (Named<T>) {
    return Json(std::string(name_of(value)));
  } else if constexpr (detail::kIsList<T>) {
    Json list = Json::array();
    for (const auto& item : value) list.push_back(write(item));
    return list;
  } else if constexpr (detail::kIsMap<T>) {
    Json object = Json::object();
    for (const auto& [key, item] : value) object[key] = write(item);
    return object;
  } else {
    return Json(value);
  }
}

}  // namespace lendport::sdk
