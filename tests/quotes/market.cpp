#include "quotes/market.hpp"

namespace lendport::quotes {

QuoteMarket::QuoteMarket() = default;
QuoteMarket::~QuoteMarket() = default;

Connection QuoteMarket::open_market() {
  const Connection connection = connect(org_);
  lender_.lists(loan("L-10", "7.99", 120) + "," + loan("L-20", "6.99", 240) + "," +
                loan("L-25", "5.99", 300));
  sync(connection);
  stage_.run(catalog_.refresh());
  return connection;
}

std::string QuoteMarket::loan(const std::string& id, const std::string& apr, int months,
                              const std::string& more) {
  return R"({"lender_product_id":")" + id + R"(","kind":"loan_solar","name":{"en":"Loan )" + id +
         R"("},"approved_locales":["en"],"countries":["US"],"states":[],
         "segments":["residential"],
         "currency":"USD","apr":")" +
         apr + R"(","term_months":)" + std::to_string(months) +
         R"(,"dealer_fee":{"percent":"5","basis":"system_cost"},
         "min_amount":{"amount":"5000.00","currency":"USD"},
         "max_amount":{"amount":"100000.00","currency":"USD"})" +
         more + "}";
}

Case QuoteMarket::opened(const std::string& body) {
  return stage_.run(cases_.create(rep_, org_.id, cases::read_change(body), Stage::soon()));
}

Quote QuoteMarket::quoted(const Case& subject, const std::string& product,
                          const Principal& caller) {
  QuoteRequest request;
  request.product = this->product(product).id;
  return stage_.run(quotes_.create(caller, org_.id, subject.id, std::move(request), Stage::soon()));
}

Comparison QuoteMarket::compared(const Case& subject, CompareRequest request) {
  return stage_.run(quotes_.compare(rep_, org_.id, subject.id, std::move(request), Stage::soon()));
}

Quote QuoteMarket::got(const Principal& caller, const Quote& quote) {
  return stage_.run(quotes_.get(caller, org_.id, quote.case_id, quote.id, Stage::soon()));
}

Principal QuoteMarket::hired(const std::string& name) {
  return orgs::principal_of(stage_.user(org_, Role::rep, name));
}

}  // namespace lendport::quotes
