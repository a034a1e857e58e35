// Reads the published cases below tests/data/vectors.
#pragma once

#include "core/money.hpp"
#include "core/rate.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace lendport::quotes {

inline nlohmann::json vector_cases(const std::string& file) {
  std::ifstream in(std::string(LENDPORT_SOURCE_DIR) + "/tests/data/vectors/" + file);
  EXPECT_TRUE(in.good()) << file;
  return nlohmann::json::parse(in).at("cases");
}

inline Money usd(const std::string& amount) {
  return parse_money(amount, Currency()).value();
}

inline Rate rate(const std::string& percent) {
  return parse_rate(percent).value();
}

}  // namespace lendport::quotes
