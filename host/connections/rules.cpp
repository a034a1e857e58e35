#include "connections/rules.hpp"

#include "connections/connections.hpp"
#include "connections/texts.hpp"
#include "connectors/texts.hpp"
#include "core/money.hpp"
#include "core/rate.hpp"

#include <algorithm>

namespace lendport::connections {
namespace {

using connections_texts::kRefusals;
using Violations = std::vector<Violation>;

bool holds(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : ", ").append(word);
  return text;
}

bool serves_a_segment_of(const Org& org, const connectors::Manifest& manifest) {
  return std::any_of(org.segments.begin(), org.segments.end(),
                     [&](Segment segment) { return holds(manifest.segments, to_string(segment)); });
}

// The example beside the toggle: a system of 20 000.00 and a fee of 20 % of the financed amount.
struct Example {
  Money cost{2'000'000, {}};
  Rate fee{20 * kRateOnePercent};
  Money with_fee = gross_up(fee, cost);
  Money fee_alone = with_fee - cost;
};

std::string dollars(Money money, std::string_view language) {
  const std::string plain = format_amount(money);
  const std::string_view separator = language == "fr" ? "\u202f" : ",";
  const auto dot = plain.find('.');
  std::string text;
  for (std::size_t i = 0; i < dot; ++i) {
    if (i > 0 && (dot - i) % 3 == 0) text += separator;
    text += plain[i];
  }
  text += language == "fr" ? "," : ".";
  text += plain.substr(dot + 1);
  return language == "fr" ? text + "\u00a0$" : "$" + text;
}

}  // namespace

Violations unavailable(const Org& org, const connectors::Manifest& manifest,
                       Environment environment, bool offered) {
  Violations found;
  const std::string at = "/plugin_id";
  if (!offered) {
    found.push_back(violation(at, "not_offered", row_of(kRefusals, "not_offered"),
                              {{"lender", manifest.name}}));
  }
  if (!manifest.countries.empty() && !holds(manifest.countries, org.country)) {
    found.push_back(violation(at, "country_not_served", row_of(kRefusals, "country_not_served"),
                              {{"lender", manifest.name},
                               {"countries", listed(manifest.countries)},
                               {"country", org.country}}));
  }
  if (!serves_a_segment_of(org, manifest)) {
    found.push_back(
        violation(at, "segment_not_served", row_of(kRefusals, "segment_not_served"),
                  {{"lender", manifest.name}, {"segments", listed(manifest.segments)}}));
  }
  if (!org.sales_mode) {
    found.push_back(violation(at, "sales_mode_missing", row_of(kRefusals, "sales_mode_missing")));
  }
  if (!manifest.base_urls.contains(to_string(environment))) {
    found.push_back(
        violation("/environment", "environment_missing", row_of(kRefusals, "environment_missing"),
                  {{"lender", manifest.name}, {"environment", to_string(environment)}}));
  }
  return found;
}

std::string successors_text(const std::vector<connectors::Successor>& successors,
                            std::string_view language) {
  std::string text;
  for (const auto& one : successors) text.append(text.empty() ? "" : ", ").append(one.name);
  if (text.empty()) return text;
  return (language == "fr" ? " À sa place : " : " Instead: ") + text + ".";
}

std::optional<Violation> ending(const connectors::Manifest& manifest,
                                const connectors::WindDown& wind_down) {
  if (!wind_down.on) return std::nullopt;
  const auto reason = [&](std::string_view language) {
    return wind_down.reason + (wind_down.successors.empty() ? "" : ".") +
           successors_text(wind_down.successors, language);
  };
  return violation("/plugin_id", "winding_down", row_of(kRefusals, "winding_down"),
                   {{"lender", manifest.name}, {"reason", Sentence{reason("en"), reason("fr")}}});
}

std::string status_reason_in(const Connection& connection, std::string_view language) {
  const std::string reason =
      reworded({connections_texts::kReasons}, connection.status_reason, language);
  return reworded({connectors_texts::kOutcomes}, reason, language);
}

