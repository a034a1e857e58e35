// Reads a document field by field and collects everything that is wrong with it at once.
#pragma once

#include "core/error.hpp"
#include "core/money.hpp"
#include "core/rate.hpp"
#include "core/text.hpp"
#include "core/time.hpp"
#include "json/value.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::json {

inline constexpr std::size_t kTextBytesMax = 1024;
inline constexpr std::size_t kItemsMax = 1000;

// A place in a document together with the list of what was found wrong so far. Reading a field that
// is missing or of the wrong kind notes a violation and yields an empty value; `finish()` throws
// them all as one Error{invalid_input}. Fields nobody asked for are violations too ("unknown").
// The document outlives its readers; readers of one document share their list and one thread.
//
//   Reader body(document);
//   Name name{body.text("first_name"), body.text("last_name")};
//   body.finish();
class Reader {
 public:
  static constexpr std::size_t kViolationsMax = 100;

  // Reads `document`, which must be an object. `where` is its JSON Pointer in what was sent.
  explicit Reader(const Value& document, std::string where = "");

  // Required fields. Text is 1 to `bytes_max` bytes that people can read (core/text.hpp says what
  // cannot be), of one line unless `lines` says otherwise.
  std::string text(std::string_view field, std::size_t bytes_max = kTextBytesMax,
                   Lines lines = Lines::one);
  std::int64_t integer(std::string_view field, std::int64_t min, std::int64_t max);
  bool flag(std::string_view field);
  Money money(std::string_view field);  // {"amount":"12.00","currency":"USD"}
  Rate rate(std::string_view field);    // "5.99"
  Date date(std::string_view field);
  Time time(std::string_view field);
  // One of `choices`; the violation lists them.
  std::string choice(std::string_view field, const std::vector<std::string_view>& choices);
  Reader object(std::string_view field);
  std::vector<Reader> objects(std::string_view field, std::size_t items_max = kItemsMax);
  std::vector<std::string> texts(std::string_view field, std::size_t items_max = kItemsMax);
  // Any value, not looked into; null when missing (which is noted).
  const Value& any(std::string_view field);

  // Optional fields: nothing when missing or null.
  bool has(std::string_view field) const;
  // There, and null: what a merge patch says to take a field away.
  bool is_null(std::string_view field) const;
  std::optional<std::string> optional_text(std::string_view field,
                                           std::size_t bytes_max = kTextBytesMax,
                                           Lines lines = Lines::one);
  std::optional<std::int64_t> optional_integer(std::string_view field, std::int64_t min,
                                               std::int64_t max);
  std::optional<bool> optional_flag(std::string_view field);
  std::optional<Money> optional_money(std::string_view field);
  std::optional<Rate> optional_rate(std::string_view field);
  std::optional<Date> optional_date(std::string_view field);
  std::optional<Reader> optional_object(std::string_view field);

  // Notes a violation of a rule only the caller knows, at `field` of this place ("" = the place).
  void refuse(std::string_view field, std::string_view code, std::string detail);
  void refuse(std::string_view field, std::string_view code, Sentence detail);
  // How many violations were noted so far, in the whole document; and all since there were `noted`
  // taken back: of an optional field that may as well be left out.
  std::size_t noted() const;
  std::vector<Violation> take_back(std::size_t noted);
  // Notes what is wrong with a text that was read as part of another value.
  void check_text(std::string_view field, std::string_view text, Lines lines = Lines::one);
  // The whole document is one of our own store, or a lender's: texts may be any without control
  // characters but newline and tab, and codes that no standard lists may stand in it.
  void take_as_it_came();
  // It is not: what it says is new and judged whole.
  bool is_judged_whole() const;
  // Fields of this object that may be there unread (a lender's extra members, say).
  void ignore_unknown();

  bool sound() const;
  // Throws when anything was wrong anywhere in the document, unknown fields included. Call it on
  // the outermost reader, once.
  void finish();
  // The same as a list, for callers that branch; at most kViolationsMax.
  std::vector<Violation> violations();

  const std::string& pointer() const;

 private:
  struct Document;  // what the readers of one document share
  struct Place;
  Reader(std::shared_ptr<Document> document, std::shared_ptr<Place> place);
  void note(Violation violation);
  const Value* member(std::string_view field) const;
  const Value* required(std::string_view field, std::string_view kind);

  std::shared_ptr<Document> document_;
  std::shared_ptr<Place> place_;
};

}  // namespace lendport::json
