// Conversions of a setting to what its key is.
#include "settings/given.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <charconv>

namespace lendport::settings {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

void Given::refuse(const std::string& rule) const {
  throw Error(ErrorCode::invalid_input, key_ + " (" + source_ + ") " + rule);
}

std::string Given::text() const {
  if (const auto* text = std::get_if<std::string>(&content_)) return *text;
  refuse("must be a string");
}

std::int64_t Given::integer(std::int64_t min, std::int64_t max) const {
  std::int64_t number = 0;
  if (const auto* given = std::get_if<std::int64_t>(&content_)) {
    number = *given;
  } else if (const auto* text = std::get_if<std::string>(&content_)) {
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (problem != std::errc{} || end != text->data() + text->size()) {
      refuse("must be a whole number");
    }
  } else {
    refuse("must be a whole number");
  }
  if (number < min || number > max) {
    refuse("must be from " + std::to_string(min) + " to " + std::to_string(max));
  }
  return number;
}

bool Given::flag() const {
  if (const auto* given = std::get_if<bool>(&content_)) return *given;
  const auto* text = std::get_if<std::string>(&content_);
  if (text != nullptr && *text == "true") return true;
  if (text != nullptr && *text == "false") return false;
  refuse("must be true or false");
}

Given::Strings Given::list() const {
  if (const auto* given = std::get_if<Strings>(&content_)) return *given;
  if (const auto* text = std::get_if<std::string>(&content_)) return split(*text, ',');
  refuse("must be a list of strings");
}

Given::Table Given::table() const {
  if (const auto* given = std::get_if<Table>(&content_)) return *given;
  const auto* text = std::get_if<std::string>(&content_);
  if (text == nullptr) refuse("must be a table of strings");
  Table table;
  for (const std::string& pair : split(*text, ',')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) refuse("must be written name=value,name=value");
    table[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return table;
}

std::chrono::milliseconds Given::seconds(std::int64_t min, std::int64_t max) const {
  return std::chrono::seconds{integer(min, max)};
}

std::string Given::choice(const std::vector<std::string_view>& choices) const {
  std::string chosen = text();
  if (std::find(choices.begin(), choices.end(), chosen) != choices.end()) return chosen;
  std::string listed;
  for (std::string_view choice : choices) {
    listed += (listed.empty() ? "" : ", ") + std::string(choice);
  }
  refuse("must be one of " + listed);
}

}  // namespace lendport::settings
