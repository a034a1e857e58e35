// Reads the published cases below tests/data/vectors.
#pragma once

#include "core/money.hpp"
#include "core/rate.hpp"
#include "json/value.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace lendport::quotes {

json::Value vector_cases(const std::string& file);

Money usd(const std::string& amount);

Rate rate(const std::string& percent);

}  // namespace lendport::quotes
