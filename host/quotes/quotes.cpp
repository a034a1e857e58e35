#include "quotes/quotes.hpp"

#include "cases/cases.hpp"
#include "catalog/catalog.hpp"
#include "connections/connections.hpp"
#include "core/error.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"
#include "http/message.hpp"
#include "quotes/rules.hpp"
#include "quotes/store.hpp"

#include <unordered_map>

namespace lendport {
namespace {

using quotes::FeeHandling;
using quotes::Refusal;

void require_active(const Case& subject) {
  if (subject.status == CaseStatus::active) return;
  throw Error(ErrorCode::conflict, "the case is not active: nothing can be quoted for it");
}

[[noreturn]] void throw_refused(const char* pointer, const Refusal& refusal,
                                std::string_view reader) {
  throw Error({{pointer, refusal.code, refusal.in(reader)}},
              reader == "fr" ? "ce produit ne peut pas être chiffré pour ce dossier"
                             : "the product cannot be priced for the case");
}

quotes::Costs costs_or_throw(const Case& subject, std::string_view reader) {
  const auto costs = quotes::costs_of(subject);
  if (const auto* refusal = std::get_if<Refusal>(&costs)) throw_refused("", *refusal, reader);
  return std::get<quotes::Costs>(costs);
}

// The switch of each connection that reaches the org.
using Handlings = std::unordered_map<ConnectionId, FeeHandling>;

Handlings handlings_of(const std::vector<Connection>& connections) {
  Handlings handlings;
  for (const Connection& connection : connections) {
    handlings.emplace(connection.id,
                      quotes::handling_of(connection.dealer_fee.include_in_amount_sent));
  }
  return handlings;
}

// A configured product has no connection and no switch: its fee is in the loan.
FeeHandling handling_for(const Handlings& handlings, const Product& product) {
  if (!product.connection) return FeeHandling::in_loan;
  const auto found = handlings.find(*product.connection);
  return found == handlings.end() ? FeeHandling::in_loan : found->second;
}

LeftOut left_out(const Product& product, std::string_view language, std::string code,
                 std::string detail) {
  return {product.id,      product.name_in(language), product.lender,
          std::move(code), std::move(detail),         false};
}

// One month after the day of the quote: a regular first period.
Date first_payment_after(Time now) {
  const Date today(std::chrono::floor<std::chrono::days>(now));
  return quotes::due_date(today, 2);
}

Quote quote_of(const Case& subject, const Product& product, PricedProduct line) {
  const Currency currency = line.priced.total_of_payments.currency;
  Quote quote;
  quote.org = subject.org;
  quote.case_id = subject.id;
  quote.case_generation = subject.generation;
  quote.product = product.id;
  quote.product_version = product.version;
  quote.product_name = line.product_name;
  quote.lender = product.lender;
  quote.lender_product_id = product.lender_product_id;
  quote.connection = product.connection;
  quote.amounts = line.priced.amounts;
  quote.term_months = line.term_months;
  quote.apr_stated = line.apr_stated;
  quote.apr = line.priced.apr;
  quote.apr_within_tolerance = line.priced.apr_within_tolerance;
  quote.payment = Money{line.priced.loan.payment_minor, currency};
  quote.last_payment = Money{line.priced.loan.last_payment_minor, currency};
  quote.total_of_payments = line.priced.total_of_payments;
  quote.finance_charge = line.priced.finance_charge;
  quote.schedule = std::move(line.priced.loan.rows);
  return quote;
}

void check_term(const QuoteRequest& request, const Product& product) {
  if (!request.term_months || *request.term_months == product.terms.term_months) return;
  const std::string term = std::to_string(product.terms.term_months);
  throw_refused("/term_months",
                {"term_months", "the product's term is " + term + " months",
                 "la durée du produit est de " + term + " mois"},
                request.reader);
}

}  // namespace

// What pricing needs of the database, seen at one moment.
struct Quotes::Ground {
  Case subject;
  Handlings handlings;
};

Task<Quotes::Ground> Quotes::ground(const Principal& caller, const OrgId& org,
                                    const CaseId& case_id, Deadline deadline) {
  const auto look = [&](db::Snapshot& at) -> std::optional<Ground> {
    auto subject = needs_.cases.find(at, org, case_id, caller);
    if (!subject) return std::nullopt;
    return Ground{*std::move(subject),
                  handlings_of(needs_.connections.reaching(at, org, caller.environment))};
  };
  auto found = co_await needs_.db.read(look, deadline);
  if (!found) http::throw_not_found();
  require_active(found->subject);
  co_return *std::move(found);
}

Task<Quote> Quotes::create(Principal caller, OrgId org, CaseId case_id, QuoteRequest request,
                           Deadline deadline, db::Keep<Quote> keep) {
  const Ground on = co_await ground(caller, org, case_id, deadline);
  const auto product = co_await needs_.catalog.find(org, caller.environment, request.product,
                                                    std::nullopt, deadline);
  if (!product) http::throw_not_found();
  const std::string language = quotes::language_of(on.subject, request.language);
  const auto reason =
      co_await needs_.catalog.why_not_quotable(org, caller.environment, request.product, deadline);
  if (reason) {
    const Refusal refusal(std::string(to_string(*reason)), describe(*reason, *product, "en"),
                          describe(*reason, *product, "fr"));
    throw_refused("/product_id", refusal, request.reader);
  }
  check_term(request, *product);
  auto outcome = quotes::priced(on.subject, costs_or_throw(on.subject, request.reader), *product,
                                language, handling_for(on.handlings, *product));
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    throw_refused("/product_id", *refusal, request.reader);
  }
  Quote quote = quote_of(on.subject, *product, std::get<PricedProduct>(std::move(outcome)));
  const Time now = needs_.clock.now();
  quote.id = needs_.ids.next<QuoteId>();
  quote.environment = caller.environment;
  quote.language = language;
  quote.first_payment_on = first_payment_after(now);
  quote.created_by = caller.user;
  quote.created_at = now;
  const auto unit = [&](db::Transaction& tx) {
    store(tx, caller, on.subject, quote);
    if (keep) keep(tx, quote);
  };
  co_await needs_.db.write(unit, deadline);
  co_return quote;
}

