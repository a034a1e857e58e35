#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport::json {

Value write(Money money) {
  return {{"amount", format_amount(money)}, {"currency", std::string(money.currency.code())}};
}

Value write(Rate rate) {
  return format_rate(rate);
}

Value write(Time time) {
  return format_time(time);
}

Value write(Date date) {
  return format_date(date);
}

Value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return text;
}

Value time_or_null(const std::optional<Time>& time) {
  if (!time) return nullptr;
  return write(*time);
}

}  // namespace lendport::json
