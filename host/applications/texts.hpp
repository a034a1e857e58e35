// What the hub itself says of applications, in both languages side by side: why a step is refused,
// why an attempt failed, what an application waits for. What a person should look at stands in
// attention.hpp. The English is what stores and events keep; a lender's own words are never here.
#pragma once

#include "core/wording.hpp"

namespace lendport::applications_texts {

// Words of closed sets that stand in sentences: {state} and {state_after}, {documents}.
inline constexpr Wording kWords[] = {
    {"state.draft", "draft", "brouillon"},
    {"state.confirmed", "confirmed", "confirmée"},
    {"state.submitting", "submitting", "en cours d'envoi"},
    {"state.unknown", "unknown", "sans réponse"},
    {"state.failed", "failed", "en échec technique"},
    {"state.in_review", "in_review", "à l'étude"},
    {"state.needs_info", "needs_info", "en attente d'informations"},
    {"state.prequalified", "prequalified", "préqualifiée"},
    {"state.conditional", "conditional", "accordée sous conditions"},
    {"state.approved", "approved", "accordée"},
    {"state.declined", "declined", "refusée"},
    {"state.documents_sent", "documents_sent", "contrat envoyé"},
    {"state.signed", "signed", "signée"},
    {"state.countersigned", "countersigned", "contresignée"},
    {"state.funded", "funded", "financée"},
    {"state.cancelled", "cancelled", "annulée"},
    {"state.expired", "expired", "expirée"},
    {"documents.requested", "requested", "demandés"},
    {"documents.sending", "sending", "en cours d'envoi"},
    {"documents.unknown", "unknown", "sans réponse"},
    {"documents.pending", "pending", "en attente"},
    {"documents.sent", "sent", "envoyés"},
    {"documents.failed", "failed", "en échec"},
};

// What a person's step is refused with, and what the waterfall found no way around
// (`application.next_missing`, `application.next_waiting`): kept in events as `reason`.
inline constexpr Wording kReasons[] = {
    {"not_confirmable", "an application that is {state} cannot be confirmed",
     "une demande à l'état « {state} » ne peut pas être confirmée"},
    {"not_withdrawable", "an application that is {state} cannot be taken back here: ask the lender",
     "une demande à l'état « {state} » ne peut pas être retirée ici : adressez-vous au prêteur"},
    {"lender_answers", "this lender answers by itself: its decision cannot be recorded by hand",
     "ce prêteur répond lui-même : sa décision ne peut pas être saisie à la main"},
    {"cannot_become", "an application that is {state} cannot become {state_after}",
     "une demande à l'état « {state} » ne peut pas passer à l'état « {state_after} »"},
    {"ask_it_for_documents",
     "this lender has no integration: ask it for the documents, and record what it says",
     "ce prêteur n'est pas intégré : demandez-lui les documents, et enregistrez sa réponse"},
    {"not_approved", "documents are sent once the lender has approved: this application is {state}",
     "les documents sont envoyés après l'accord du prêteur : cette demande est à l'état "
     "« {state} »"},
    {"points_open", "{count} of the lender's conditions or stipulations are open",
     "des conditions ou des pièces demandées par le prêteur restent ouvertes ({count})"},
    {"approval_expired", "the lender's approval has expired", "l'accord du prêteur a expiré"},
    {"documents_asked", "the lender was asked to send the documents already: they are {documents}",
     "le prêteur a déjà été prié d'envoyer les documents : ils sont à l'état « {documents} »"},
    {"lender_id_unknown",
     "the lender's own id of this application is not known: it has to be found first",
     "le numéro de cette demande chez le prêteur n'est pas connu : il faut d'abord le retrouver"},
    {"send_yourself", "this lender has no integration: send it the documents yourself",
     "ce prêteur n'est pas intégré : envoyez-lui vous-même les documents"},
    {"none_awaited", "the lender waits for no documents: this application is {state}",
     "le prêteur n'attend aucun document : cette demande est à l'état « {state} »"},
    {"accepted", "the lender has accepted what it has", "le prêteur a accepté ce qu'il a reçu"},
    {"under_way", "documents for this stipulation are under way: wait until the lender has them",
     "des documents sont en route pour cette pièce : attendez que le prêteur les ait reçus"},
    {"no_notice_owed", "no notice of adverse action is owed for this application",
     "aucun avis de refus n'est dû pour cette demande"},
    {"letter_under_way", "the hub's own letter is on its way: its proof will follow",
     "la lettre du hub est en route : sa preuve suivra"},
    {"next_withdrawn", "what was prepared was withdrawn", "ce qui était préparé a été retiré"},
    {"no_further_asked",
     "no further lender of the order has an offer for this case; for {hours} hours these could "
     "not be asked: {lenders}",
     "aucun autre prêteur de l'ordre n'a d'offre pour ce dossier ; pendant {hours} heures, ceux-ci "
     "n'ont pas pu être interrogés : {lenders}"},
    {"no_further", "no further lender of the order has an offer for this case",
     "aucun autre prêteur de l'ordre n'a d'offre pour ce dossier"},
    {"waits_for", "waits for {lenders}", "en attente de {lenders}"},
    {"withdrawn_meanwhile", "the application was withdrawn meanwhile",
     "la demande a été retirée entre-temps"},
    {"missing_for",
     "the case is not complete for {lender}: {pointer} is missing; add it to the case",
     "le dossier n'est pas complet pour {lender} : {pointer} manque, complétez le dossier"},
    {"outside_of", "{lender} does not lend for what the case says in {pointer}",
     "{lender} ne prête pas pour ce que le dossier indique dans {pointer}"},
    // As they were kept before; the last one takes whatever rule stood there, in English.
    {"incomplete_for",
     "the case is not complete for {lender}: {pointer} is missing or does not fit",
     "le dossier n'est pas complet pour {lender} : {pointer} manque ou ne convient pas"},
    {"incomplete_for_rule", "the case is not complete for {lender}: {pointer} {rule}",
     "le dossier n'est pas complet pour {lender} : {pointer} {rule}"},
    {"same_product", "there is an application for the same product already: {application}",
     "il existe déjà une demande pour le même produit : {application}"},
};

// What a person is told where a request cannot be carried out as it is; kept nowhere.
inline constexpr Wording kRefusals[] = {
    {"quote_replaced", "this quote was replaced by a later one: apply for that one",
     "cette simulation a été remplacée par une plus récente : faites la demande à partir de "
     "celle-ci"},
    {"case_not_active", "the case is not active: resume it before applying",
     "le dossier n'est pas actif : reprenez-le avant de faire une demande"},
    {"takes_none", "the connection to this lender takes no new applications: {why}",
     "la connexion à ce prêteur ne prend aucune nouvelle demande : {why}"},
    {"checks_used_up",
     "this lender allows {count} credit checks in {days} days and {made} were made: wait until the "
     "oldest is past",
     "ce prêteur autorise {count} vérifications de crédit en {days} jours et {made} ont été faites "
     ": attendez que la plus ancienne soit passée"},
    {"applied_already",
     "application {application} for the same case and product is {state} already: look at it, or "
     "send \"again\": true to apply once more",
     "la demande {application} pour le même dossier et le même produit est déjà à l'état "
     "« {state} » : consultez-la, ou envoyez \"again\": true pour en faire une autre"},
    {"erased", "the applicant's data was erased: nothing can be sent",
     "les données de l'emprunteur ont été effacées : rien ne peut être envoyé"},
    {"not_quotable", "the product cannot be applied for: {why}",
     "aucune demande n'est possible pour ce produit : {why}"},
    {"consent_language", "the consent is in another language",
     "le consentement est dans une autre langue"},
    {"case_incomplete", "the case is not complete for this lender",
     "le dossier n'est pas complet pour ce prêteur"},
    {"consent_missing", "the applicant's consent to a soft check by this lender is not recorded",
     "le consentement de l'emprunteur à une vérification de crédit sans incidence par ce prêteur "
     "n'est pas enregistré"},
    {"consent_another",
     "the applicant's consent to another text is recorded, and stays: leave it out",
     "le consentement de l'emprunteur à un autre texte est enregistré, et demeure : ne renvoyez "
     "rien ici"},
    {"confirmed_otherwise", "what was confirmed is not what would be sent",
     "ce qui a été confirmé n'est pas ce qui serait envoyé"},
    {"may_not_override", "your key does not hold the permission applications_override",
     "votre clé n'a pas l'autorisation applications_override"},
    {"no_difference", "this lender's connector allows no difference from the agreement",
     "le connecteur de ce prêteur n'admet aucune différence avec le contrat"},
    {"must_be_true", "must be true", "doit être true"},
    {"case_changed", "the case changed at this moment: look at it and apply again",
     "le dossier vient de changer : consultez-le et refaites la demande"},
    {"no_draft_any_more", "what was prepared is no draft any more",
     "ce qui était préparé n'est plus un brouillon"},
    {"changed_by_another", "the application was changed by somebody else: read it again",
     "la demande a été modifiée par quelqu'un d'autre : relisez-la"},
    {"not_a_place",
     "the place to go on from (?after= or Last-Event-ID) is not one of this stream: begin without "
     "it",
     "l'endroit d'où reprendre (?after= ou Last-Event-ID) n'est pas de ce flux : recommencez sans "
     "lui"},
    {"not_a_state", "is not a state of an application: see /docs",
     "n'est pas un état d'une demande : voir /docs"},
    {"name_the_quote", "name the quote: ?quote=quote_…", "nommez la simulation : ?quote=quote_…"},
    {"connection_removed", "the connection to this lender was removed",
     "la connexion à ce prêteur a été supprimée"},
    {"connector_not_running", "this lender's connector is not running",
     "le connecteur de ce prêteur n'est pas en marche"},
    {"not_offered", "the connector {plugin} does not offer {operation}",
     "le connecteur {plugin} ne propose pas {operation}"},
    {"too_many_uploads", "too many uploads for one application",
     "trop d'envois de documents pour une seule demande"},
    {"file_unknown", "must be a document of the application's case",
     "doit être un document du dossier de la demande"},
    {"file_repeated", "is named twice", "est nommé deux fois"},
    {"files_too_large", "may have {bytes} bytes together at most",
     "peuvent faire {bytes} octets ensemble au plus"},
    {"name_a_file", "name at least one document of the case",
     "nommez au moins un document du dossier"},
    {"notice_by_verb", "is the lender's own word; record a notice with :record-notice",
     "est la parole du prêteur ; enregistrez un avis par :record-notice"},
    {"reasons_missing",
     "a decline needs the creditor's reasons: give decision.reasons with a text each",
     "un refus exige les motifs du créancier : donnez decision.reasons, avec un texte pour "
     "chacun"},
    {"in_the_future", "must not be in the future", "ne doit pas être dans le futur"},
};

// Where two sides name the borrower otherwise. Kept, sealed, where a person accepted it.
inline constexpr Wording kDifferences[] = {
    {"differs",
     "the confirmation says \"{confirmed}\", the application says \"{stored}\": correct one of "
     "them",
     "la confirmation indique « {confirmed} », la demande « {stored} » : corrigez l'une des deux"},
    {"differs_from_agreement",
     "the applicant says \"{applicant}\", the installation agreement says \"{agreed}\": correct "
     "one of them",
     "l'emprunteur indique « {applicant} », le contrat d'installation « {agreed} » : corrigez l'un "
     "des deux"},
};

// Why an attempt failed, where the hub itself knows it; what it says in a connector's place stands
// in connectors/texts.hpp. No parameters: what differs by a word is a lender's.
inline constexpr Wording kFailures[] = {
    {"not_connected", "The connection to this lender was removed",
     "La connexion à ce prêteur a été supprimée"},
    {"erased", "The applicant's data was erased: nothing can be sent",
     "Les données de l'emprunteur ont été effacées : rien ne peut être envoyé"},
    {"unsupported", "This lender's connector takes no applications",
     "Le connecteur de ce prêteur ne prend pas de demandes"},
    {"sends_none", "This lender's connector sends no documents",
     "Le connecteur de ce prêteur n'envoie pas de documents"},
    {"deadline", "The lender could not be reached in time",
     "Le prêteur n'a pas pu être joint à temps"},
    {"not_approved", "The application is no longer approved", "La demande n'est plus accordée"},
    {"ended", "The lender waits for no documents any more",
     "Le prêteur n'attend plus de documents"},
    {"application_ended", "The application has ended", "La demande est close"},
    {"unknown_at_lender", "The lender cannot be asked whether it has them",
     "Il n'est pas possible de demander au prêteur s'il les a"},
    {"expired", "The documents expired at the lender", "Les documents ont expiré chez le prêteur"},
    {"lost", "The lender knows of no such documents", "Le prêteur ne connaît pas ces documents"},
    {"documents.gone", "A document is no longer there", "Un document n'existe plus"},
    {"rep_unknown",
     "The lender has no account for the rep's login e-mail and the connection names no generic "
     "one: have the lender make it, or change the connection's rep policy",
     "Le prêteur n'a pas de compte pour l'e-mail de connexion du vendeur et la connexion ne nomme "
     "aucun compte générique : faites-le créer par le prêteur, ou modifiez la politique de comptes "
     "de la connexion"},
};

// What an application waits for; the code is the job's own word.
inline constexpr Wording kWaits[] = {
    {"lender.unavailable", "the lender does not answer at the moment; it is tried again then",
     "le prêteur ne répond pas pour le moment ; un nouvel essai aura lieu alors"},
    {"hub.busy", "other applications to this lender are on their way before it",
     "d'autres demandes à ce prêteur sont en route avant elle"},
    {"connector.stopped", "the platform paused this lender", "la plateforme a suspendu ce prêteur"},
    {"connector.not_ready", "the connector of this lender does not run",
     "le connecteur de ce prêteur n'est pas en marche"},
    {"answer.lost",
     "the lender's answer was lost; the lender is asked, more and more seldom, until its word is"
     " known, and nothing is sent again before it says that it has nothing",
     "la réponse du prêteur s'est perdue ; il est interrogé, de moins en moins souvent, jusqu'à ce"
     " que sa réponse soit connue, et rien ne repart avant qu'il ait dit n'avoir rien reçu"},
    {"other", "the last attempt did not reach the lender; it is tried again then",
     "le dernier essai n'a pas atteint le prêteur ; un nouvel essai aura lieu alors"},
};

// Why the hub did not write a notice of adverse action that is its to write, and why none is
// needed any more: kept with the notice.
inline constexpr Wording kNotices[] = {
    {"mail_off", "mail is off", "l'envoi d'e-mails est désactivé"},
    {"applicant_erased", "the applicant's data was erased",
     "les données de l'emprunteur ont été effacées"},
    {"connector_not_running", "the connector does not run, which knows the creditor's address",
     "le connecteur, qui connaît l'adresse du créancier, n'est pas en marche"},
    {"written_before", "a letter of this notice was written before",
     "une lettre de cet avis a déjà été rédigée"},
    {"no_address", "the connector does not say the creditor's address",
     "le connecteur n'indique pas l'adresse du créancier"},
    {"no_agency", "the connector does not say which federal agency watches over the creditor",
     "le connecteur n'indique pas quelle agence fédérale surveille le créancier"},
    {"no_reasons", "the lender gave no reasons", "le prêteur n'a donné aucun motif"},
    {"report_unknown", "the lender does not say whether it used a consumer report",
     "le prêteur n'indique pas s'il a utilisé un rapport de crédit"},
    {"score_used", "a credit score was used that the lender alone can disclose",
     "une note de crédit a été utilisée, que le prêteur seul peut communiquer"},
    {"whose_report",
     "the lender does not say whose consumer report it used, with address and phone",
     "le prêteur n'indique pas de qui vient le rapport de crédit utilisé, avec adresse et "
     "téléphone"},
    {"approved_as_asked", "the lender approved what was asked",
     "le prêteur a accordé ce qui était demandé"},
    {"offer_accepted", "the applicant accepted the offer", "l'emprunteur a accepté l'offre"},
};

// A word of kWords: word("state", "approved").
inline Sentence word(std::string_view set, std::string_view value) {
  return said(kWords, set, value);
}

}  // namespace lendport::applications_texts
