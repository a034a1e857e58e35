// Mosaic's JSON and the hub's models, each mapped once. See README.md for the API as it is assumed.
#pragma once

#include <lendport/sdk.hpp>

namespace mosaic {

namespace sdk = lendport::sdk;

// The answer is whole and not what README.md says. Nothing is guessed: `upstream_error`, but
// `unknown_outcome` for a request that creates, since it may well have been done.
sdk::Failure unreadable(const sdk::Response& reply);

// Mosaic's word for what went wrong (`error` in the body), "" if it gave none.
std::string error_of(const sdk::Response& reply);

// One object of an answer. What is not as README.md says throws `unreadable`. Both arguments
// outlive it.
class Members {
 public:
  Members(const sdk::Response& reply, const sdk::Json& object);

  std::string text(const char* key) const;  // there, and not empty
  std::optional<std::string> optional_text(const char* key) const;
  // A list that is not there is an empty one; `required_list` has to be there.
  const sdk::Json& list(const char* key) const;
  const sdk::Json& required_list(const char* key) const;
  const sdk::Json* object(const char* key) const;  // null when it is not there

 private:
  const sdk::Json* find(const char* key) const;

  const sdk::Response& reply_;
  const sdk::Json& object_;
};

// A product as GET /v2/partners/{id}/products lists it. Never throws: what cannot be read is passed
// on in a form the hub refuses, so that it holds back this product and takes the others.
sdk::LenderProduct product_of(const sdk::Json& listed);

// The body of POST /v2/partners/{id}/applications.
sdk::Json application_body(const sdk::Submission& submission);

// An application as Mosaic answers it; a status Mosaic may invent tomorrow stays `unknown`.
sdk::ApplicationState application_of(const sdk::Response& reply, const sdk::Json& answered);

// What a webhook's body says. Never throws: what cannot be read says at most what it is about.
sdk::WebhookReading webhook_of(const std::string& body);

// Mosaic's words for loan documents.
sdk::DocumentsSending sending_named(const std::string& word);
sdk::DocumentsStanding standing_named(const std::string& word);

// And for documents that a stipulation asked for; `accepted` and `rejected` are a stipulation's.
sdk::StipulationStatus stipulation_named(const std::string& word);
sdk::UploadStatus upload_named(const std::string& word);
sdk::UploadStanding uploaded_named(const std::string& word);

// Why Mosaic answered 422, field by field, with pointers into application.submit/1. A refusal
// whose body cannot be read is a refusal all the same.
sdk::Failure refusal_of(const sdk::Response& reply);

}  // namespace mosaic
