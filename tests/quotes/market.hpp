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
  QuoteMarket();
  ~QuoteMarket() override;

  // Connects the lender and takes over three loans of 10, 20 and 25 years.
  Connection open_market();

  static std::string loan(const std::string& id, const std::string& apr, int months,
                          const std::string& more = "");

  Case opened(const std::string& body = cases::case_body());
  Quote quoted(const Case& subject, const std::string& product, const Principal& caller);
  Quote quoted(const Case& subject, const std::string& product) {
    return quoted(subject, product, rep_);
  }
  Comparison compared(const Case& subject, CompareRequest request = {});
  Quote got(const Principal& caller, const Quote& quote);

  Principal hired(const std::string& name);

  Cases cases_{*stage_.db, stage_.clock, stage_.ids, sealing_};
  Quotes quotes_{{*stage_.db, stage_.clock, stage_.ids, cases_, catalog_, connections_}};
  Principal rep_ = hired("rep");
};

}  // namespace lendport::quotes
