// documents.send/1 and documents.status/1: the loan documents on their way to the applicant.
// documents.upload/1 and documents.uploaded/1: documents for a stipulation on their way to the
// lender.
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

// Of the lender's decision: what documents are for.
struct StipulationName {
  std::optional<std::string> lender_id;
  std::optional<std::string> code;
  std::optional<std::string> text;

  static void fields(auto& self, auto& each) {
    each("lender_id", self.lender_id);
    each("code", self.code);
    each("text", self.text);
  }
};

// A document by its name: its bytes stay with the hub. Request::document(part, blob) sends them.
struct UploadDocument {
  std::string blob;
  std::string file_name;
  std::string content_type;
  std::optional<std::int64_t> size_bytes;
  std::optional<std::string> sha256;

  static void fields(auto& self, auto& each) {
    each("blob", self.blob);
    each("file_name", self.file_name);
    each("content_type", self.content_type);
    each("size_bytes", self.size_bytes);
    each("sha256", self.sha256);
  }
};

struct UploadRequest {
  std::string lender_application_id;
  std::string idempotency_key;
  std::optional<StipulationName> stipulation;
  std::vector<UploadDocument> documents;

  static void fields(auto& self, auto& each) {
    each("lender_application_id", self.lender_application_id);
    each("idempotency_key", self.idempotency_key);
    each("stipulation", self.stipulation);
    each("documents", self.documents);
  }
};

enum class UploadStatus : std::uint8_t { unknown, received, pending };
constexpr auto enum_names(UploadStatus) {
  return std::array<std::string_view, 3>{"unknown", "received", "pending"};
}

struct UploadReceipt {
  UploadStatus status = UploadStatus::unknown;
  std::optional<std::string> lender_document_id;
  std::optional<std::string> lender_status;

  static void fields(auto& self, auto& each) {
    each("status", self.status);
    each("lender_document_id", self.lender_document_id);
    each("lender_status", self.lender_status);
  }
};

struct DocumentsUpload {
  static constexpr std::string_view kId = "documents.upload/1";
  using Request = UploadRequest;
  using Result = UploadReceipt;
};

struct UploadQuestion {
  std::string lender_application_id;
  std::string idempotency_key;
  std::optional<StipulationName> stipulation;

  static void fields(auto& self, auto& each) {
    each("lender_application_id", self.lender_application_id);
    each("idempotency_key", self.idempotency_key);
    each("stipulation", self.stipulation);
  }
};

// `none` only where the lender says that it never got them: on it the hub may send them again.
enum class UploadStanding : std::uint8_t { unknown, none, received, accepted, rejected, pending };
constexpr auto enum_names(UploadStanding) {
  return std::array<std::string_view, 6>{"unknown",  "none",     "received",
                                         "accepted", "rejected", "pending"};
}

struct UploadAnswer {
  UploadStanding status = UploadStanding::unknown;
  std::optional<std::string> lender_document_id;
  std::optional<std::string> lender_status;

  static void fields(auto& self, auto& each) {
    each("status", self.status);
    each("lender_document_id", self.lender_document_id);
    each("lender_status", self.lender_status);
  }
};

struct DocumentsUploadedQuery {
  static constexpr std::string_view kId = "documents.uploaded/1";
  using Request = UploadQuestion;
  using Result = UploadAnswer;
};

}  // namespace lendport::sdk
