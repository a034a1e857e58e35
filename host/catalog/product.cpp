#include "catalog/product.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace lendport {
namespace {

template <class Enum>
struct Word {
  Enum value;
  std::string_view text;
};
template <class Enum>
Word(Enum, std::string_view) -> Word<Enum>;  // clang 14 does not find it by itself

constexpr std::array kFinancingKinds{
    Word{FinancingKind::loan, "loan"},         Word{FinancingKind::lease, "lease"},
    Word{FinancingKind::ppa, "ppa"},           Word{FinancingKind::pace, "pace"},
    Word{FinancingKind::mortgage, "mortgage"}, Word{FinancingKind::cash, "cash"},
};

constexpr std::array kStructures{
    Word{Structure::loan_solar, "loan_solar"},
    Word{Structure::loan_mortgage_style, "loan_mortgage_style"},
    Word{Structure::bullet, "bullet"},
    Word{Structure::interest_only, "interest_only"},
    Word{Structure::no_payment, "no_payment"},
    Word{Structure::graduated, "graduated"},
    Word{Structure::lease, "lease"},
    Word{Structure::ppa, "ppa"},
    Word{Structure::ppa_prepaid, "ppa_prepaid"},
    Word{Structure::ppa_levelized, "ppa_levelized"},
    Word{Structure::pace, "pace"},
    Word{Structure::mortgage, "mortgage"},
    Word{Structure::cash, "cash"},
};

constexpr std::array kOrigins{
    Word{Origin::integrated, "integrated"},
    Word{Origin::configured, "configured"},
};

constexpr std::array kProductStatuses{
    Word{ProductStatus::draft, "draft"},
    Word{ProductStatus::needs_configuration, "needs_configuration"},
    Word{ProductStatus::uat, "uat"},
    Word{ProductStatus::live, "live"},
    Word{ProductStatus::retired, "retired"},
};

constexpr std::array kIntegrationStatuses{
    Word{IntegrationStatus::none, "none"},
    Word{IntegrationStatus::in_progress, "in_progress"},
    Word{IntegrationStatus::integrated, "integrated"},
};

constexpr std::array kFeeBases{
    Word{FeeBasis::system_cost, "system_cost"},
    Word{FeeBasis::net_cost, "net_cost"},
    Word{FeeBasis::financed_amount, "financed_amount"},
};

constexpr std::array kDayCounts{
    Word{DayCount::thirty_360, "30/360"},
    Word{DayCount::actual_360, "actual/360"},
    Word{DayCount::actual_365, "actual/365"},
    Word{DayCount::actual_actual, "actual/actual"},
};

constexpr std::array kPaymentFrequencies{
    Word{PaymentFrequency::monthly, "monthly"},
    Word{PaymentFrequency::quarterly, "quarterly"},
    Word{PaymentFrequency::semi_annual, "semi_annual"},
    Word{PaymentFrequency::annual, "annual"},
};

constexpr std::array kNotQuotables{
    Word{NotQuotable::not_selected, "not_selected"},
    Word{NotQuotable::not_live, "not_live"},
    Word{NotQuotable::held_back, "held_back"},
    Word{NotQuotable::catalogue_too_old, "catalogue_too_old"},
    Word{NotQuotable::lender_winding_down, "lender_winding_down"},
    Word{NotQuotable::not_connected, "not_connected"},
    Word{NotQuotable::lender_paused, "lender_paused"},
    Word{NotQuotable::not_yet_valid, "not_yet_valid"},
    Word{NotQuotable::no_longer_valid, "no_longer_valid"},
};

template <class Words, class Enum>
std::string_view word_of(const Words& words, Enum value) {
  for (const auto& word : words) {
    if (word.value == value) return word.text;
  }
  assert(false);
  return {};
}

template <class Words>
auto value_of(const Words& words, std::string_view text)
    -> std::optional<decltype(words[0].value)> {
  for (const auto& word : words) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(FinancingKind kind) {
  return word_of(kFinancingKinds, kind);
}
std::string_view to_string(Structure structure) {
  return word_of(kStructures, structure);
}
std::string_view to_string(Origin origin) {
  return word_of(kOrigins, origin);
}
std::string_view to_string(ProductStatus status) {
  return word_of(kProductStatuses, status);
}
std::string_view to_string(IntegrationStatus status) {
  return word_of(kIntegrationStatuses, status);
}
std::string_view to_string(FeeBasis basis) {
  return word_of(kFeeBases, basis);
}
std::string_view to_string(DayCount day_count) {
  return word_of(kDayCounts, day_count);
}
std::string_view to_string(PaymentFrequency frequency) {
  return word_of(kPaymentFrequencies, frequency);
}

std::optional<FinancingKind> parse_financing_kind(std::string_view text) {
  return value_of(kFinancingKinds, text);
}
std::optional<Structure> parse_structure(std::string_view text) {
  return value_of(kStructures, text);
}
std::optional<Origin> parse_origin(std::string_view text) {
  return value_of(kOrigins, text);
}
std::optional<ProductStatus> parse_product_status(std::string_view text) {
  return value_of(kProductStatuses, text);
}
std::optional<IntegrationStatus> parse_integration_status(std::string_view text) {
  return value_of(kIntegrationStatuses, text);
}
std::optional<FeeBasis> parse_fee_basis(std::string_view text) {
  return value_of(kFeeBases, text);
}
std::optional<DayCount> parse_day_count(std::string_view text) {
  return value_of(kDayCounts, text);
}
std::optional<PaymentFrequency> parse_payment_frequency(std::string_view text) {
  return value_of(kPaymentFrequencies, text);
}

FinancingKind kind_of(Structure structure) {
  switch (structure) {
    case Structure::loan_solar:
    case Structure::loan_mortgage_style:
    case Structure::bullet:
    case Structure::interest_only:
    case Structure::no_payment:
    case Structure::graduated: return FinancingKind::loan;
    case Structure::lease: return FinancingKind::lease;
    case Structure::ppa:
    case Structure::ppa_prepaid:
    case Structure::ppa_levelized: return FinancingKind::ppa;
    case Structure::pace: return FinancingKind::pace;
    case Structure::mortgage: return FinancingKind::mortgage;
    case Structure::cash: return FinancingKind::cash;
  }
  assert(false);
  return FinancingKind::cash;
}

bool is_level(Structure structure) {
  return structure == Structure::loan_solar || structure == Structure::loan_mortgage_style ||
         structure == Structure::mortgage || structure == Structure::pace;
}

const std::string& Product::name_in(std::string_view language) const {
  const auto approved = [&](const std::string& locale) { return terms.name.find(locale); };
  const auto exact = approved(std::string(language));
  if (exact != terms.name.end()) return exact->second;
  for (const std::string& locale : terms.approved_locales) {
    const bool regional = locale.size() > language.size() && locale.starts_with(language);
    const auto found = approved(locale);
    if (regional && locale[language.size()] == '-' && found != terms.name.end())
      return found->second;
  }
  for (const std::string& locale : terms.approved_locales) {
    const auto found = approved(locale);
    if (found != terms.name.end()) return found->second;
  }
  static const std::string kNameless;
  return kNameless;
}

std::string_view to_string(NotQuotable reason) {
  return word_of(kNotQuotables, reason);
}

bool is_passing(NotQuotable reason) {
  return reason == NotQuotable::not_connected || reason == NotQuotable::lender_paused ||
         reason == NotQuotable::catalogue_too_old;
}

std::string describe(NotQuotable reason, std::string_view language) {
  const bool french = language == "fr";
  switch (reason) {
    case NotQuotable::not_selected:
      return french ? "Votre organisation ne propose pas ce produit : un administrateur peut le "
                      "sélectionner."
                    : "Your organisation does not offer this product: an admin can select it.";
    case NotQuotable::not_live:
      return french ? "Ce produit n'est pas en service." : "This product is not live.";
    case NotQuotable::held_back:
      return french ? "Les dernières conditions du prêteur pour ce produit sont impossibles : il "
                      "est retenu jusqu'à leur correction."
                    : "The lender's latest terms for this product are impossible: it is held back "
                      "until they are corrected.";
    case NotQuotable::catalogue_too_old:
      return french ? "Le catalogue du prêteur n'a pas pu être actualisé depuis trop longtemps."
                    : "The lender's catalogue could not be refreshed for too long.";
    case NotQuotable::lender_winding_down:
      return french ? "Ce prêteur cesse de prêter : les demandes en cours sont suivies, aucune "
                      "nouvelle n'est prise."
                    : "This lender stops lending: applications under way are followed, no new ones "
                      "are taken.";
    case NotQuotable::not_connected:
      return french ? "La connexion à ce prêteur n'est pas active."
                    : "The connection to this lender is not active.";
    case NotQuotable::lender_paused:
      return french ? "La plateforme a suspendu ce prêteur : les demandes en cours sont conservées "
                      "et reprendront."
                    : "The platform has paused this lender: applications under way are kept and "
                      "will go on.";
    case NotQuotable::not_yet_valid:
      return french ? "Ce produit n'est pas encore valable." : "This product is not valid yet.";
    case NotQuotable::no_longer_valid:
      return french ? "Ce produit n'est plus valable." : "This product is no longer valid.";
  }
  assert(false);
  return {};
}

std::string describe(NotQuotable reason, const Product& product, std::string_view language) {
  std::string text = describe(reason, language);
  if (reason != NotQuotable::lender_winding_down) return text;
  return text + connections::successors_text(product.successors, language);
}

}  // namespace lendport
