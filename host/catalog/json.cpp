#include "catalog/json.hpp"

#include "catalog/rules.hpp"
#include "catalog/terms.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace lendport {
namespace {

using json::Reader;
using json::Value;

Value write_local_text(const LocalText& text) {
  Value object = Value::object();
  for (const auto& [locale, wording] : text) object[locale] = wording;
  return object;
}

Value write_dealer_fee(const DealerFee& fee) {
  Value object;
  if (fee.percent) object["percent"] = json::write(*fee.percent);
  if (fee.flat) object["flat"] = json::write(*fee.flat);
  object["basis"] = to_string(fee.basis);
  object["included_in_quoted_cost"] = fee.included_in_quoted_cost;
  return object;
}

Value write_promo(const Promo& promo) {
  Value object{{"months", promo.months}};
  if (promo.rate) object["rate"] = json::write(*promo.rate);
  if (promo.no_payment_months) object["no_payment_months"] = *promo.no_payment_months;
  object["interest_only"] = promo.interest_only;
  return object;
}

Value write_fees(const std::vector<ProductFee>& fees) {
  Value list = Value::array();
  for (const ProductFee& fee : fees) {
    list.push_back(
        {{"code", fee.code}, {"amount", json::write(fee.amount)}, {"financed", fee.financed}});
  }
  return list;
}

template <class T>
void write_optional(Value& object, const char* field, const std::optional<T>& value) {
  if (value) object[field] = json::write(*value);
}

void write_pricing(const Terms& terms, Value& object) {
  object["currency"] = std::string(terms.currency.code());
  object["apr"] = json::write(terms.apr);
  object["term_months"] = terms.term_months;
  if (terms.promo) object["promo"] = write_promo(*terms.promo);
  if (terms.itc_paydown) {
    object["itc_paydown"] = {{"percent", json::write(terms.itc_paydown->percent)},
                             {"month", terms.itc_paydown->month},
                             {"re_amortize", terms.itc_paydown->re_amortize}};
  }
  write_optional(object, "escalator", terms.escalator);
  write_optional(object, "price_per_kwh", terms.price_per_kwh);
  if (terms.dealer_fee) object["dealer_fee"] = write_dealer_fee(*terms.dealer_fee);
  if (!terms.fees.empty()) object["fees"] = write_fees(terms.fees);
  write_optional(object, "min_amount", terms.min_amount);
  write_optional(object, "max_amount", terms.max_amount);
  write_optional(object, "down_payment", terms.down_payment);
  object["day_count"] = to_string(terms.day_count);
  object["payment_frequency"] = to_string(terms.payment_frequency);
}

Value write_terms(const Terms& terms) {
  Value object;
  object["kind"] = to_string(kind_of(terms.structure));
  object["structure"] = to_string(terms.structure);
  object["name"] = write_local_text(terms.name);
  if (!terms.texts.empty()) {
    Value texts = Value::object();
    for (const auto& [name, wordings] : terms.texts) texts[name] = write_local_text(wordings);
    object["texts"] = std::move(texts);
  }
  object["approved_locales"] = terms.approved_locales;
  object["countries"] = terms.countries;
  if (!terms.states.empty()) object["states"] = terms.states;
  if (!terms.segments.empty()) object["segments"] = terms.segments;
  write_pricing(terms, object);
  write_optional(object, "valid_from", terms.valid_from);
  write_optional(object, "valid_until", terms.valid_until);
  return object;
}

// Never a wording the lender did not approve.
Terms approved_only(Terms terms) {
  const std::set<std::string> approved(terms.approved_locales.begin(),
                                       terms.approved_locales.end());
  const auto unapproved = [&](const auto& text) { return !approved.contains(text.first); };
  std::erase_if(terms.name, unapproved);
  for (auto& [name, wordings] : terms.texts) std::erase_if(wordings, unapproved);
  std::erase_if(terms.texts, [](const auto& text) { return text.second.empty(); });
  return terms;
}

ReadProduct read_lender_product(const Value& value) {
  if (!value.is_object()) return ImpossibleProduct{"", "is not an object"};
  Reader body(value);
  body.take_as_it_came();
  body.ignore_unknown();
  LenderProduct product;
  product.lender_product_id = body.text("lender_product_id", 128);
  product.supersedes = body.optional_text("supersedes", 128);
  product.terms = approved_only(read_terms(body));
  std::vector<Violation> found = body.violations();
  if (found.empty()) found = violations_of(product.terms);
  if (found.empty()) return product;
  return ImpossibleProduct{std::move(product.lender_product_id), one_sentence(found)};
}

Value write_configured(const ProductDraft& product) {
  Value object = write_terms(product.terms);
  object["lender"] = product.lender;
  if (!product.lender_product_id.empty()) object["lender_product_id"] = product.lender_product_id;
  if (product.supersedes) object["supersedes"] = product.supersedes->value;
  return object;
}

std::optional<ProductId> read_predecessor(Reader& body) {
  const auto text = body.optional_text("supersedes", 64);
  if (!text) return std::nullopt;
  auto id = ProductId::parse(*text);
  if (!id) body.refuse("supersedes", "unknown", "there is no such product");
  return id;
}

ProductDraft configured_in(const Value& document) {
  Reader body(document);
  ProductDraft product;
  product.lender = body.text("lender", 128);
  product.lender_product_id = body.optional_text("lender_product_id", 128).value_or("");
  product.supersedes = read_predecessor(body);
  product.terms = read_terms(body);
  body.finish();
  std::vector<Violation> found = violations_of(product.terms);
  if (!found.empty()) throw Error(std::move(found));
  return product;
}

Value successors_value(const std::vector<connectors::Successor>& successors) {
  Value list = Value::array();
  for (const auto& one : successors) {
    list.push_back({{"plugin_id", one.plugin}, {"name", one.name}});
  }
  return list;
}

void write_reason(const Quotable& entry, std::string_view language, Value& object) {
  object["quotable"] = !entry.reason.has_value();
  if (!entry.reason) return;
  object["not_quotable"] = {{"code", to_string(*entry.reason)},
                            {"detail", describe(*entry.reason, *entry.product, language)}};
  if (*entry.reason != NotQuotable::lender_winding_down) return;
  object["not_quotable"]["successors"] = successors_value(entry.product->successors);
}

Value write_lender(const LenderView& lender, std::string_view language) {
  const Connection& connection = lender.connection;
  Value products = Value::array();
  for (const Quotable& entry : lender.products) {
    const Product& product = *entry.product;
    products.push_back({{"id", product.id.value},
                        {"display_name", product.name_in(language)},
                        {"status", to_string(product.status)},
                        {"integration_status", to_string(product.integration_status)},
                        {"inherited", product.inherited},
                        {"quotable", !entry.reason.has_value()}});
  }
  const std::string reason = connections::status_reason_in(connection, language);
  return Value{{"lender", lender.lender},
               {"plugin_id", connection.plugin_id},
               {"connection_id", connection.id.value},
               {"environment", to_string(connection.environment)},
               {"partnership", to_string(connection.status)},
               {"partnership_reason", reason.empty() ? Value(nullptr) : Value(reason)},
               {"successors", successors_value(connection.successors)},
               {"inherited", lender.inherited},
               {"org", connection.org.value},
               {"products", std::move(products)}};
}

Value write_product(const Quotable& entry, std::string_view language) {
  const Product& product = *entry.product;
  Value object;
  object["id"] = product.id.value;
  object["version"] = product.version;
  object["revision"] = product.revision;
  object["org"] = product.org.value;
  object["inherited"] = product.inherited;
  object["supersedes"] = product.supersedes ? Value(product.supersedes->value) : Value();
  object["lender"] = product.lender;
  object["plugin"] = product.plugin_id;
  object["connection"] = product.connection ? Value(product.connection->value) : Value();
  object["environment"] = product.environment ? Value(to_string(*product.environment)) : Value();
  object["origin"] = to_string(product.origin);
  object["lender_product_id"] = product.lender_product_id;
  object["display_name"] = product.name_in(language);
  object.update(write_terms(product.terms));
  object["status"] = to_string(product.status);
  object["integration_status"] = to_string(product.integration_status);
  object["fetched_at"] = product.fetched_at ? json::write(*product.fetched_at) : Value();
  object["stale"] = product.stale;
  object["selected"] = product.selected;
  object["held_back"] = product.held_back ? Value(*product.held_back) : Value();
  write_reason(entry, language, object);
  return object;
}

}  // namespace

