// Comparison of names, addresses and what was confirmed.
#include "applications/rules.hpp"

#include "applications/texts.hpp"
#include "core/text.hpp"
#include "quotes/quotes.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utf8proc.h>
#include <utility>

namespace lendport {
namespace {

using Words = std::vector<std::string>;

// Lower case, without accents, compatibility forms made plain. Text that is not UTF-8 folds to
// itself: it then matches only itself.
std::string folded(std::string_view text) {
  constexpr auto kOptions =
      static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                                     UTF8PROC_STRIPMARK | UTF8PROC_IGNORE | UTF8PROC_STRIPCC);
  utf8proc_uint8_t* mapped = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &mapped, kOptions);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(mapped, &std::free);
  if (length < 0) return std::string(text);
  return {reinterpret_cast<const char*>(owned.get()), static_cast<std::size_t>(length)};
}

bool same_letters(std::string_view a, std::string_view b) {
  return a == b || folded(a) == folded(b);
}

bool is_separator(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80 && std::isalnum(byte) == 0;
}

Words words_of(std::string_view text) {
  Words words;
  std::string word;
  for (char c : folded(text) + " ") {
    if (!is_separator(c)) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

bool contains_all(Words haystack, const Words& needles) {
  for (const std::string& needle : needles) {
    const auto found = std::find(haystack.begin(), haystack.end(), needle);
    if (found == haystack.end()) return false;
    haystack.erase(found);
  }
  return true;
}

// The first spelling of each pair is read as the second.
constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kAbbreviations{{
    {"street", "st"},
    {"avenue", "ave"},
    {"av", "ave"},
    {"road", "rd"},
    {"drive", "dr"},
    {"lane", "ln"},
    {"boulevard", "blvd"},
    {"bd", "blvd"},
    {"court", "ct"},
    {"place", "pl"},
    {"square", "sq"},
    {"highway", "hwy"},
    {"apartment", "apt"},
    {"unit", "apt"},
    {"suite", "ste"},
    {"north", "n"},
    {"south", "s"},
    {"usa", "us"},
}};

Words address_words(std::string_view address) {
  Words words = words_of(address);
  for (std::string& word : words) {
    for (const auto& [spelled, read] : kAbbreviations) {
      if (word == spelled) word = std::string(read);
    }
  }
  std::sort(words.begin(), words.end());
  return words;
}

std::string digits_of(std::string_view phone) {
  std::string digits = digits_in(phone);
  if (digits.starts_with("00")) digits.erase(0, 2);
  if (digits.size() == 11 && digits.front() == '1') digits.erase(0, 1);
  return digits;
}

}  // namespace

bool same_name(std::string_view first_name, std::string_view last_name,
               std::string_view full_name) {
  const Words given = words_of(first_name);
  const Words family = words_of(last_name);
  const Words full = words_of(full_name);
  if (given.empty() || family.empty() || full.empty()) return false;
  Words essential = family;
  essential.push_back(given.front());
  Words whole = given;
  whole.insert(whole.end(), family.begin(), family.end());
  // More words than the essential ones are middle names, on either side; but they must be the same
  // ones where both sides have some, or be missing on one side.
  return contains_all(full, essential) && (contains_all(full, whole) || contains_all(whole, full));
}

std::string address_line(const Address& address) {
  std::string line = address.line1;
  if (!address.line2.empty()) line += ", " + address.line2;
  line += ", " + address.city;
  if (!address.state.empty()) line += ", " + address.state;
  return line + " " + address.postal_code + ", " + address.country;
}

bool same_address(std::string_view a, std::string_view b) {
  return a == b || address_words(a) == address_words(b);
}

bool same_email(std::string_view a, std::string_view b) {
  return same_letters(a, b);
}

bool same_phone(std::string_view a, std::string_view b) {
  return digits_of(a) == digits_of(b);
}

Secret<std::string> identity_of(std::string_view ssn, std::string_view email,
                                std::string_view first_name, std::string_view last_name) {
  if (std::string digits = digits_in(ssn); !digits.empty()) {
    return Secret<std::string>("ssn " + digits);
  }
  const Words given = words_of(first_name);
  Words name = words_of(last_name);
  if (email.empty() || given.empty() || name.empty()) return Secret<std::string>("");
  name.push_back(given.front());
  std::sort(name.begin(), name.end());  // either order, as everywhere
  std::string identity = "mailbox " + folded(email);
  for (const std::string& word : name) identity += "\n" + word;
  return Secret<std::string>(std::move(identity));
}

std::vector<Violation> differences(const Confirmation& borrower, const AgreementText& agreement) {
  std::vector<Violation> found;
  const auto note = [&](const char* field, std::string_view applicant, std::string_view agreed) {
    found.push_back(violation("/case/agreement/" + std::string(field), "differs_from_agreement",
                              row_of(applications_texts::kDifferences, "differs_from_agreement"),
                              {{"applicant", applicant}, {"agreed", agreed}}));
  };
  if (!agreement.name.empty() &&
      !same_name(borrower.first_name, borrower.last_name, agreement.name)) {
    note("name", borrower.first_name + " " + borrower.last_name, agreement.name);
  }
  if (!agreement.address.empty() && !same_address(borrower.address, agreement.address)) {
    note("address", borrower.address, agreement.address);
  }
  if (!agreement.email.empty() && !same_email(borrower.email, agreement.email)) {
    note("email", borrower.email, agreement.email);
  }
  return found;
}

mail::Language language_of_letters(std::string_view consented,
                                   const std::vector<std::string>& approved_locales) {
  const auto known = mail::parse_language(consented);
  if (known && (approved_locales.empty() || quotes::serves(approved_locales, consented))) {
    return *known;
  }
  for (const std::string_view locale : approved_locales) {
    if (const auto approved = mail::parse_language(locale.substr(0, locale.find('-')))) {
      return *approved;
    }
  }
  return mail::Language::en;
}

std::optional<Violation> unapproved_language(std::string_view consented,
                                             const std::vector<std::string>& approved_locales,
                                             std::string_view reader) {
  if (approved_locales.empty() || quotes::serves(approved_locales, consented)) return std::nullopt;
  std::string approved;
  for (const std::string& one : approved_locales) {
    approved.append(approved.empty() ? "" : ", ").append(one);
  }
  const std::string language(consented);
  return Violation{"/consent/language", "not_approved",
                   reader == "fr"
                       ? "langues dans lesquelles le prêteur a approuvé ses textes : " + approved +
                             ", et non " + language
                       : "the lender approved its texts in " + approved + ", not in " + language};
}

std::vector<Violation> differences(const Confirmation& confirmed, const Confirmation& stored) {
  std::vector<Violation> found;
  const auto compare = [&](const char* field, const std::string& seen, const std::string& is,
                           bool same) {
    if (same) return;
    found.push_back(violation("/" + std::string(field), "differs",
                              row_of(applications_texts::kDifferences, "differs"),
                              {{"confirmed", seen}, {"stored", is}}));
  };
  compare("first_name", confirmed.first_name, stored.first_name,
          same_letters(confirmed.first_name, stored.first_name));
  compare("last_name", confirmed.last_name, stored.last_name,
          same_letters(confirmed.last_name, stored.last_name));
  compare("email", confirmed.email, stored.email, same_email(confirmed.email, stored.email));
  compare("phone", confirmed.phone, stored.phone, same_phone(confirmed.phone, stored.phone));
  compare("address", confirmed.address, stored.address,
          same_address(confirmed.address, stored.address));
  return found;
}

}  // namespace lendport
