// What goes into a statement and what comes back out of it.
#pragma once

#include "core/blob.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lendport::db {

// A parameter of a statement: NULL, a whole number, text or raw bytes. Implicit on purpose, so that
// a call reads `tx.execute("… $1 … $2", {id, now})`.
class Value {
 public:
  using Content = std::variant<std::monostate, std::int64_t, std::string, Blob>;

  Value() = default;
  Value(std::nullptr_t) {}
  Value(std::int64_t number) : content_(number) {}
  Value(int number) : content_(std::int64_t{number}) {}
  Value(bool flag) : content_(std::int64_t{flag}) {}
  Value(std::string text) : content_(std::move(text)) {}
  Value(std::string_view text) : content_(std::string(text)) {}
  Value(const char* text) : content_(std::string(text)) {}
  Value(Blob blob) : content_(std::move(blob)) {}
  Value(Time time) : content_(to_unix_ms(time)) {}
  template <class Kind>
  Value(const Id<Kind>& id) : content_(id.value) {}
  template <class T>
  Value(const std::optional<T>& maybe) {
    if (maybe) *this = Value(*maybe);
  }

  const Content& content() const { return content_; }

 private:
  Content content_;
};

using Values = std::vector<Value>;

// The names of a result's columns, shared by its rows.
using Columns = std::shared_ptr<const std::vector<std::string>>;

// One row of a result, read by column name. Asking for a column the statement did not select, or
// for a number where text is, is a bug: throws Error{internal}.
class Row {
 public:
  Row(Columns columns, std::vector<Value::Content> cells)
      : columns_(std::move(columns)), cells_(std::move(cells)) {}

  std::int64_t integer(std::string_view column) const;
  std::optional<std::int64_t> optional_integer(std::string_view column) const;
  bool flag(std::string_view column) const { return integer(column) != 0; }
  const std::string& text(std::string_view column) const;
  std::optional<std::string> optional_text(std::string_view column) const;
  const Blob& blob(std::string_view column) const;
  std::optional<Blob> optional_blob(std::string_view column) const;
  Time time(std::string_view column) const { return from_unix_ms(integer(column)); }
  std::optional<Time> optional_time(std::string_view column) const;
  template <class AnyId>
  AnyId id(std::string_view column) const {
    return AnyId{text(column)};
  }

 private:
  const Value::Content& cell(std::string_view column) const;

  Columns columns_;
  std::vector<Value::Content> cells_;
  mutable std::size_t next_ = 0;  // columns are asked for in their order, mostly
};

using Rows = std::vector<Row>;

}  // namespace lendport::db
