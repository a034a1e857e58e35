// documents.send/1 and documents.status/1: the loan documents on their way to the applicant.
#pragma once

#include <lendport/sdk/models/money.hpp>

namespace lendport::sdk {

struct DocumentsRequest {
  std::string lender_application_id;
  std::string idempotency_key;
  std::optional<std::string> locale;

  static void fields(auto& self, auto& each) {
    each("lender_application_id", self.lender_application_id);
    each("idempotency_key", self.idempotency_key);
    each("locale", self.locale);
  }
};

enum class DocumentsSending : std::uint8_t { unknown, sent, pending };
constexpr auto enum_names(DocumentsSending) {
  return std::array<std::string_view, 3>{"unknown", "sent", "pending"};
}

struct DocumentsReceipt {
  DocumentsSending status = DocumentsSending::unknown;
  std::optional<std::string> lender_document_id;
  std::optional<std::string> portal_url;

  static void fields(auto& self, auto& each) {
    each("status", self.status);
    each("lender_document_id", self.lender_document_id);
    each("portal_url", self.portal_url);
  }
};

struct DocumentsSend {
  static constexpr std::string_view kId = "documents.send/1";
  using Request = DocumentsRequest;
  using Result = DocumentsReceipt;
};

struct DocumentsQuestion {
  std::string lender_application_id;

  static void fields(auto& self, auto& each) {
    each("lender_application_id", self.lender_application_id);
  }
};

// `none` only where the lender says that it never sent any: on it the hub may ask for them again.
enum class DocumentsStanding : std::uint8_t {
  unknown,
  none,
  sent,
  opened,
  signed_,
  countersigned,
  expired
};
constexpr auto enum_names(DocumentsStanding) {
  return std::array<std::string_view, 7>{"unknown", "none",          "sent",   "opened",
                                         "signed",  "countersigned", "expired"};
}

struct DocumentsAnswer {
  DocumentsStanding status = DocumentsStanding::unknown;
  std::optional<std::string> lender_status;
  std::optional<std::string> updated_at;

  static void fields(auto& self, auto& each) {
    each("status", self.status);
    each("lender_status", self.lender_status);
    each("updated_at", self.updated_at);
  }
};

struct DocumentsStatusQuery {
  static constexpr std::string_view kId = "documents.status/1";
  using Request = DocumentsQuestion;
  using Result = DocumentsAnswer;
};

}  // namespace lendport::sdk
