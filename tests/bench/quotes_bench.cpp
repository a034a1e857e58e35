// Measures pricing a thousand level loans with their schedules, the figure QUO-6 is judged by.
#include "quotes/engine/engine.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

namespace {

using lendport::quotes::Costs;
using lendport::quotes::LoanTerms;
using lendport::quotes::Priced;

constexpr int kProducts = 1000;
constexpr int kRuns = 9;
constexpr double kLimitMs = 20;

// Rates from 0.99 to 10.98 %, terms from 5 to 25 years, fees from 0 to 29 % on all three bases.
std::vector<LoanTerms> products() {
  std::vector<LoanTerms> products(kProducts);
  for (int i = 0; i < kProducts; ++i) {
    auto& product = products[static_cast<std::size_t>(i)];
    product.rate.billionths = 990'000'000 + i * 10'000'000LL;
    product.term_months = 60 * (1 + i % 5);
    product.dealer_fee.percent.billionths = i % 30 * lendport::kRateOnePercent;
    product.dealer_fee.basis = static_cast<lendport::quotes::FeeBasis>(i % 3);
  }
  return products;
}

}  // namespace

int main() {
  const std::vector<LoanTerms> offered = products();
  Costs project;
  project.system_cost.minor_units = 2'754'321;
  std::vector<double> runs;
  std::size_t rows = 0;
  for (int run = 0; run < kRuns; ++run) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::variant<Priced, lendport::quotes::Refusal>> priced;
    priced.reserve(kProducts);
    for (const LoanTerms& product : offered) {
      priced.push_back(price(project, product, lendport::quotes::FeeHandling::in_loan));
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    runs.push_back(took.count());
    rows = 0;
    for (const auto& outcome : priced) {
      if (const auto* loan = std::get_if<Priced>(&outcome)) rows += loan->loan.rows.size();
    }
  }
  std::sort(runs.begin(), runs.end());
  const double median = runs[kRuns / 2];
  const bool kept = median < kLimitMs;
  std::printf("figure quotes_1000_level_loans %.2f ms %.0f %s\n", median, kLimitMs,
              kept ? "ok" : "over");
  std::printf("  (median of %d runs, worst %.2f ms, %zu schedule rows each)\n", kRuns, runs.back(),
              rows);
  return kept ? 0 : 1;
}