LocalText read_local_text(Reader& body, std::string_view field, std::size_t bytes_max) {
  LocalText text;
  const Value& value = body.any(field);
  if (value.is_null()) return text;
  if (!value.is_object() || value.size() > kLocalesMax) {
    body.refuse(field, "type", "must be an object of at most 32 texts, one per locale");
    return text;
  }
  for (const auto& [locale, wording] : value.items()) {
    const bool fine = may_be_locale(body, locale) && wording.is_string() &&
                      wording.get_ref<const std::string&>().size() <= bytes_max;
    if (fine) {
      text.emplace(locale, wording.get<std::string>());
      const Lines lines = bytes_max > kNameBytesMax ? Lines::many : Lines::one;
      if (body.is_judged_whole()) body.check_text(field, text.at(locale), lines);
    } else {
      body.refuse(std::string(field), "type",
                  "must hold one text of at most " + std::to_string(bytes_max) +
                      " bytes per locale like \"en\" or \"fr-CA\"");
    }
  }
  return text;
}

std::map<std::string, LocalText> read_texts(Reader& body) {
  std::map<std::string, LocalText> texts;
  if (!body.has("texts")) return texts;
  const Value& value = body.any("texts");
  if (!value.is_object() || value.size() > kTextsMax) {
    body.refuse("texts", "type", "must be an object of at most 64 texts");
    return texts;
  }
  Reader inner = body.object("texts");
  for (const auto& [name, wordings] : value.items()) {
    texts.emplace(name, read_local_text(inner, name, kWordingBytesMax));
  }
  return texts;
}

