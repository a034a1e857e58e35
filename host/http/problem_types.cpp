// Each error code's status and words. No default: a new ErrorCode without an entry here does not
// compile (-Werror=switch).
#include "http/problem.hpp"

namespace lendport::http {
namespace {

constexpr ProblemType kInternal{
    ErrorCode::internal,
    500,
    "Internal error",
    "Erreur interne",
    "Something went wrong on our side. It is in our log under the request id: name it when you "
    "ask for help.",
    "Une erreur est survenue de notre côté. Elle figure dans notre journal sous l'identifiant de "
    "la requête : indiquez-le si vous demandez de l'aide."};
constexpr ProblemType kMalformed{
    ErrorCode::malformed_request,
    400,
    "Malformed request",
    "Requête malformée",
    "The request could not be read: check its HTTP framing, its JSON and its cursor.",
    "La requête n'a pas pu être lue : vérifiez son format HTTP, son JSON et son curseur."};
constexpr ProblemType kInvalid{
    ErrorCode::invalid_input,
    422,
    "Invalid input",
    "Saisie invalide",
    "Some fields are wrong. The list of errors names each of them by its JSON Pointer.",
    "Certains champs sont incorrects. La liste des erreurs nomme chacun par son pointeur JSON."};
constexpr ProblemType kUnauthenticated{
    ErrorCode::unauthenticated,
    401,
    "Not authenticated",
    "Non authentifié",
    "Send a valid API key as \"Authorization: Bearer <key>\".",
    "Envoyez une clé d'API valide : « Authorization: Bearer <clé> »."};
constexpr ProblemType kForbidden{
    ErrorCode::forbidden,
    403,
    "Forbidden",
    "Interdit",
    "Your key does not hold the permission this needs. Ask an administrator of your organisation.",
    "Votre clé n'a pas la permission nécessaire. Demandez à un administrateur de votre "
    "organisation."};
constexpr ProblemType kNotFound{ErrorCode::not_found,
                                404,
                                "Not found",
                                "Introuvable",
                                "There is nothing here, or nothing you may see.",
                                "Il n'y a rien ici, ou rien que vous puissiez voir."};
constexpr ProblemType kMethod{
    ErrorCode::method_not_allowed,
    405,
    "Method not allowed",
    "Méthode non autorisée",
    "The path exists, the method does not: see the Allow header.",
    "Le chemin existe, mais pas pour cette méthode : voyez l'en-tête Allow."};
constexpr ProblemType kConflict{
    ErrorCode::conflict,
    409,
    "Conflict",
    "Conflit",
    "The present state does not allow it. Read it again and decide anew.",
    "L'état actuel ne le permet pas. Relisez-le puis décidez à nouveau."};
constexpr ProblemType kCapability{ErrorCode::capability_missing,
                                  409,
                                  "Not offered by the lender",
                                  "Non proposé par le prêteur",
                                  "The connector of this lender does not offer the operation.",
                                  "Le connecteur de ce prêteur ne propose pas cette opération."};
constexpr ProblemType kKeyMissing{
    ErrorCode::idempotency_key_missing,
    400,
    "Idempotency-Key missing",
    "En-tête Idempotency-Key manquant",
    "This request reaches a lender. Send an Idempotency-Key, so that it is safe to send again.",
    "Cette requête atteint un prêteur. Envoyez un en-tête Idempotency-Key pour pouvoir la répéter "
    "sans risque."};
constexpr ProblemType kInFlight{
    ErrorCode::idempotency_in_flight,
    409,
    "Still running",
    "Encore en cours",
    "The first request with this Idempotency-Key still runs. Repeat it in a moment.",
    "La première requête avec cette clé d'idempotence est en cours. Répétez-la dans un instant."};
constexpr ProblemType kMismatch{
    ErrorCode::idempotency_mismatch,
    422,
    "Idempotency-Key reused",
    "Clé d'idempotence réutilisée",
    "This Idempotency-Key was used with another request. Use a new one.",
    "Cette clé d'idempotence a servi pour une autre requête. Utilisez-en une nouvelle."};
constexpr ProblemType kPreconditionRequired{
    ErrorCode::precondition_required,
    428,
    "If-Match required",
    "If-Match obligatoire",
    "Send If-Match with the ETag you have read, so that no change of others is lost.",
    "Envoyez If-Match avec l'ETag lu, pour ne perdre aucune modification d'autrui."};
constexpr ProblemType kPreconditionFailed{
    ErrorCode::precondition_failed,
    412,
    "Changed in the meantime",
    "Modifié entre-temps",
    "Somebody changed it since you read it. Read it again and repeat your change.",
    "Quelqu'un l'a modifié depuis votre lecture. Relisez-le et refaites votre modification."};
constexpr ProblemType kTooLarge{ErrorCode::payload_too_large,
                                413,
                                "Too large",
                                "Trop volumineux",
                                "The body is larger than this route takes.",
                                "Le corps de la requête dépasse la taille acceptée ici."};
constexpr ProblemType kMediaType{ErrorCode::unsupported_media_type,
                                 415,
                                 "Unsupported media type",
                                 "Type de contenu refusé",
                                 "Send the body as application/json.",
                                 "Envoyez le corps de la requête en application/json."};
constexpr ProblemType kRateLimited{
    ErrorCode::rate_limited,
    429,
    "Too many requests",
    "Trop de requêtes",
    "The quota of your key is used up. Wait as long as Retry-After says.",
    "Le quota de votre clé est épuisé. Attendez le délai indiqué par Retry-After."};
constexpr ProblemType kLender{
    ErrorCode::lender_unavailable,
    502,
    "Lender unavailable",
    "Prêteur indisponible",
    "The lender gave no usable answer. Try again later.",
    "Le prêteur n'a pas donné de réponse exploitable. Réessayez plus tard."};
constexpr ProblemType kOverloaded{
    ErrorCode::overloaded,
    503,
    "Overloaded",
    "Surcharge",
    "The hub is busy and has not begun this request. Try again in a moment.",
    "La plateforme est occupée et n'a pas commencé cette requête. Réessayez dans un instant."};
constexpr ProblemType kDatabase{
    ErrorCode::database_unavailable,
    503,
    "Store unavailable",
    "Base de données indisponible",
    "The store cannot be reached. Nothing was changed. Try again in a moment.",
    "La base de données est injoignable. Rien n'a été modifié. Réessayez dans un instant."};
constexpr ProblemType kScanner{
    ErrorCode::scanner_unavailable,
    503,
    "Scanner unavailable",
    "Analyse antivirus indisponible",
    "The malware scanner does not answer. Nothing was kept. Try again later.",
    "L'analyse antivirus ne répond pas. Rien n'a été conservé. Réessayez plus tard."};
constexpr ProblemType kLease{ErrorCode::lease_lost,
                             409,
                             "Taken over",
                             "Repris par un autre",
                             "Another worker holds this by now. Nothing was written.",
                             "Un autre processus s'en occupe désormais. Rien n'a été écrit."};

}  // namespace

const ProblemType& problem_type(ErrorCode code) {
  switch (code) {
    case ErrorCode::internal: return kInternal;
    case ErrorCode::malformed_request: return kMalformed;
    case ErrorCode::invalid_input: return kInvalid;
    case ErrorCode::unauthenticated: return kUnauthenticated;
    case ErrorCode::forbidden: return kForbidden;
    case ErrorCode::not_found: return kNotFound;
    case ErrorCode::method_not_allowed: return kMethod;
    case ErrorCode::conflict: return kConflict;
    case ErrorCode::capability_missing: return kCapability;
    case ErrorCode::idempotency_key_missing: return kKeyMissing;
    case ErrorCode::idempotency_in_flight: return kInFlight;
    case ErrorCode::idempotency_mismatch: return kMismatch;
    case ErrorCode::precondition_required: return kPreconditionRequired;
    case ErrorCode::precondition_failed: return kPreconditionFailed;
    case ErrorCode::payload_too_large: return kTooLarge;
    case ErrorCode::unsupported_media_type: return kMediaType;
    case ErrorCode::rate_limited: return kRateLimited;
    case ErrorCode::lender_unavailable: return kLender;
    case ErrorCode::overloaded: return kOverloaded;
    case ErrorCode::database_unavailable: return kDatabase;
    case ErrorCode::scanner_unavailable: return kScanner;
    case ErrorCode::lease_lost: return kLease;
  }
  return kInternal;
}

const std::vector<ErrorCode>& problem_codes() {
  static const std::vector<ErrorCode> codes = [] {
    std::vector<ErrorCode> all;
    for (int code = 0; code <= static_cast<int>(ErrorCode::lease_lost); ++code) {
      all.push_back(static_cast<ErrorCode>(code));
    }
    return all;
  }();
  return codes;
}

}  // namespace lendport::http
