#include "http/json.hpp"

#include "json/value.hpp"

#include <nlohmann/json.hpp>

namespace lendport::http {

std::string canonical_json(std::string_view text) {
  if (text.empty()) return {};
  const nlohmann::json sorted = json::parse(text);
  return sorted.dump();
}

std::string indented_json(std::string_view text) {
  return json::parse(text).dump(2);
}

}  // namespace lendport::http
