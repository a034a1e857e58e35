#include "quotes/engine/vectors.hpp"

#include <fstream>
#include <sstream>

namespace lendport::quotes {

json::Value vector_cases(const std::string& file) {
  std::ifstream in(std::string(LENDPORT_SOURCE_DIR) + "/tests/data/vectors/" + file);
  EXPECT_TRUE(in.good()) << file;
  std::ostringstream text;
  text << in.rdbuf();
  return json::parse(text.str()).at("cases");
}

Money usd(const std::string& amount) {
  return parse_money(amount, Currency()).value();
}

Rate rate(const std::string& percent) {
  return parse_rate(percent).value();
}

}  // namespace lendport::quotes
