// A market with a case to quote for: an org, a lender's products, its rep's customer.
#pragma once

#include "cases/json.hpp"
#include "cases/samples.hpp"
#include "catalog/market.hpp"
#include "db/sealing.hpp"
#include "quotes/quotes.hpp"

#include <string>
#include <vector>

namespace lendport::quotes {

using orgs::Stage;

class QuoteMarket : public test::Market {
 protected:
  // Connects the lender and takes over three loans of 10, 20 and 25 years.
  Connection open_market() {
    const Connection connection = connect(org_);
    lender_.lists(loan("L-10", "7.99", 120) + "," + loan("L-20", "6.99", 240) + "," +
                  loan("L-25", "5.99", 300));
    sync(connection);
    stage_.run(catalog_.refresh());
    return connection;
  }

  static std::string loan(const std::string& id, const std::string& apr, int months,
                          const std::string& more = "") {
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

  Case opened(const std::string& body = cases::case_body()) {
    return stage_.run(cases_.create(rep_, org_.id, cases::read_change(body), Stage::soon()));
  }
  Quote quoted(const Case& subject, const std::string& product, const Principal& caller) {
    QuoteRequest request;
    request.product = this->product(product).id;
    return stage_.run(
        quotes_.create(caller, org_.id, subject.id, std::move(request), Stage::soon()));
  }
  Quote quoted(const Case& subject, const std::string& product) {
    return quoted(subject, product, rep_);
  }
  Comparison compared(const Case& subject, CompareRequest request = {}) {
    return stage_.run(
        quotes_.compare(rep_, org_.id, subject.id, std::move(request), Stage::soon()));
  }
  Quote got(const Principal& caller, const Quote& quote) {
    return stage_.run(quotes_.get(caller, org_.id, quote.case_id, quote.id, Stage::soon()));
  }

  Principal hired(const std::string& name) {
    return orgs::principal_of(stage_.user(org_, Role::rep, name));
  }

  Cases cases_{*stage_.db, stage_.clock, stage_.ids, sealing_};
  Quotes quotes_{{*stage_.db, stage_.clock, stage_.ids, cases_, catalog_, connections_}};
  Principal rep_ = hired("rep");
};

}  // namespace lendport::quotes
