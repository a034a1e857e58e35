#include "quotes/json.hpp"

#include "core/iso.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport::quotes {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kIdBytesMax = 64;
constexpr std::size_t kLocaleBytesMax = 16;
constexpr std::string_view kOrderWords = "lowest_payment, lowest_rate, shortest_term";

template <class AnyId>
Value maybe(const std::optional<AnyId>& id) {
  return id ? Value(id->value) : Value(nullptr);
}

Value sourced(Money money, Source source) {
  Value value = json::write(money);
  value["source"] = std::string(to_string(source));
  return value;
}

Value fee_value(const Amounts& amounts) {
  Value value = sourced(amounts.dealer_fee, Source::product);
  value["basis"] = std::string(to_string(amounts.dealer_fee_basis));
  value["handling"] = std::string(to_string(amounts.dealer_fee_handling));
  return value;
}

Value amounts_value(const Amounts& amounts) {
  return {{"system_cost", sourced(amounts.system_cost, amounts.system_cost_source)},
          {"adders", sourced(amounts.adders, Source::case_lines)},
          {"discounts", sourced(amounts.discounts, Source::case_lines)},
          {"incentives", sourced(amounts.incentives, Source::case_lines)},
          {"down_payment", sourced(amounts.down_payment, Source::case_field)},
          {"net_cost", sourced(amounts.net_cost, Source::computed)},
          {"dealer_fee", fee_value(amounts)},
          {"fees", sourced(amounts.fees, Source::product)},
          {"financed_amount", sourced(amounts.financed, Source::computed)},
          {"amount_sent_to_lender", sourced(amounts.sent, Source::computed)}};
}

std::string amount(std::int64_t minor_units, Currency currency) {
  return format_amount({minor_units, currency});
}

// Rows are many: plain amounts, the currency once.
Value schedule_value(const Quote& quote) {
  const Currency currency = quote.payment.currency;
  Value rows = Value::array();
  int n = 0;
  for (const Row& row : quote.schedule) {
    ++n;
    rows.push_back({{"n", n},
                    {"due_date", json::write(due_date(quote.first_payment_on, n))},
                    {"opening", amount(row.opening, currency)},
                    {"principal", amount(row.principal, currency)},
                    {"interest", amount(row.interest, currency)},
                    {"payment", amount(row.payment, currency)},
                    {"balance", amount(row.balance, currency)}});
  }
  return {{"currency", std::string(currency.code())}, {"rows", std::move(rows)}};
}

Value quote_value(const Quote& quote) {
  Value value = {{"id", quote.id.value},
                 {"case_id", quote.case_id.value},
                 {"status", std::string(to_string(quote.status))},
                 {"environment", std::string(to_string(quote.environment))},
                 {"language", quote.language},
                 {"product_id", quote.product.value},
                 {"product_version", quote.product_version},
                 {"product_name", quote.product_name},
                 {"lender", quote.lender},
                 {"lender_product_id", quote.lender_product_id},
                 {"connection_id", maybe(quote.connection)},
                 {"amounts", amounts_value(quote.amounts)},
                 {"term_months", quote.term_months},
                 {"apr_stated", json::write(quote.apr_stated)},
                 {"apr", json::write(quote.apr)},
                 {"apr_method", "us_actuarial"},
                 {"apr_tolerance", json::write(kToleranceRegular)},
                 {"apr_within_tolerance", quote.apr_within_tolerance},
                 {"first_payment", json::write(quote.payment)},
                 {"last_payment", json::write(quote.last_payment)},
                 {"total_of_payments", json::write(quote.total_of_payments)},
                 {"finance_charge", json::write(quote.finance_charge)},
                 {"first_payment_on", json::write(quote.first_payment_on)},
                 {"created_by", quote.created_by.value},
                 {"created_at", json::write(quote.created_at)},
                 {"version", quote.version}};
  if (!quote.schedule.empty()) value["schedule"] = schedule_value(quote);
  return value;
}

Value line_value(const PricedProduct& line) {
  const Currency currency = line.priced.total_of_payments.currency;
  return {{"product_id", line.product.value},
          {"product_version", line.product_version},
          {"product_name", line.product_name},
          {"lender", line.lender},
          {"connection_id", maybe(line.connection)},
          {"amounts", amounts_value(line.priced.amounts)},
          {"term_months", line.term_months},
          {"apr_stated", json::write(line.apr_stated)},
          {"apr", json::write(line.priced.apr)},
          {"apr_within_tolerance", line.priced.apr_within_tolerance},
          {"first_payment", json::write(Money{line.priced.loan.payment_minor, currency})},
          {"last_payment", json::write(Money{line.priced.loan.last_payment_minor, currency})},
          {"total_of_payments", json::write(line.priced.total_of_payments)},
          {"finance_charge", json::write(line.priced.finance_charge)}};
}

Value left_out_value(const LeftOut& left) {
  return {{"product_id", left.product.value},
          {"product_name", left.product_name},
          {"lender", left.lender},
          {"code", left.code},
          {"detail", left.detail}};
}

template <class T>
Value list_value(const std::vector<T>& items, Value (*write_item)(const T&)) {
  Value list = Value::array();
  for (const T& item : items) list.push_back(write_item(item));
  return list;
}

std::string locale(Reader& body) {
  std::string language = body.optional_text("language", kLocaleBytesMax).value_or("");
  if (!language.empty() && !is_language_tag(language)) {
    body.refuse("language", "not_a_language", "must be a language's code, such as en or fr-CA");
  }
  return language;
}

}  // namespace

QuoteRequest read_quote_request(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  QuoteRequest request;
  // An id that no product can have reads as one that is not there: the same refusal later.
  request.product = ProductId{body.text("product_id", kIdBytesMax)};
  if (const auto term = body.optional_integer("term_months", 1, kTermMonthsMax)) {
    request.term_months = static_cast<int>(*term);
  }
  request.language = locale(body);
  body.finish();
  return request;
}

CompareRequest read_compare_request(std::string_view text) {
  if (text.empty()) return {};
  const Value document = json::parse(text);
  Reader body(document);
  CompareRequest request;
  if (const auto word = body.optional_text("sort", kIdBytesMax)) {
    const auto order = parse_quote_order(*word);
    if (!order) body.refuse("sort", "unknown_choice", "must be one of " + std::string(kOrderWords));
    request.order = order.value_or(QuoteOrder::lowest_payment);
  }
  request.language = locale(body);
  body.finish();
  return request;
}

Written write(const Quote& quote) {
  return std::make_shared<const Value>(quote_value(quote));
}

Written write(const std::vector<Quote>& quotes) {
  return std::make_shared<const Value>(list_value(quotes, quote_value));
}

Written write(const Comparison& comparison) {
  Value value = {{"data", list_value(comparison.priced, line_value)},
                 {"left_out", list_value(comparison.left_out, left_out_value)}};
  return std::make_shared<const Value>(std::move(value));
}

std::string schedule_csv(const Quote& quote) {
  const Currency currency = quote.payment.currency;
  std::string csv = "n,due_date,opening,principal,interest,payment,balance\n";
  int n = 0;
  for (const Row& row : quote.schedule) {
    ++n;
    csv += std::to_string(n) + ',' + format_date(due_date(quote.first_payment_on, n));
    for (std::int64_t units :
         {row.opening, row.principal, row.interest, row.payment, row.balance}) {
      csv += ',' + amount(units, currency);
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace lendport::quotes
