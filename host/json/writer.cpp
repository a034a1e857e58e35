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

}  // namespace lendport::json
