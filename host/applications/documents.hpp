// Documents on their way between the hub, a lender and an applicant: how far they are. Of the loan
// documents a lender is asked for, and of those that are uploaded for one of its stipulations.
#pragma once

#include "core/ids.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lendport {

// A technical refusal, kept until the next confirmation, or of what was sent. New ones come from
// failure_of() (sending.hpp): what the hub says itself is a row of texts.hpp, or French readers
// would get it in English.
struct TechnicalFailure {
  std::string code;     // "auth_failed", "invalid", "deadline"
  std::string message;  // safe to show to a sales rep

  // As a store kept it, or a lender said it.
  static TechnicalFailure as_it_came(std::string code, std::string message) {
    return {std::move(code), std::move(message)};
  }

  friend bool operator==(const TechnicalFailure&, const TechnicalFailure&) = default;

 private:
  TechnicalFailure(std::string the_code, std::string the_message)
      : code(std::move(the_code)), message(std::move(the_message)) {}
};

enum class DocumentsState {
  requested,  // a job carries them, or the request for them, to the lender
  sending,    // an attempt is under way
  unknown,    // bytes left, no answer came: the lender is asked until it is known, or nobody asks
  pending,    // the lender has the request and is not through with it, or nobody asks any more
  sent,
  failed,  // nothing was sent, or nobody can find out (its failure says so); may be asked for again
};
inline constexpr std::size_t kDocumentsStateCount = 6;

std::string_view to_string(DocumentsState state);
std::optional<DocumentsState> parse_documents_state(std::string_view text);

// Carried by a job, at most once there, as a submission is (submit.cpp). Numbers as in the
// application.
struct DocumentsDelivery {
  DocumentsState state = DocumentsState::requested;
  int attempts = 0;
  int settled_attempts = 0;
  int resends = 0;
  UserId requested_by;  // empty: the connection says that they go by themselves
  Time requested_at{};
  Time since{};                 // the hub tries to reach the lender
  std::optional<Time> left_at;  // when bytes may last have left
  Time changed_at{};
  std::string lender_document_id;
  std::optional<TechnicalFailure> failure;
  std::optional<Time> opened_at = {};  // by the applicant, as the lender first said

  // The lender may have them, or what asked for them, and has not said what became of that.
  bool is_open() const {
    return state == DocumentsState::unknown || state == DocumentsState::pending;
  }
  friend bool operator==(const DocumentsDelivery&, const DocumentsDelivery&) = default;
};

}  // namespace lendport
