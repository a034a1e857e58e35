#include "http/language.hpp"

#include "http/head.hpp"

#include <algorithm>

namespace lendport::http {
namespace {

constexpr int kWeightMax = 1000;

// "q=0.8" in thousandths; what is not a weight is 1.
int weight_of(std::string_view parameter) {
  parameter = trimmed(parameter);
  if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return kWeightMax;
  parameter.remove_prefix(2);
  if (!parameter.starts_with("0")) return kWeightMax;
  int weight = 0;
  int unit = kWeightMax / 10;
  for (std::size_t i = 2; i < parameter.size() && unit > 0; ++i, unit /= 10) {
    if (parameter[i] < '0' || parameter[i] > '9') break;
    weight += (parameter[i] - '0') * unit;
  }
  return weight;
}

bool is_language(std::string_view range, std::string_view language) {
  return same_ignoring_case(range.substr(0, range.find('-')), language);
}

}  // namespace

std::string_view to_string(Language language) {
  return language == Language::fr ? "fr" : "en";
}

Language pick_language(std::string_view accept_language) {
  int english = 0;
  int french = 0;
  int others = 0;
  bool named_english = false;
  while (!accept_language.empty()) {
    const std::size_t comma = accept_language.find(',');
    const std::string_view item = accept_language.substr(0, comma);
    accept_language =
        comma == std::string_view::npos ? std::string_view() : accept_language.substr(comma + 1);
    const std::size_t semicolon = item.find(';');
    const std::string_view range = trimmed(item.substr(0, semicolon));
    const int weight =
        semicolon == std::string_view::npos ? kWeightMax : weight_of(item.substr(semicolon + 1));
    if (is_language(range, "en")) {
      english = std::max(english, weight);
      named_english = true;
    }
    if (is_language(range, "fr")) french = std::max(french, weight);
    if (range == "*") others = weight;
  }
  if (!named_english) english = others;
  return french > english ? Language::fr : Language::en;
}

}  // namespace lendport::http
