#include "applications/reasons.hpp"

#include <algorithm>
#include <array>

namespace lendport::reasons {
namespace {

struct Wording {
  std::string_view code;
  std::string_view en;
  std::string_view fr;
};
constexpr std::array<Wording, 14> kWordings{{
    {"credit_history_insufficient", "Limited credit experience",
     "Antécédents de crédit insuffisants"},
    {"credit_obligations_delinquent", "Delinquent past or present credit obligations with others",
     "Retards de paiement, passés ou présents, sur d'autres crédits"},
    {"credit_obligations_excessive", "Excessive obligations in relation to income",
     "Engagements trop élevés par rapport aux revenus"},
    {"income_insufficient", "Income insufficient for amount of credit requested",
     "Revenus insuffisants pour le montant de crédit demandé"},
    {"income_unverified", "Unable to verify income", "Revenus impossibles à vérifier"},
    {"employment_unverified", "Unable to verify employment", "Emploi impossible à vérifier"},
    {"bankruptcy", "Bankruptcy", "Procédure de faillite"},
    {"identity_unverified", "Unable to verify identity", "Identité impossible à vérifier"},
    {"residence_unverified", "Unable to verify residence", "Domicile impossible à vérifier"},
    {"property_ineligible", "Value or type of collateral not sufficient",
     "Valeur ou nature de la garantie insuffisante"},
    {"outside_area", "Property is outside the area where the creditor lends",
     "Bien situé hors de la zone où le créancier prête"},
    {"amount_out_of_range", "Amount requested is outside what the creditor lends",
     "Montant demandé hors des limites du créancier"},
    {"application_incomplete", "Credit application incomplete", "Demande de crédit incomplète"},
    {"duplicate_application", "Another application of yours is already under review",
     "Une autre de vos demandes est déjà à l'étude"},
}};

const Wording* find(std::string_view code) {
  const auto* const found = std::find_if(kWordings.begin(), kWordings.end(),
                                         [&](const Wording& one) { return one.code == code; });
  return found == kWordings.end() ? nullptr : found;
}

}  // namespace

bool is_known(std::string_view unified_code) {
  return unified_code == kOther || find(unified_code) != nullptr;
}

std::string_view text_of(std::string_view unified_code, mail::Language language) {
  const Wording* const wording = find(unified_code);
  if (wording == nullptr) return {};
  return language == mail::Language::fr ? wording->fr : wording->en;
}

}  // namespace lendport::reasons