Sentence why_not_usable(const Connection& connection) {
  const Sentence status = said(connections_texts::kWords, "status", to_string(connection.status));
  const auto why = [&](std::string_view language) {
    const bool has_reason = !connection.status_reason.empty();
    return (has_reason ? status_reason_in(connection, language) : status.in(language)) +
           (connection.successors.empty() ? "" : ".") +
           successors_text(connection.successors, language);
  };
  return {why("en"), why("fr")};
}

Violations problems_of(const RepPolicy& policy, const connectors::Manifest& manifest) {
  Violations found;
  const bool generic = policy.mode == RepMode::match_or_generic;
  if (generic && policy.generic_account.value_or("").empty()) {
    found.push_back(violation("/rep_policy/generic_account", "required",
                              row_of(kRefusals, "generic_account_required")));
  }
  if (generic && !manifest.rep_generic_account) {
    found.push_back(violation("/rep_policy/mode", "not_supported",
                              row_of(kRefusals, "no_generic_account"),
                              {{"lender", manifest.name}}));
  }
  if (!generic && !manifest.rep_create && manifest.rep_generic_account) {
    found.push_back(violation("/rep_policy/mode", "not_supported",
                              row_of(kRefusals, "no_accounts_made"), {{"lender", manifest.name}}));
  }
  if (!generic && policy.generic_account) {
    found.push_back(violation("/rep_policy/generic_account", "not_used",
                              row_of(kRefusals, "generic_account_unused")));
  }
  return found;
}

bool is_other_account(std::string_view stored_id, std::string_view checked_id) {
  return !stored_id.empty() && !checked_id.empty() && stored_id != checked_id;
}

bool reaches(const Offer& offer, const OrgId& org, const std::vector<OrgId>& upstream) {
  if (offer.org == org) return true;
  return offer.scope == OfferScope::network &&
         std::find(upstream.begin(), upstream.end(), offer.org) != upstream.end();
}

PolicyTexts dealer_fee_texts(std::string_view language) {
  const Example example;
  const std::string cost = dollars(example.cost, language);
  const std::string with_fee = dollars(example.with_fee, language);
  const std::string fee = dollars(example.fee_alone, language);
  if (language == "fr") {
    return {"Frais compris dans le montant du prêt : pour un système de " + cost +
                " et des frais de 20 % du montant financé, le montant financé et envoyé au "
                "prêteur est de " +
                with_fee + " ; le client rembourse les frais de " + fee + ".",
            "Frais non compris : le montant financé et envoyé au prêteur est de " + cost +
                " et les mensualités sont calculées sur ce montant ; le prêteur retient " +
                dollars(percent_of(example.fee, example.cost), language) +
                ", à la charge de votre organisation et visible d'elle seule."};
  }
  return {"Fee included in the loan amount: for a system of " + cost +
              " and a fee of 20 % of the financed amount, " + with_fee +
              " is financed and sent to the lender; the customer pays back the fee of " + fee + ".",
          "Fee not included: " + cost +
              " is financed and sent to the lender and payments are computed on it; the lender "
              "keeps " +
              dollars(percent_of(example.fee, example.cost), language) +
              ", your organization's own cost, shown to you alone."};
}

PolicyTexts rep_texts(std::string_view language) {
  if (language == "fr") {
    return {
        "Le compte du commercial chez le prêteur est trouvé par son e-mail de connexion ; s'il "
        "n'existe pas, il est créé.",
        "Le compte du commercial est trouvé par son e-mail de connexion ; sinon la demande part "
        "sous le compte générique : le prêteur ne sait alors pas quel commercial l'a envoyée, "
        "seul Lendport le garde."};
  }
  return {
      "The rep's account at the lender is found by their login e-mail; if there is none, it is "
      "created.",
      "The rep's account is found by their login e-mail; otherwise the application goes under "
      "the generic account: the lender then cannot tell which rep sent it, only Lendport keeps "
      "that."};
}

}  // namespace lendport::connections
