#include "json/reader.hpp"

#include "json/schema.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace lendport::json {
namespace {

const Value kNull;

// What no text may hold, wherever it comes from.
bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || byte == 0x7f;
  });
}

}  // namespace

// One object of the document and which of its fields were asked for.
struct Reader::Place {
  const Value* object;
  std::string pointer;
  std::set<std::string, std::less<>> asked;
  bool ignores_unknown = false;
};

struct Reader::Document {
  std::vector<Violation> violations;
  std::vector<std::shared_ptr<Place>> places;
  bool as_it_came = false;
};

Reader::Reader(const Value& document, std::string where)
    : document_(std::make_shared<Document>()),
      place_(std::make_shared<Place>(Place{&document, std::move(where), {}, false})) {
  document_->places.push_back(place_);
  if (!document.is_object()) {
    place_->object = &kNull;
    refuse("", "type", "must be an object");
  }
}

Reader::Reader(std::shared_ptr<Document> document, std::shared_ptr<Place> place)
    : document_(std::move(document)), place_(std::move(place)) {
  document_->places.push_back(place_);
}

const std::string& Reader::pointer() const {
  return place_->pointer;
}

void Reader::refuse(std::string_view field, std::string_view code, std::string detail) {
  refuse(field, code, Sentence{std::move(detail), {}});
}

void Reader::refuse(std::string_view field, std::string_view code, Sentence detail) {
  std::string at = field.empty() ? place_->pointer : member_pointer(place_->pointer, field);
  note({std::move(at), std::string(code), std::move(detail.en), std::move(detail.fr)});
}

void Reader::note(Violation violation) {
  std::vector<Violation>& found = document_->violations;
  if (found.size() < kViolationsMax) found.push_back(std::move(violation));
}

void Reader::check_text(std::string_view field, std::string_view text, Lines lines) {
  if (document_->as_it_came) {
    if (!has_control_character(text)) return;
    return refuse(field, "control_character", "must not hold control characters");
  }
  const auto problem = problem_of_text(text, lines);
  if (problem) refuse(field, problem->code, std::string(problem->detail));
}

void Reader::take_as_it_came() {
  document_->as_it_came = true;
}

bool Reader::is_judged_whole() const {
  return !document_->as_it_came;
}

void Reader::ignore_unknown() {
  place_->ignores_unknown = true;
}

std::size_t Reader::noted() const {
  return document_->violations.size();
}

std::vector<Violation> Reader::take_back(std::size_t noted) {
  const auto from = document_->violations.begin() + static_cast<std::ptrdiff_t>(noted);
  std::vector<Violation> taken(from, document_->violations.end());
  document_->violations.erase(from, document_->violations.end());
  return taken;
}

bool Reader::sound() const {
  return document_->violations.empty();
}

const Value* Reader::member(std::string_view field) const {
  place_->asked.emplace(field);
  if (!place_->object->is_object()) return nullptr;
  const auto found = place_->object->find(std::string(field));
  if (found == place_->object->end() || found->is_null()) return nullptr;
  return &*found;
}

const Value* Reader::required(std::string_view field, std::string_view kind) {
  const Value* value = member(field);
  if (value == nullptr && place_->object->is_object()) {
    refuse(field, "required", "is required: give " + std::string(kind));
  }
  return value;
}

bool Reader::has(std::string_view field) const {
  return member(field) != nullptr;
}

bool Reader::is_null(std::string_view field) const {
  place_->asked.emplace(field);
  if (!place_->object->is_object()) return false;
  const auto found = place_->object->find(std::string(field));
  return found != place_->object->end() && found->is_null();
}

std::string Reader::text(std::string_view field, std::size_t bytes_max, Lines lines) {
  const Value* value = required(field, "a string");
  if (value == nullptr) return {};
  if (!value->is_string()) {
    refuse(field, "type", "must be a string");
    return {};
  }
  const auto& text = value->get_ref<const std::string&>();
  if (text.empty()) {
    refuse(field, "required", "must not be empty");
  } else if (text.size() > bytes_max) {
    refuse(field, "too_long", "must be at most " + std::to_string(bytes_max) + " bytes");
  } else {
    const std::size_t before = noted();
    check_text(field, text, lines);
    if (noted() == before) return text;
  }
  return {};
}

std::int64_t Reader::integer(std::string_view field, std::int64_t min, std::int64_t max) {
  const Value* value = required(field, "a whole number");
  if (value == nullptr) return min;
  const bool fits = value->is_number_unsigned()
                        ? value->get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX)
                        : value->is_number_integer();
  // Beyond 64 bits a whole number is read as one with a fraction.
  const double given = value->is_number() ? value->get<double>() : 0.5;
  if (!fits && (std::floor(given) != given || std::abs(given) < 0x1p63)) {
    refuse(field, "type", "must be a whole number");
    return min;
  }
  const std::int64_t number = fits ? value->get<std::int64_t>() : 0;
  if (!fits || number < min || number > max) {
    refuse(field, "out_of_range",
           "must be from " + std::to_string(min) + " to " + std::to_string(max));
    return min;
  }
  return number;
}

bool Reader::flag(std::string_view field) {
  const Value* value = required(field, "true or false");
  if (value == nullptr) return false;
  if (!value->is_boolean()) {
    refuse(field, "type", "must be true or false");
    return false;
  }
  return value->get<bool>();
}

