#include "mail/letter.hpp"

#include "core/text.hpp"
#include "mail/message.hpp"

#include <algorithm>

namespace lendport::mail {
namespace {

// A value for the body: line ends stay, other control characters go.
std::string as_body_text(std::string_view value) {
  std::string clean;
  while (true) {
    const std::size_t end = std::min(value.find('\n'), value.size());
    clean += as_header_text(value.substr(0, end));
    if (end == value.size()) return cut(clean, kFactBytesMax);
    clean += '\n';
    value.remove_prefix(end + 1);
  }
}

// Sections that are not there leave their line ends behind.
std::string without_gaps(std::string_view text) {
  std::string dense;
  for (const char c : text) {
    if (c != '\n' || !dense.ends_with("\n\n")) dense += c;
  }
  return dense;
}

Facts adverse_action_sample(Facts facts, bool french) {
  facts["creditor"] = facts["lender"];
  facts.erase("lender");
  facts["creditor_address"] = "1 Bank Street, Dover, DE 19901";
  facts["creditor_phone"] = "1-800-555-0100";
  facts["date"] = "2026-12-31";
  facts["declined"] = "yes";
  facts["first_reason"] = french ? "Revenus insuffisants pour le montant de crédit demandé"
                                 : "Income insufficient for amount of credit requested";
  facts["report_agency"] = "Example Reports";
  facts["report_address"] = "2 File Street, Dover, DE 19901";
  facts["report_phone"] = "1-800-555-0101";
  facts["agency"] = "Federal Trade Commission, Equal Credit Opportunity, Washington, DC 20580";
  return facts;
}

template <class Clean>
Facts cleaned(const Facts& facts, Clean clean) {
  Facts result;
  for (const auto& [name, value] : facts) result[name] = clean(value);
  return result;
}

void check_size(std::vector<Violation>& found, const char* pointer, std::string_view text,
                std::size_t bytes_max) {
  if (text.empty()) found.push_back({pointer, "required", "must not be empty"});
  if (text.size() > bytes_max) {
    found.push_back({pointer, "too_long", "has more than " + std::to_string(bytes_max) + " bytes"});
  }
}

}  // namespace

std::string_view to_string(Letter letter) {
  switch (letter) {
    case Letter::decision: return "decision";
    case Letter::loan_documents: return "loan_documents";
    case Letter::adverse_action: return "adverse_action";
    case Letter::staff_notice: return "staff_notice";
  }
  return "decision";
}

std::optional<Letter> parse_letter(std::string_view text) {
  for (const Letter letter : kLetters) {
    if (to_string(letter) == text) return letter;
  }
  return std::nullopt;
}

std::optional<Language> parse_language(std::string_view text) {
  if (text == "en") return Language::en;
  if (text == "fr") return Language::fr;
  return std::nullopt;
}

const std::vector<std::string_view>& variables_of(Letter letter) {
  static const std::vector<std::string_view> decision = {
      "applicant",   "org",         "lender",   "amount",      "apr",
      "term_months", "valid_until", "approved", "conditional", "prequalified"};
  static const std::vector<std::string_view> loan_documents = {"applicant", "org", "lender",
                                                               "link"};
  static const std::vector<std::string_view> adverse_action = {
      "applicant",      "org",          "lender",        "creditor",      "creditor_address",
      "creditor_phone", "date",         "declined",      "counter_offer", "first_reason",
      "second_reason",  "third_reason", "fourth_reason", "report_agency", "report_address",
      "report_phone",   "agency"};
  static const std::vector<std::string_view> staff_notice = {
      "person",   "org",         "case",         "lender",   "date",
      "approved", "conditional", "prequalified", "declined", "information",
      "expiry",   "notice",      "connection",   "webhook",  "host"};
  switch (letter) {
    case Letter::decision: return decision;
    case Letter::loan_documents: return loan_documents;
    case Letter::adverse_action: return adverse_action;
    case Letter::staff_notice: return staff_notice;
  }
  return decision;
}

bool is_fixed(Letter letter) {
  return letter == Letter::adverse_action;
}

std::vector<Violation> problems_of(Letter letter, const Texts& texts) {
  std::vector<Violation> found;
  check_size(found, "/subject", texts.subject, kSubjectBytesMax);
  check_size(found, "/text", texts.text, kTextBytesMax);
  check_size(found, "/html", texts.html, kHtmlBytesMax);
  if (!is_header_text(texts.subject)) {
    found.push_back({"/subject", "header_text", "has characters that may not stand in a header"});
  }
  if (!found.empty()) return found;
  for (const auto& [pointer, text] :
       {std::pair("/subject", &texts.subject), std::pair("/text", &texts.text),
        std::pair("/html", &texts.html)}) {
    for (Violation& one : template_problems(*text, variables_of(letter), pointer)) {
      found.push_back(std::move(one));
    }
  }
  return found;
}

Texts render(const Texts& texts, const Facts& facts) {
  const Facts of_body = cleaned(facts, as_body_text);
  const Facts of_header = cleaned(facts, as_header_text);
  return {as_header_text(render(texts.subject, of_header, Escape::none)),
          without_gaps(render(texts.text, of_body, Escape::none)),
          render(texts.html, of_body, Escape::html)};
}

std::string shown(Money money, Language language) {
  const bool french = language == Language::fr;
  std::string amount = format_amount(money);
  std::size_t at = std::min(amount.find('.'), amount.size());
  if (french && at < amount.size()) amount[at] = ',';
  while (at > 3 && std::isdigit(static_cast<unsigned char>(amount[at - 4])) != 0) {
    at -= 3;
    amount.insert(at, french ? "\u00A0" : ",");
  }
  const std::string code(money.currency.code());
  return french ? amount + "\u00A0" + code : code + " " + amount;
}

std::string shown(Rate rate, Language language) {
  std::string text = format_rate(rate);
  if (language == Language::en) return text + "%";
  std::replace(text.begin(), text.end(), '.', ',');
  return text + "\u00A0%";
}

Facts sample_facts(Letter letter, Language language) {
  const bool french = language == Language::fr;
  Facts facts = {{"applicant", french ? "Zoé Lefèvre" : "Ada Example"},
                 {"org", french ? "Toits du Midi" : "Sunny Roofs"},
                 {"lender", french ? "Banque Exemple" : "Example Bank"}};
  if (letter == Letter::loan_documents) {
    facts["link"] = "https://portal.lender.example/documents/123";
    return facts;
  }
  if (letter == Letter::adverse_action) return adverse_action_sample(std::move(facts), french);
  if (letter == Letter::staff_notice) {
    facts.erase("applicant");
    facts["person"] = french ? "Chloé Martin" : "Sam Sample";
    facts["case"] = "C-000123";
    facts["approved"] = "yes";
    return facts;
  }
  facts["amount"] = shown(Money{2'500'000, Currency()}, language);
  facts["apr"] = shown(Rate{5'990'000'000}, language);
  facts["term_months"] = "240";
  facts["valid_until"] = "2026-12-31";
  facts["approved"] = "yes";
  return facts;
}

}  // namespace lendport::mail
