// The spelling of quotes: requests, answers, schedules.
#pragma once

#include "json/value.hpp"
#include "quotes/quotes.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::quotes {

// A document made for an answer; `*written` is what http::ok() and its like take.
using Written = std::shared_ptr<const json::Value>;

// Throw Error{malformed_request} for what is not JSON, Error{invalid_input} with everything that
// is wrong. An empty body of a comparison asks for the usual.
QuoteRequest read_quote_request(std::string_view body);
CompareRequest read_compare_request(std::string_view body);

// With its schedule when it holds one.
Written write(const Quote& quote);
Written write(const std::vector<Quote>& quotes);
Written write(const Comparison& comparison);

// "n,due_date,opening,principal,interest,payment,balance" and a line for each month.
std::string schedule_csv(const Quote& quote);

}  // namespace lendport::quotes