void Quotes::store(db::Transaction& tx, const Principal& caller, const Case& priced,
                   const Quote& quote) {
  // Two quotes of one product side by side would not see each other, and both stay active.
  tx.lock("quotes of " + quote.case_id.value);
  // The case may have gone, changed hands or cost something else since it was priced.
  const auto subject = needs_.cases.find(tx, quote.org, quote.case_id, caller);
  if (!subject) http::throw_not_found();
  require_active(*subject);
  if (subject->version != priced.version) {
    throw Error(ErrorCode::conflict, "the case was changed while it was quoted: ask again");
  }
  quotes::insert(tx, quote);
  quotes::supersede_others(tx, quote);
  const events::Subject about{"quote", quote.id.value};
  const std::string payload = "{\"case_id\":\"" + quote.case_id.value + "\",\"product_id\":\"" +
                              quote.product.value + "\"}";
  events::append(tx, {needs_.ids.next<EventId>(), quote.org, about, "quote.created", payload,
                      caller.user.value, quote.created_at});
  events::audit(tx, {quote.org, caller.user.value, "quote.created", about, std::nullopt, payload,
                     caller.request_id, quote.created_at});
}

Task<Comparison> Quotes::compare(Principal caller, OrgId org, CaseId case_id,
                                 CompareRequest request, Deadline deadline) {
  const Ground on = co_await ground(caller, org, case_id, deadline);
  const quotes::Costs costs = costs_or_throw(on.subject, request.reader);
  const std::string language = quotes::language_of(on.subject, request.language);
  const auto offered = co_await needs_.catalog.quotable(org, caller.environment, deadline);
  Comparison comparison;
  for (const Quotable& entry : offered) {
    const Product& product = *entry.product;
    if (entry.reason) {
      comparison.left_out.push_back(left_out(product, language,
                                             std::string(to_string(*entry.reason)),
                                             describe(*entry.reason, product, request.reader)));
      comparison.left_out.back().is_passing = is_passing(*entry.reason);
      continue;
    }
    auto outcome =
        quotes::priced(on.subject, costs, product, language, handling_for(on.handlings, product));
    if (auto* refusal = std::get_if<Refusal>(&outcome)) {
      comparison.left_out.push_back(
          left_out(product, language, refusal->code, refusal->in(request.reader)));
    } else {
      comparison.priced.push_back(std::get<PricedProduct>(std::move(outcome)));
    }
  }
  quotes::sort(comparison.priced, request.order);
  co_return comparison;
}

Task<Quote> Quotes::get(Principal caller, OrgId org, CaseId case_id, QuoteId id,
                        Deadline deadline) {
  const auto look = [&](db::Snapshot& at) { return find(at, org, id, caller); };
  auto found = co_await needs_.db.read(look, deadline);
  if (!found || found->case_id != case_id) http::throw_not_found();
  co_return *std::move(found);
}

Task<std::vector<Quote>> Quotes::list(Principal caller, OrgId org, CaseId case_id,
                                      std::optional<QuoteId> before, int limit, Deadline deadline) {
  const auto look = [&](db::Snapshot& at) -> std::optional<std::vector<Quote>> {
    const auto subject = needs_.cases.find(at, org, case_id, caller);
    if (!subject) return std::nullopt;
    quotes::QuoteList asked;
    asked.org = org;
    asked.case_id = case_id;
    asked.generation = subject->generation;
    asked.environment = caller.environment;
    asked.before = before;
    asked.limit = limit;
    return quotes::list(at, asked);
  };
  auto found = co_await needs_.db.read(look, deadline);
  if (!found) http::throw_not_found();
  co_return *std::move(found);
}

std::optional<Quote> Quotes::find(db::Snapshot& at, const OrgId& org, const QuoteId& id,
                                  const Principal& caller) const {
  auto quote = find(at, org, id);
  if (!quote || quote->environment != caller.environment) return std::nullopt;
  const auto subject = needs_.cases.find(at, org, quote->case_id, caller);
  if (!subject || subject->generation != quote->case_generation) return std::nullopt;
  return quote;
}

bool Quotes::may_see(db::Snapshot& at, const Principal& caller, const OrgId& org,
                     const QuoteId& id) const {
  const auto place = quotes::place_of(at, org, id);
  if (!place || place->environment != caller.environment) return false;
  const auto owner = cases::owner_of(at, org, place->case_id);
  return owner && cases::may_see(caller, *owner);
}

std::optional<Quote> Quotes::find(db::Snapshot& at, const OrgId& org, const QuoteId& id) const {
  return quotes::find(at, org, id);
}

}  // namespace lendport
