// The hub's own sentences about an application that a person should look at.
#pragma once

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