Money Reader::money(std::string_view field) {
  Reader at = object(field);
  if (!at.place_->object->is_object()) return {};
  const std::string amount = at.text("amount", 32);
  const std::string code = at.text("currency", 3);
  if (amount.empty() || code.empty()) return {};
  const auto currency = Currency::parse(code);
  if (!currency) {
    at.refuse("currency", "unknown_currency", currency.error().detail());
    return {};
  }
  const auto money = parse_money(amount, *currency);
  if (!money) {
    at.refuse("amount", "not_an_amount", money.error().detail());
    return {};
  }
  return *money;
}

Rate Reader::rate(std::string_view field) {
  const std::string spelled = text(field, 32);
  if (spelled.empty()) return {};
  const auto rate = parse_rate(spelled);
  if (!rate) refuse(field, "not_a_rate", rate.error().detail());
  return rate ? *rate : Rate{};
}

Date Reader::date(std::string_view field) {
  const std::string spelled = text(field, 32);
  if (spelled.empty()) return {};
  const auto date = parse_date(spelled);
  if (!date) refuse(field, "not_a_date", date.error().detail());
  return date ? *date : Date{};
}

Time Reader::time(std::string_view field) {
  const std::string spelled = text(field, 40);
  if (spelled.empty()) return {};
  const auto time = parse_time(spelled);
  if (!time) refuse(field, "not_a_time", time.error().detail());
  return time ? *time : Time{};
}

std::string Reader::choice(std::string_view field, const std::vector<std::string_view>& choices) {
  const std::string chosen = text(field);
  if (chosen.empty() || std::find(choices.begin(), choices.end(), chosen) != choices.end()) {
    return chosen;
  }
  std::string listed;
  for (std::string_view choice : choices) {
    listed += (listed.empty() ? "" : ", ") + std::string(choice);
  }
  refuse(field, "unknown_choice", "must be one of " + listed);
  return {};
}

Reader Reader::object(std::string_view field) {
  const Value* value = required(field, "an object");
  if (value != nullptr && !value->is_object()) {
    refuse(field, "type", "must be an object");
    value = nullptr;
  }
  auto place = std::make_shared<Place>(
      Place{value == nullptr ? &kNull : value, member_pointer(place_->pointer, field), {}, false});
  return {document_, std::move(place)};
}

std::vector<Reader> Reader::objects(std::string_view field, std::size_t items_max) {
  const Value* value = required(field, "a list");
  if (value == nullptr) return {};
  if (!value->is_array()) {
    refuse(field, "type", "must be a list");
    return {};
  }
  if (value->size() > items_max) {
    refuse(field, "too_many", "must hold at most " + std::to_string(items_max) + " items");
    return {};
  }
  std::vector<Reader> readers;
  const std::string list = member_pointer(place_->pointer, field);
  for (std::size_t i = 0; i < value->size(); ++i) {
    const Value& item = (*value)[i];
    if (!item.is_object()) {
      refuse(std::string(field) + "/" + std::to_string(i), "type", "must be an object");
      continue;
    }
    auto place = std::make_shared<Place>(Place{&item, list + "/" + std::to_string(i), {}, false});
    readers.push_back({document_, std::move(place)});
  }
  return readers;
}

std::vector<std::string> Reader::texts(std::string_view field, std::size_t items_max) {
  const Value* value = required(field, "a list of strings");
  if (value == nullptr) return {};
  if (!value->is_array() || value->size() > items_max) {
    refuse(field, "type", "must be a list of at most " + std::to_string(items_max) + " strings");
    return {};
  }
  std::vector<std::string> texts;
  for (const Value& item : *value) {
    if (!item.is_string() || item.get_ref<const std::string&>().empty() ||
        item.get_ref<const std::string&>().size() > kTextBytesMax) {
      refuse(field, "type",
             "must hold strings of 1 to " + std::to_string(kTextBytesMax) + " bytes");
      return {};
    }
    texts.push_back(item.get<std::string>());
    const std::size_t before = noted();
    check_text(field, texts.back());
    if (noted() != before) return {};
  }
  return texts;
}

const Value& Reader::any(std::string_view field) {
  const Value* value = required(field, "a value");
  return value == nullptr ? kNull : *value;
}

std::optional<std::string> Reader::optional_text(std::string_view field, std::size_t bytes_max,
                                                 Lines lines) {
  if (!has(field)) return std::nullopt;
  return text(field, bytes_max, lines);
}

std::optional<std::int64_t> Reader::optional_integer(std::string_view field, std::int64_t min,
                                                     std::int64_t max) {
  if (!has(field)) return std::nullopt;
  return integer(field, min, max);
}

std::optional<bool> Reader::optional_flag(std::string_view field) {
  if (!has(field)) return std::nullopt;
  return flag(field);
}

std::optional<Money> Reader::optional_money(std::string_view field) {
  if (!has(field)) return std::nullopt;
  return money(field);
}

std::optional<Rate> Reader::optional_rate(std::string_view field) {
  if (!has(field)) return std::nullopt;
  return rate(field);
}

std::optional<Date> Reader::optional_date(std::string_view field) {
  if (!has(field)) return std::nullopt;
  return date(field);
}

std::optional<Reader> Reader::optional_object(std::string_view field) {
  if (!has(field)) return std::nullopt;
  return object(field);
}

std::vector<Violation> Reader::violations() {
  for (const auto& place : document_->places) {
    if (place->ignores_unknown || !place->object->is_object()) continue;
    for (const auto& [name, value] : place->object->items()) {
      if (place->asked.contains(name)) continue;
      note({member_pointer(place->pointer, name), "unknown_field",
            "is not a field of this object: remove it"});
    }
  }
  document_->places.clear();
  return document_->violations;
}

void Reader::finish() {
  std::vector<Violation> found = violations();
  if (!found.empty()) throw Error(std::move(found));
}

}  // namespace lendport::json
