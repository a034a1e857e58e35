#include "core/principal.hpp"

namespace lendport {

std::string_view to_string(Environment environment) {
  return environment == Environment::production ? "production" : "sandbox";
}

std::optional<Environment> parse_environment(std::string_view text) {
  if (text == "production") return Environment::production;
  if (text == "sandbox") return Environment::sandbox;
  return std::nullopt;
}

}  // namespace lendport
