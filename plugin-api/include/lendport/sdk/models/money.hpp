// Words that several operations share: money, addresses, locales.
#pragma once

#include <lendport/sdk/json.hpp>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lendport::sdk {

// An exact amount: {"amount":"1234.56","currency":"USD"}. Never a floating point number. Has a
// constructor, so that a temporary is safe in a statement with co_await (g++ 12).
struct Money {
  Money() = default;
  Money(std::string exact_amount, std::string iso_currency)
      : amount(std::move(exact_amount)), currency(std::move(iso_currency)) {}

  std::string amount;
  std::string currency;

  static void fields(auto& self, auto& each) {
    each("amount", self.amount);
    each("currency", self.currency);
  }
};

// One text per locale: {"en":"Solar loan","fr":"Prêt solaire"}.
using Texts = std::map<std::string, std::string>;

struct Address {
  std::string line1;
  std::optional<std::string> line2;
  std::string city;
  std::optional<std::string> state;
  std::string postal_code;
  std::string country;

  static void fields(auto& self, auto& each) {
    each("line1", self.line1);
    each("line2", self.line2);
    each("city", self.city);
    each("state", self.state);
    each("postal_code", self.postal_code);
    each("country", self.country);
  }
};

}  // namespace lendport::sdk
