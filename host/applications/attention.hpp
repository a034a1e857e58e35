// The hub's own sentences about an application that a person should look at. The English one is
// kept with the application; its code, and its French, are found by it.
#pragma once

#include "core/wording.hpp"

#include <string>
#include <string_view>

namespace lendport::attention {

inline constexpr const char* kCannotBeAsked =
    "the answer of the lender was lost and it cannot be asked: call the lender, and do not send "
    "the application again";
inline constexpr const char* kConnectionRemoved =
    "the connection to this lender was removed: call the lender and record what it says";
inline constexpr const char* kNoLongerKnown =
    "the lender no longer knows this application: ask the lender";
inline constexpr const char* kAnotherOnes =
    "the lender answered with an application that is another one here: call the lender";
inline constexpr const char* kKeepsFailing =
    "the answer of the lender was lost and it has given none of use since: call the lender, and do "
    "not send the application again";
inline constexpr const char* kRefusesUs =
    "the lender refuses the credentials of the connection and cannot be asked: renew them, or call "
    "the lender and record what it says";
inline constexpr const char* kSilent =
    "the lender could not be asked for a day: call the lender and record what it says";
inline constexpr const char* kTakenAndNotKnown =
    "the lender took this application and now does not know it: call the lender, and do not send "
    "the application again";
inline constexpr const char* kDocumentsUnknown =
    "the lender was asked to send the loan documents and has not said whether it did: call the "
    "lender";
inline constexpr const char* kDocumentsLost =
    "the lender was asked several times to send the loan documents and knows of none: call the "
    "lender";
inline constexpr const char* kUploadUnknown =
    "documents were sent to the lender and it has not said whether it has them: call the lender";
inline constexpr const char* kUploadLost =
    "documents were sent to the lender several times and it knows of none: call the lender";
inline constexpr const char* kUnreadable =
    "the hub cannot read what the lender's connector answers: call the lender and record what it "
    "says";
inline constexpr const char* kLostTooOften =
    "this application was sent several times and the lender never knew of it: call the lender, and "
    "record what it says";

// What the lender said and the hub cannot make out.
inline constexpr const char* kUnknownStatus =
    "the lender answered a status the hub does not know: {status}; ask the lender what it means";
inline constexpr const char* kLeftOut =
    "the hub cannot read {member} of the lender's answer and left it out: ask the lender";
inline constexpr const char* kLeftOutMore =
    "the hub cannot read {member} and {others} more of the lender's answer and left it out: ask "
    "the lender";
inline constexpr const char* kAnotherOfItsOwn =
    "the lender answered about another application of its own, \"{id}\": ask the lender";
inline constexpr const char* kDoesNotFollow =
    "the lender says \"{status}\", which does not follow from {state}: ask the lender";

// About the notice of adverse action: they end with it, stand only where nothing else does, and are
// no reason to record a decision by hand.
inline constexpr const char* kNoticeDue =
    "the notice of adverse action to the applicant is due within days and nothing proves that it "
    "was sent: see to it, and record it";
inline constexpr const char* kNoticeOverdue =
    "the notice of adverse action to the applicant is overdue: nothing proves that it was sent";
inline constexpr const char* kNoticeNotWritten =
    "the hub cannot write the notice of adverse action (notice.why_not_written says why): have the "
    "lender send it, and record it";
inline constexpr const char* kNoticeNotSent =
    "the notice of adverse action did not reach the applicant's mailbox: look at its mail, or have "
    "it sent otherwise, and record it";

// All of them. The longer of two that may be told by one sentence stands first.
inline constexpr Wording kSentences[] = {
    {"cannot_be_asked", kCannotBeAsked,
     "la réponse du prêteur s'est perdue et il ne peut pas être interrogé : appelez-le, et ne "
     "renvoyez pas la demande"},
    {"connection_removed", kConnectionRemoved,
     "la connexion à ce prêteur a été supprimée : appelez le prêteur et enregistrez sa réponse"},
    {"no_longer_known", kNoLongerKnown,
     "le prêteur ne connaît plus cette demande : renseignez-vous auprès de lui"},
    {"another_application", kAnotherOnes,
     "le prêteur a répondu à propos d'une demande qui en est une autre ici : appelez-le"},
    {"keeps_failing", kKeepsFailing,
     "la réponse du prêteur s'est perdue et il n'en a donné aucune d'utile depuis : appelez-le, et "
     "ne renvoyez pas la demande"},
    {"refuses_credentials", kRefusesUs,
     "le prêteur refuse les identifiants de la connexion et ne peut pas être interrogé : "
     "renouvelez-les, ou appelez-le et enregistrez sa réponse"},
    {"silent", kSilent,
     "le prêteur n'a pas pu être interrogé depuis un jour : appelez-le et enregistrez sa réponse"},
    {"taken_and_not_known", kTakenAndNotKnown,
     "le prêteur a pris cette demande et ne la connaît plus : appelez-le, et ne la renvoyez pas"},
    {"documents_unknown", kDocumentsUnknown,
     "le prêteur a été prié d'envoyer le contrat de prêt et n'a pas dit s'il l'a fait : "
     "appelez-le"},
    {"documents_lost", kDocumentsLost,
     "le prêteur a été prié plusieurs fois d'envoyer le contrat de prêt et n'en a aucune trace : "
     "appelez-le"},
    {"upload_unknown", kUploadUnknown,
     "des documents ont été envoyés au prêteur et il n'a pas dit s'il les a reçus : appelez-le"},
    {"upload_lost", kUploadLost,
     "des documents ont été envoyés plusieurs fois au prêteur et il n'en a aucune trace : "
     "appelez-le"},
    {"unreadable", kUnreadable,
     "le hub ne peut pas lire ce que répond le connecteur du prêteur : appelez le prêteur et "
     "enregistrez sa réponse"},
    {"lost_too_often", kLostTooOften,
     "cette demande a été envoyée plusieurs fois et le prêteur n'en a jamais eu connaissance : "
     "appelez-le et enregistrez sa réponse"},
    {"unknown_status", kUnknownStatus,
     "le prêteur a répondu un statut que le hub ne connaît pas : {status} ; demandez-lui ce qu'il "
     "signifie"},
    {"left_out", kLeftOutMore,
     "le hub ne peut pas lire {member}, ni {others} autres éléments de la réponse du prêteur, et "
     "les a laissés de côté : renseignez-vous auprès de lui"},
    {"left_out_one", kLeftOut,
     "le hub ne peut pas lire {member} dans la réponse du prêteur et l'a laissé de côté : "
     "renseignez-vous auprès de lui"},
    {"another_of_its_own", kAnotherOfItsOwn,
     "le prêteur a répondu à propos d'une autre demande chez lui, « {id} » : renseignez-vous "
     "auprès "
     "de lui"},
    {"does_not_follow", kDoesNotFollow,
     "le prêteur indique « {status} », ce qui ne peut pas suivre l'état « {state} » : "
     "renseignez-vous auprès de lui"},
    {"notice_due", kNoticeDue,
     "l'avis de refus à l'emprunteur est dû dans quelques jours et rien ne prouve qu'il a été "
     "envoyé : occupez-vous-en, et enregistrez-le"},
    {"notice_overdue", kNoticeOverdue,
     "l'avis de refus à l'emprunteur est en retard : rien ne prouve qu'il a été envoyé"},
    {"notice_not_written", kNoticeNotWritten,
     "le hub ne peut pas rédiger l'avis de refus (notice.why_not_written dit pourquoi) : faites-le "
     "envoyer par le prêteur, et enregistrez-le"},
    {"notice_not_sent", kNoticeNotSent,
     "l'avis de refus n'est pas arrivé dans la boîte de l'emprunteur : vérifiez son e-mail, ou "
     "faites envoyer l'avis autrement, et enregistrez-le"},
};

// The stable word of a sentence: of one that an earlier build kept in other words, "other". Empty
// where there is none.
inline std::string_view code_of(std::string_view sentence) {
  if (sentence.empty()) return {};
  const Wording* row = row_saying(kSentences, sentence);
  return row == nullptr ? "other" : row->code;
}

inline bool is_about_notice(std::string_view sentence) {
  return sentence == kNoticeDue || sentence == kNoticeOverdue || sentence == kNoticeNotWritten ||
         sentence == kNoticeNotSent;
}

// Whether they end once the lender has the documents.
inline bool is_about_upload(std::string_view sentence) {
  return sentence == kUploadUnknown || sentence == kUploadLost;
}

// Whether a person is called for already, by a sentence about the lender: another one waits. One
// about a notice gives way to it, since only a lender's opens the decision to people.
inline bool is_called_for(std::string_view sentence) {
  return !sentence.empty() && !is_about_notice(sentence);
}

}  // namespace lendport::attention
