// The wire's spelling of the domain's own types, written once.
#pragma once

#include "core/money.hpp"
#include "core/rate.hpp"
#include "core/time.hpp"
#include "json/value.hpp"

#include <optional>
#include <string>

namespace lendport::json {

Value write(Money money);  // {"amount":"12.00","currency":"USD"}
Value write(Rate rate);    // "5.99"
Value write(Time time);    // "2026-05-04T09:30:00.000Z"
Value write(Date date);    // "2026-05-04"

// null where there is nothing.
Value text_or_null(const std::string& text);
Value time_or_null(const std::optional<Time>& time);

}  // namespace lendport::json
