// The spelling of loan documents: towards connectors, in answers and in the store.
#pragma once

#include "applications/application.hpp"
#include "core/error.hpp"
#include "json/value.hpp"

#include <string>
#include <string_view>

namespace lendport {

// What a lender says of the documents it was asked for; of `documents.send/1` and
// `documents.status/1`.
struct DocumentsAnswer {
  std::string status;  // "sent", "pending", "none", "opened", "signed", …
  std::string lender_status;
  std::string lender_document_id;
  std::string portal_url;
};

// The idempotency key of every attempt, fixed for the application's life.
std::string documents_key(const Application& application);
std::string write_documents_request(const Application& application);
std::string write_documents_question(const Application& application);
Result<DocumentsAnswer> read_documents_result(const json::Value& result);

// For the API: where they stand. Once the lender's status says that they are out, they are.
void write_documents(const Application& application, json::Value& written);

std::string write_stored_documents(const DocumentsDelivery& documents);
DocumentsDelivery read_stored_documents(std::string_view text);

}  // namespace lendport
