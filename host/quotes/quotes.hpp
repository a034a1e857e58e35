// Quotes: pricing an org's products for a case, one by one or all side by side.
#pragma once

#include "core/task.hpp"
#include "db/database.hpp"
#include "db/idempotency.hpp"
#include "quotes/quote.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lendport {

struct Case;
class Cases;
class Catalog;
class Connections;

struct QuoteRequest {
  ProductId product;
  std::optional<int> term_months;  // must be the product's own
  std::string language;            // of the product's texts; empty: the applicant's
  std::string reader = "en";       // language of whoever reads a refusal
};

struct CompareRequest {
  QuoteOrder order = QuoteOrder::lowest_payment;
  std::string language;       // of the product's texts; empty: the applicant's
  std::string reader = "en";  // language of whoever reads why a product is left out
};

// A quote follows its case: who may not see the case gets the not_found of a missing one; so does a
// key of the other environment. What cannot be priced is invalid_input whose violations name the
// limit. Thread-safe.
class Quotes {
 public:
  struct Needs {
    db::Database& db;
    const Clock& clock;
    IdSource& ids;
    Cases& cases;
    Catalog& catalog;
    Connections& connections;
  };
  // All outlive this.
  explicit Quotes(const Needs& needs) : needs_(needs) {}

  // Stores the quote; an active one of the same product for the same case is superseded by it.
  // conflict when the case is not active, or was changed between pricing and storing. `keep` comes
  // last in the transaction.
  Task<Quote> create(Principal caller, OrgId org, CaseId case_id, QuoteRequest request,
                     Deadline deadline, db::Keep<Quote> keep = nullptr);
  // Prices every product the org can see, storing nothing.
  Task<Comparison> compare(Principal caller, OrgId org, CaseId case_id, CompareRequest request,
                           Deadline deadline);
  // With its schedule.
  Task<Quote> get(Principal caller, OrgId org, CaseId case_id, QuoteId id, Deadline deadline);
  // Without schedules, newest first, of the case's present generation: at most `limit` before
  // `before`.
  Task<std::vector<Quote>> list(Principal caller, OrgId org, CaseId case_id,
                                std::optional<QuoteId> before, int limit, Deadline deadline);

  // --- For later capabilities, inside their own transactions and views -------------------------

  // The quote with all it was made of, if `caller` may see its case and works in its environment.
  // Its product is kept: Catalog::find(org, environment, product, product_version).
  std::optional<Quote> find(db::Snapshot& at, const OrgId& org, const QuoteId& id,
                            const Principal& caller) const;
  // Whether there is such a quote in the caller's environment, of a case it may see; an earlier
  // generation of the case counts. Reads no more than that takes.
  bool may_see(db::Snapshot& at, const Principal& caller, const OrgId& org,
               const QuoteId& id) const;
  // The same as find() for jobs, which act for nobody.
  std::optional<Quote> find(db::Snapshot& at, const OrgId& org, const QuoteId& id) const;

 private:
  struct Ground;
  Task<Ground> ground(const Principal& caller, const OrgId& org, const CaseId& case_id,
                      Deadline deadline);
  void store(db::Transaction& tx, const Principal& caller, const Case& priced, const Quote& quote);

  Needs needs_;
};

}  // namespace lendport