std::string terms_text(const Terms& terms) {
  return json::dump(write_terms(terms));
}

Terms terms_in(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  body.take_as_it_came();
  Terms terms = read_terms(body);
  const std::vector<Violation> found = body.violations();
  if (!found.empty()) throw Error(ErrorCode::internal, "stored terms: " + one_sentence(found));
  return terms;
}

std::variant<CatalogPage, std::string> read_catalog_page(const Value& result) {
  Reader envelope(result);
  envelope.take_as_it_came();
  envelope.ignore_unknown();
  const Value& products = envelope.any("products");
  const bool listed = products.is_array() && products.size() <= kCatalogPageProductsMax;
  if (!products.is_null() && !listed) {
    envelope.refuse("products", "type", "must be a list of at most 500 products");
  }
  CatalogPage page;
  page.next_page = envelope.optional_text("next_page", kPageTokenBytesMax).value_or("");
  const std::vector<Violation> found = envelope.violations();
  if (!found.empty()) return one_sentence(found);
  for (const Value& product : products) page.products.push_back(read_lender_product(product));
  return page;
}

std::string catalog_request(const std::string& page) {
  Value request = Value::object();
  if (!page.empty()) request["page"] = page;
  return json::dump(request);
}

ProductDraft read_configured(std::string_view body) {
  return configured_in(json::parse(body));
}

ProductDraft read_changes(const ProductDraft& before, std::string_view body) {
  const Value changes = json::parse(body);
  Reader shape(changes);
  shape.ignore_unknown();
  shape.finish();
  Value document = write_configured(before);
  // A new structure or kind alone says the whole of it.
  if (changes.is_object() && changes.contains("kind") != changes.contains("structure")) {
    document.erase(changes.contains("kind") ? "structure" : "kind");
  }
  document.merge_patch(changes);
  return configured_in(document);
}

bool read_selection(std::string_view body) {
  const Value document = json::parse(body);
  Reader reader(document);
  const bool selected = reader.flag("selected");
  reader.finish();
  return selected;
}

bool read_org_selection(std::string_view body) {
  const Value document = json::parse(body);
  Reader reader(document);
  const std::string mode = reader.choice("mode", {"all", "chosen"});
  reader.finish();
  return mode == "chosen";
}

std::string selection_text(const OrgSelection& selection) {
  return json::dump(Value{{"mode", selection.narrowed ? "chosen" : "all"}});
}

std::string product_text(const Quotable& entry, std::string_view language) {
  return json::dump(write_product(entry, language));
}

std::string list_text(const std::vector<const std::string*>& items) {
  std::string text = "[";
  for (const std::string* item : items) {
    if (text.size() > 1) text += ',';
    text += *item;
  }
  return text + "]";
}

std::string lenders_text(const std::vector<LenderView>& lenders, std::string_view language) {
  Value list = Value::array();
  for (const LenderView& lender : lenders) list.push_back(write_lender(lender, language));
  return json::dump(list);
}

std::string revisions_text(const std::vector<ProductRevision>& revisions) {
  Value list = Value::array();
  for (const ProductRevision& revision : revisions) {
    Value item{{"version", revision.version},
               {"made_at", json::write(revision.made_at)},
               {"made_by", revision.made_by}};
    item.update(write_terms(revision.terms));
    list.push_back(std::move(item));
  }
  return json::dump(list);
}

std::string state_text(const CatalogState& state) {
  Value object{{"connection", state.connection.value},
               {"fetched_at", state.fetched_at ? json::write(*state.fetched_at) : Value()},
               {"tried_at", state.tried_at ? json::write(*state.tried_at) : Value()},
               {"stale", state.stale},
               {"problem", state.problem.empty() ? Value() : Value(state.problem)},
               {"quoting_allowed", state.quoting_allowed},
               {"products", state.products}};
  Value held = Value::array();
  for (const HeldBackProduct& product : state.held_back) {
    held.push_back({{"lender_product_id", product.lender_product_id}, {"reason", product.reason}});
  }
  object["held_back"] = std::move(held);
  return json::dump(object);
}

std::string change_text(const Product& product) {
  return json::dump({{"product", product.id.value},
                     {"version", product.version},
                     {"status", to_string(product.status)},
                     {"selected", product.selected}});
}

std::string audit_text(const Product& product) {
  Value object = write_terms(product.terms);
  object.erase("texts");
  object["version"] = product.version;
  object["status"] = to_string(product.status);
  object["selected"] = product.selected;
  return json::dump(object);
}

std::string sync_text(int added, int changed, int retired, int held_back) {
  return json::dump(
      {{"added", added}, {"changed", changed}, {"retired", retired}, {"held_back", held_back}});
}

std::string problem_text(const std::string& reason) {
  return json::dump({{"reason", reason}});
}

std::string sync_job_text(const ConnectionId& connection) {
  return json::dump({{"connection", connection.value}});
}

ConnectionId connection_in(std::string_view payload) {
  const Value document = json::parse(payload);
  Reader body(document);
  ConnectionId connection{body.text("connection")};
  body.finish();
  return connection;
}

}  // namespace lendport
