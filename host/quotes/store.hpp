// The rows of quotes: SQL over a transaction or a view that the caller opened.
#pragma once

#include "db/database.hpp"
#include "quotes/quote.hpp"

#include <optional>
#include <vector>

namespace lendport::quotes {

void insert(db::Transaction& tx, const Quote& quote);
// Active quotes of the same product for the same case make place for `quote`.
void supersede_others(db::Transaction& tx, const Quote& quote);

// With its schedule.
std::optional<Quote> find(db::Snapshot& at, const OrgId& org, const QuoteId& id);

// What decides who sees it.
struct QuotePlace {
  CaseId case_id;
  Environment environment;
};
std::optional<QuotePlace> place_of(db::Snapshot& at, const OrgId& org, const QuoteId& id);

// Which quotes a list shows.
struct QuoteList {
  OrgId org;
  CaseId case_id;
  std::int64_t generation = 1;
  Environment environment = Environment::sandbox;
  std::optional<QuoteId> before;
  int limit = 0;
};
// Newest first, without schedules.
std::vector<Quote> list(db::Snapshot& at, const QuoteList& list);

// A schedule as a column holds it: "principal,interest;" for each month. Reading says
// Error{internal} for what is not one, or does not pay back `financed_minor` exactly.
std::string schedule_text(const std::vector<Row>& rows);
std::vector<Row> schedule_in(std::string_view text, std::int64_t financed_minor);

}  // namespace lendport::quotes
