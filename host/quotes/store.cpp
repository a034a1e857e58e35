#include "quotes/store.hpp"

#include "core/error.hpp"
#include "db/stored.hpp"

#include <charconv>
#include <string>

namespace lendport::quotes {
namespace {

constexpr std::string_view kColumns =
    "id, org_id, case_id, case_generation, status, environment, language, product_id, "
    "product_version, product_name, lender, lender_product_id, connection_id, currency, "
    "system_cost_minor, system_cost_source, adders_minor, discounts_minor, incentives_minor, "
    "down_payment_minor, net_cost_minor, dealer_fee_minor, dealer_fee_basis, dealer_fee_handling, "
    "fees_minor, financed_minor, sent_minor, term_months, apr_stated_billionths, apr_billionths, "
    "apr_within_tolerance, payment_minor, last_payment_minor, total_of_payments_minor, "
    "finance_charge_minor, first_payment_on, created_by, created_at_ms, version";

std::string select(std::string_view more, std::string_view rest) {
  std::string sql = "SELECT ";
  return sql.append(kColumns).append(more).append(" FROM quotes ").append(rest);
}

Amounts amounts_in(const db::Row& row, Currency currency) {
  const auto money = [&](std::string_view column) { return Money{row.integer(column), currency}; };
  Amounts amounts;
  amounts.system_cost = money("system_cost_minor");
  amounts.system_cost_source =
      db::stored(parse_source(row.text("system_cost_source")), row.text("system_cost_source"));
  amounts.adders = money("adders_minor");
  amounts.discounts = money("discounts_minor");
  amounts.incentives = money("incentives_minor");
  amounts.down_payment = money("down_payment_minor");
  amounts.net_cost = money("net_cost_minor");
  amounts.dealer_fee = money("dealer_fee_minor");
  amounts.dealer_fee_basis =
      db::stored(parse_fee_basis(row.text("dealer_fee_basis")), row.text("dealer_fee_basis"));
  amounts.dealer_fee_handling = db::stored(parse_fee_handling(row.text("dealer_fee_handling")),
                                           row.text("dealer_fee_handling"));
  amounts.fees = money("fees_minor");
  amounts.financed = money("financed_minor");
  amounts.sent = money("sent_minor");
  return amounts;
}

void read_product(const db::Row& row, Quote& quote) {
  quote.product = row.id<ProductId>("product_id");
  quote.product_version = row.integer("product_version");
  quote.product_name = row.text("product_name");
  quote.lender = row.text("lender");
  quote.lender_product_id = row.text("lender_product_id");
  if (auto connection = row.optional_text("connection_id")) {
    quote.connection = ConnectionId{*std::move(connection)};
  }
}

Quote quote_in(const db::Row& row) {
  const Currency currency = Currency::parse(row.text("currency")).value();
  const auto money = [&](std::string_view column) { return Money{row.integer(column), currency}; };
  Quote quote;
  quote.id = row.id<QuoteId>("id");
  quote.org = row.id<OrgId>("org_id");
  quote.case_id = row.id<CaseId>("case_id");
  quote.case_generation = row.integer("case_generation");
  quote.status = db::stored(parse_quote_status(row.text("status")), row.text("status"));
  quote.environment =
      db::stored(parse_environment(row.text("environment")), row.text("environment"));
  quote.language = row.text("language");
  read_product(row, quote);
  quote.amounts = amounts_in(row, currency);
  quote.term_months = static_cast<int>(row.integer("term_months"));
  quote.apr_stated = Rate{row.integer("apr_stated_billionths")};
  quote.apr = Rate{row.integer("apr_billionths")};
  quote.apr_within_tolerance = row.flag("apr_within_tolerance");
  quote.payment = money("payment_minor");
  quote.last_payment = money("last_payment_minor");
  quote.total_of_payments = money("total_of_payments_minor");
  quote.finance_charge = money("finance_charge_minor");
  quote.first_payment_on = parse_date(row.text("first_payment_on")).value();
  quote.created_by = row.id<UserId>("created_by");
  quote.created_at = row.time("created_at_ms");
  quote.version = row.integer("version");
  return quote;
}

db::Values values_of(const Quote& quote) {
  const Amounts& amounts = quote.amounts;
  return {quote.id,
          quote.org,
          quote.case_id,
          quote.case_generation,
          to_string(quote.status),
          to_string(quote.environment),
          quote.language,
          quote.product,
          quote.product_version,
          quote.product_name,
          quote.lender,
          quote.lender_product_id,
          quote.connection,
          quote.payment.currency.code(),
          amounts.system_cost.minor_units,
          to_string(amounts.system_cost_source),
          amounts.adders.minor_units,
          amounts.discounts.minor_units,
          amounts.incentives.minor_units,
          amounts.down_payment.minor_units,
          amounts.net_cost.minor_units,
          amounts.dealer_fee.minor_units,
          to_string(amounts.dealer_fee_basis),
          to_string(amounts.dealer_fee_handling),
          amounts.fees.minor_units,
          amounts.financed.minor_units,
          amounts.sent.minor_units,
          quote.term_months,
          quote.apr_stated.billionths,
          quote.apr.billionths,
          quote.apr_within_tolerance,
          quote.payment.minor_units,
          quote.last_payment.minor_units,
          quote.total_of_payments.minor_units,
          quote.finance_charge.minor_units,
          format_date(quote.first_payment_on),
          quote.created_by,
          quote.created_at,
          quote.version,
          schedule_text(quote.schedule)};
}

std::string placeholders(std::size_t count) {
  std::string text;
  for (std::size_t i = 1; i <= count; ++i) {
    text.append(i == 1 ? "$" : ", $").append(std::to_string(i));
  }
  return text;
}

// A number that ends at `separator`; moves past both.
std::int64_t number_before(std::string_view& text, char separator) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || length >= text.size() || text[length] != separator) {
    throw Error(ErrorCode::internal, "a stored schedule cannot be read");
  }
  text.remove_prefix(length + 1);
  return number;
}

}  // namespace

