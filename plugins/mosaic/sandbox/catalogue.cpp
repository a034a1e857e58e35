#include "catalogue.hpp"

#include <array>

namespace mosaic_sandbox {
namespace {

using lendport::fake::Json;

struct Loan {
  const char* code;
  int years;
  const char* apr;
  const char* fee_percent;
};

// The lower the rate, the higher the dealer fee: how solar loans are priced.
constexpr std::array<Loan, 10> kLoans{{
    {"MOS-10-799", 10, "7.99", "4.5"},
    {"MOS-10-549", 10, "5.49", "12.5"},
    {"MOS-15-799", 15, "7.99", "6.5"},
    {"MOS-15-599", 15, "5.99", "14.5"},
    {"MOS-20-849", 20, "8.49", "5"},
    {"MOS-20-699", 20, "6.99", "11.5"},
    {"MOS-20-499", 20, "4.99", "21.5"},
    {"MOS-25-849", 25, "8.49", "6"},
    {"MOS-25-699", 25, "6.99", "13.5"},
    {"MOS-25-399", 25, "3.99", "28.5"},
}};

Json listed(const Loan& loan) {
  const std::string years = std::to_string(loan.years);
  const std::string apr = loan.apr;
  return {{"code", loan.code},
          {"revision", "1"},
          {"name",
           {{"en", "Mosaic solar loan, " + years + " years at " + apr + "%"},
            {"es", "Préstamo solar Mosaic, " + years + " años al " + apr + " %"}}},
          {"disclosure",
           {{"en", "Subject to credit approval. Rates shown for illustration in a sandbox."},
            {"es", "Sujeto a aprobación de crédito. Tasas ilustrativas de un entorno de prueba."}}},
          {"languages", {"en", "es"}},
          {"states", Json::array()},
          {"apr", apr},
          {"termMonths", loan.years * 12},
          {"dealerFeePercent", loan.fee_percent},
          {"minAmount", "5000.00"},
          {"maxAmount", "100000.00"}};
}

}  // namespace

Json catalogue() {
  Json products = Json::array();
  for (const Loan& loan : kLoans) products.push_back(listed(loan));
  return products;
}

}  // namespace mosaic_sandbox
