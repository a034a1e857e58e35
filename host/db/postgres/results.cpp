#include "db/postgres/results.hpp"

#include "core/error.hpp"

#include <charconv>

namespace lendport::db::postgres {
namespace {

// From PostgreSQL's catalogue pg_type; fixed for ever.
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kChar = 18;
constexpr Oid kName = 19;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kOid = 26;
constexpr Oid kUnknown = 705;
constexpr Oid kVarchar = 1043;
constexpr Oid kNumeric = 1700;

[[noreturn]] void refuse(const PGresult* result, int column, const char* why) {
  throw Error(ErrorCode::internal, "column " + std::string(PQfname(result, column)) + why);
}

unsigned hex_digit(char c) {
  return c <= '9' ? static_cast<unsigned>(c - '0') : static_cast<unsigned>(c - 'a' + 10);
}

// "\x6869" is "hi": the server's own spelling, so it is not checked.
Blob bytes_of(std::string_view text) {
  Blob blob;
  blob.bytes.reserve(text.size() / 2);
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
    blob.bytes += static_cast<char>(hex_digit(text[i]) << 4U | hex_digit(text[i + 1]));
  }
  return blob;
}

std::int64_t number_of(const PGresult* result, int column, std::string_view text) {
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
    refuse(result, column, " is not a whole number of 64 bits");
  }
  return number;
}

Value::Content content_of(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return std::monostate{};
  const std::string_view text(PQgetvalue(result, row, column),
                              static_cast<std::size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case kBool: return std::int64_t{text == "t"};
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
    case kNumeric: return number_of(result, column, text);
    case kBytea: return bytes_of(text);
    case kChar:
    case kName:
    case kText:
    case kUnknown:
    case kVarchar: return std::string(text);
    default: refuse(result, column, " is of a type that stores do not use");
  }
}

}  // namespace

Columns columns_of(const PGresult* result) {
  std::vector<std::string> names;
  for (int i = 0; i < PQnfields(result); ++i) names.emplace_back(PQfname(result, i));
  return std::make_shared<const std::vector<std::string>>(std::move(names));
}

Rows rows_of(const PGresult* result, const Columns& columns) {
  Rows rows;
  const int count = PQntuples(result);
  rows.reserve(static_cast<std::size_t>(count));
  for (int row = 0; row < count; ++row) {
    std::vector<Value::Content> cells;
    cells.reserve(columns->size());
    for (int i = 0; i < PQnfields(result); ++i) cells.push_back(content_of(result, row, i));
    rows.emplace_back(columns, std::move(cells));
  }
  return rows;
}

}  // namespace lendport::db::postgres
