// Cases for the tests of cases and quotes.
#pragma once

#include "cases/cases.hpp"

#include <string>

namespace lendport::cases {

inline Money usd(const std::string& amount) {
  return parse_money(amount, Currency()).value();
}

// A sound case body; `more` holds further members: ",\"number\":\"A-1\"".
inline std::string case_body(const std::string& more = "") {
  return R"({"applicants":[{"first_name":"Ada","last_name":"Quinn","email":"ada@example.com",
    "phone":"(512) 555-0100","ssn":"123-45-6789","date_of_birth":"1980-02-29",
    "income":{"amount":{"amount":"84000.00","currency":"USD"},"period":"year"},
    "address":{"line1":"1 Sun St","city":"Austin","state":"TX","postal_code":"78701",
    "country":"US"},"language":"en"}],
    "project":{"address":{"line1":"1 Sun St","city":"Austin","state":"TX","postal_code":"78701",
    "country":"US"},"segment":"residential",
    "system_cost":{"amount":"20000.00","currency":"USD"},"size_w":8000,
    "cost_per_watt":{"amount":"2.50","currency":"USD"},"consumption_kwh":11000,
    "site_design_complete":true},
    "agreement":{"name":"Ada Quinn","email":"ada@example.com","address":{"line1":"1 Sun St",
    "city":"Austin","state":"TX","postal_code":"78701","country":"US"}})" +
         more + "}";
}

}  // namespace lendport::cases