void insert(db::Transaction& tx, const Quote& quote) {
  const db::Values values = values_of(quote);
  std::string sql = "INSERT INTO quotes (";
  sql.append(kColumns)
      .append(", schedule) VALUES (")
      .append(placeholders(values.size()))
      .append(")");
  tx.execute(sql, values);
}

void supersede_others(db::Transaction& tx, const Quote& quote) {
  tx.execute(
      "UPDATE quotes SET status = 'superseded', version = version + 1 WHERE org_id = $1 AND "
      "case_id = $2 AND product_id = $3 AND environment = $4 AND status = 'active' AND id <> $5",
      {quote.org, quote.case_id, quote.product, to_string(quote.environment), quote.id});
}

std::optional<Quote> find(db::Snapshot& at, const OrgId& org, const QuoteId& id) {
  const auto row = at.find(select(", schedule", "WHERE org_id = $1 AND id = $2"), {org, id});
  if (!row) return std::nullopt;
  Quote quote = quote_in(*row);
  quote.schedule = schedule_in(row->text("schedule"), quote.amounts.financed.minor_units);
  return quote;
}

std::optional<QuotePlace> place_of(db::Snapshot& at, const OrgId& org, const QuoteId& id) {
  const auto row =
      at.find("SELECT case_id, environment FROM quotes WHERE org_id = $1 AND id = $2", {org, id});
  if (!row) return std::nullopt;
  return QuotePlace{
      row->id<CaseId>("case_id"),
      db::stored(parse_environment(row->text("environment")), row->text("environment"))};
}

std::vector<Quote> list(db::Snapshot& at, const QuoteList& list) {
  std::string where =
      "WHERE org_id = $1 AND case_id = $2 AND case_generation = $3 AND environment = $4";
  db::Values values{list.org, list.case_id, list.generation, to_string(list.environment)};
  if (list.before) {
    values.emplace_back(*list.before);
    where += " AND id < $5";
  }
  values.emplace_back(list.limit);
  where += " ORDER BY id DESC LIMIT $" + std::to_string(values.size());
  std::vector<Quote> quotes;
  for (const db::Row& row : at.query(select("", where), values)) quotes.push_back(quote_in(row));
  return quotes;
}

std::string schedule_text(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    text += std::to_string(row.principal) + ',' + std::to_string(row.interest) + ';';
  }
  return text;
}

std::vector<Row> schedule_in(std::string_view text, std::int64_t financed_minor) {
  std::vector<Row> rows;
  std::int64_t balance = financed_minor;
  while (!text.empty()) {
    Row row;
    row.opening = balance;
    row.principal = number_before(text, ',');
    row.interest = number_before(text, ';');
    row.payment = row.principal + row.interest;
    row.balance = balance = row.opening - row.principal;
    rows.push_back(row);
  }
  if (balance != 0) throw Error(ErrorCode::internal, "a stored schedule does not add up");
  return rows;
}

}  // namespace lendport::quotes
