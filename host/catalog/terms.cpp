#include "catalog/terms.hpp"

#include "catalog/rules.hpp"
#include "core/iso.hpp"

#include <algorithm>

namespace lendport {
namespace {

using json::Reader;

bool looks_like_country(const std::string& text) {
  return text.size() == 2 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool looks_like_locale(const std::string& text) {
  const auto in = [&](std::size_t i, char from, char to) {
    return text[i] >= from && text[i] <= to;
  };
  if (text.size() != 2 && text.size() != 5) return false;
  if (!in(0, 'a', 'z') || !in(1, 'a', 'z')) return false;
  return text.size() == 2 || (text[2] == '-' && in(3, 'A', 'Z') && in(4, 'A', 'Z'));
}

bool is_listed_country(const std::string& text) {
  return is_country(text);
}

bool is_listed_locale(const std::string& text) {
  return is_locale(text);
}

std::vector<std::string> read_words(Reader& body, std::string_view field, bool required,
                                    std::size_t items_max, bool (*fine)(const std::string&)) {
  if (!required && !body.has(field)) return {};
  std::vector<std::string> words = body.texts(field, items_max);
  if (!std::all_of(words.begin(), words.end(), fine)) {
    body.refuse(field, "not_a_code", "holds a word that is not a code of this list");
  } else if (required && words.empty() && body.has(field)) {
    body.refuse(field, "required", "must hold at least one");
  }
  return words;
}

// A word of a fixed list, or `otherwise` when the field is absent.
template <class Enum>
Enum read_word(Reader& body, std::string_view field, std::optional<Enum> (*parse)(std::string_view),
               std::optional<Enum> otherwise) {
  if (otherwise && !body.has(field)) return *otherwise;
  const std::string word = body.text(field, 64);
  const auto value = parse(word);
  if (!word.empty() && !value) {
    body.refuse(field, "unknown_choice", "\"" + word + "\" is not a value the hub knows");
  }
  return value.value_or(otherwise.value_or(Enum{}));
}

Currency read_currency(Reader& body) {
  const std::string code = body.text("currency", 3);
  if (code.empty()) return {};
  const auto currency = Currency::parse(code);
  if (!currency) body.refuse("currency", "unknown_currency", currency.error().detail());
  return currency ? *currency : Currency{};
}

// A family alone ("loan") means its plain form.
std::optional<Structure> structure_named(std::string_view word) {
  if (word == "loan") return Structure::loan_mortgage_style;
  return parse_structure(word);
}

// `structure` is exact; `kind` may be the family or, from a lender, the structure itself.
Structure read_structure(Reader& body) {
  if (!body.has("structure")) {
    return read_word<Structure>(body, "kind", structure_named, std::nullopt);
  }
  const auto structure = read_word<Structure>(body, "structure", parse_structure, std::nullopt);
  if (const auto kind = body.optional_text("kind", 64)) {
    const auto family = parse_financing_kind(*kind);
    const bool agrees = *kind == to_string(structure) || family == kind_of(structure);
    if (!agrees) body.refuse("kind", "disagrees", "is not the kind of this structure");
  }
  return structure;
}

std::optional<Promo> read_promo(Reader& body) {
  auto inner = body.optional_object("promo");
  if (!inner) return std::nullopt;
  Promo promo;
  promo.months = static_cast<int>(inner->integer("months", 0, kPromoMonthsMax));
  promo.rate = inner->optional_rate("rate");
  if (const auto months = inner->optional_integer("no_payment_months", 0, kNoPaymentMonthsMax)) {
    promo.no_payment_months = static_cast<int>(*months);
  }
  promo.interest_only = inner->optional_flag("interest_only").value_or(false);
  return promo;
}

std::optional<ItcPaydown> read_itc_paydown(Reader& body) {
  auto inner = body.optional_object("itc_paydown");
  if (!inner) return std::nullopt;
  ItcPaydown paydown;
  paydown.percent = inner->rate("percent");
  paydown.month = static_cast<int>(inner->integer("month", 1, kItcMonthMax));
  paydown.re_amortize = inner->optional_flag("re_amortize").value_or(true);
  return paydown;
}

std::optional<DealerFee> read_dealer_fee(Reader& body) {
  auto inner = body.optional_object("dealer_fee");
  if (!inner) return std::nullopt;
  DealerFee fee;
  fee.percent = inner->optional_rate("percent");
  fee.flat = inner->optional_money("flat");
  fee.basis = read_word<FeeBasis>(*inner, "basis", parse_fee_basis, std::nullopt);
  fee.included_in_quoted_cost = inner->optional_flag("included_in_quoted_cost").value_or(false);
  return fee;
}

std::vector<ProductFee> read_fees(Reader& body) {
  std::vector<ProductFee> fees;
  if (!body.has("fees")) return fees;
  for (Reader& inner : body.objects("fees", kFeesMax)) {
    ProductFee fee;
    fee.code = inner.text("code", 64);
    fee.amount = inner.money("amount");
    fee.financed = inner.optional_flag("financed").value_or(false);
    fees.push_back(std::move(fee));
  }
  return fees;
}

bool looks_like_state(const std::string& text) {
  return text.size() <= 8;
}

bool is_listed_state(const std::string& text) {
  return is_us_state(text);
}

bool is_segment(const std::string& text) {
  return text == "residential" || text == "commercial";
}

void read_names(Reader& body, Terms& terms) {
  terms.name = read_local_text(body, "name", kNameBytesMax);
  terms.texts = read_texts(body);
  terms.approved_locales =
      read_words(body, "approved_locales", true, kLocalesMax,
                 body.is_judged_whole() ? is_listed_locale : looks_like_locale);
}

void read_places(Reader& body, Terms& terms) {
  const bool whole = body.is_judged_whole();
  terms.countries =
      read_words(body, "countries", true, 250, whole ? is_listed_country : looks_like_country);
  const bool in_us = whole && terms.countries == std::vector<std::string>{"US"};
  terms.states = read_words(body, "states", false, 80, in_us ? is_listed_state : looks_like_state);
  terms.segments = read_words(body, "segments", false, 8, is_segment);
}

void read_bounds(Reader& body, Terms& terms) {
  terms.min_amount = body.optional_money("min_amount");
  terms.max_amount = body.optional_money("max_amount");
  terms.down_payment = body.optional_money("down_payment");
  terms.valid_from = body.optional_date("valid_from");
  terms.valid_until = body.optional_date("valid_until");
}

}  // namespace

bool may_be_locale(const Reader& body, const std::string& text) {
  return body.is_judged_whole() ? is_locale(text) : looks_like_locale(text);
}

Terms read_terms(Reader& body) {
  Terms terms;
  terms.structure = read_structure(body);
  read_names(body, terms);
  read_places(body, terms);
  terms.currency = read_currency(body);
  terms.apr = body.rate("apr");
  terms.term_months = static_cast<int>(body.integer("term_months", 1, kTermMonthsMax));
  terms.promo = read_promo(body);
  terms.itc_paydown = read_itc_paydown(body);
  terms.escalator = body.optional_rate("escalator");
  terms.price_per_kwh = body.optional_money("price_per_kwh");
  terms.dealer_fee = read_dealer_fee(body);
  terms.fees = read_fees(body);
  read_bounds(body, terms);
  terms.day_count = read_word<DayCount>(body, "day_count", parse_day_count, DayCount::thirty_360);
  terms.payment_frequency = read_word<PaymentFrequency>(
      body, "payment_frequency", parse_payment_frequency, PaymentFrequency::monthly);
  return terms;
}

}  // namespace lendport
