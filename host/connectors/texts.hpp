// What the hub itself says in a connector's place, in both languages side by side. An outcome, and
// whoever keeps it, has the English; a connector's and a lender's own words are never here.
#pragma once

#include "core/wording.hpp"

namespace lendport::connectors_texts {

// The message of an outcome that is the hub's own. No parameters: what differs by a word is a
// lender's.
inline constexpr Wording kOutcomes[] = {
    {"mistake", "The lender's connector made a mistake; its operator has been told",
     "Le connecteur du prêteur a commis une erreur ; son exploitant en est informé"},
    {"unsupported", "The lender's connector cannot do this",
     "Le connecteur du prêteur ne sait pas faire cela"},
    {"settings_refused", "The connector cannot use the connection's settings",
     "Le connecteur ne peut pas utiliser les paramètres de la connexion"},
    {"not_taken", "The lender's connector did not take the request",
     "Le connecteur du prêteur n'a pas pris la requête"},
    {"request_invalid", "The lender's connector cannot take this request",
     "Le connecteur du prêteur ne peut pas prendre cette requête"},
    {"hung", "The lender's connector does not answer at the moment",
     "Le connecteur du prêteur ne répond pas pour le moment"},
    {"outcome_unknown", "The lender may have received this; its answer is not known yet",
     "Le prêteur l'a peut-être reçu ; sa réponse n'est pas encore connue"},
    {"lender_down", "The lender does not answer at the moment",
     "Le prêteur ne répond pas pour le moment"},
    {"places_taken", "Too many requests to this lender are under way; try again shortly",
     "Trop de requêtes vers ce prêteur sont en cours ; réessayez dans un instant"},
    {"too_much_waits", "Too much waits for this lender; try again shortly",
     "Trop de choses attendent ce prêteur ; réessayez dans un instant"},
    {"too_many_calls", "Too many requests are under way; try again shortly",
     "Trop de requêtes sont en cours ; réessayez dans un instant"},
    {"hub_busy", "The hub is busy and sent nothing; it tries again",
     "Le hub est occupé et n'a rien envoyé ; il réessaiera"},
};

// Why a call was not even begun; kept nowhere.
inline constexpr Wording kRefusals[] = {
    {"not_ready", "the connector {plugin} is not ready", "le connecteur {plugin} n'est pas prêt"},
    {"not_offered", "the connector {plugin} does not offer {operation}",
     "le connecteur {plugin} ne propose pas {operation}"},
};

}  // namespace lendport::connectors_texts
