#include "applications/json_documents.hpp"

#include "core/words.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace lendport {
namespace {

using json::Reader;
using json::Value;

constexpr std::array<std::string_view, kDocumentsStateCount> kDocumentsStates{
    "requested", "sending", "unknown", "pending", "sent", "failed"};

Value write_failure(const std::optional<TechnicalFailure>& failure) {
  if (!failure) return nullptr;
  return {{"code", failure->code}, {"message", failure->message}};
}

std::int64_t ms(Time time) {
  return to_unix_ms(time);
}

}  // namespace

std::string_view to_string(DocumentsState state) {
  return kDocumentsStates.at(static_cast<std::size_t>(state));
}

std::optional<DocumentsState> parse_documents_state(std::string_view text) {
  return enum_of<DocumentsState>(text, kDocumentsStates);
}

std::string documents_key(const Application& application) {
  return application.lender_key + ".documents";
}

std::string write_documents_request(const Application& application) {
  return json::dump({{"lender_application_id", application.lender_application_id},
                     {"idempotency_key", documents_key(application)},
                     {"locale", application.consent.language}});
}

std::string write_documents_question(const Application& application) {
  return json::dump({{"lender_application_id", application.lender_application_id}});
}

Result<DocumentsAnswer> read_documents_result(const Value& result) {
  Reader at(result);
  DocumentsAnswer answer;
  answer.status = at.text("status", 64 * 4);
  answer.lender_status = at.optional_text("lender_status", 256 * 4).value_or("");
  answer.lender_document_id = at.optional_text("lender_document_id", 128 * 4).value_or("");
  answer.portal_url = at.optional_text("portal_url", 2048 * 4).value_or("");
  at.ignore_unknown();
  if (!at.sound()) return Error(at.violations(), "the connector's answer cannot be read");
  return answer;
}

void write_documents(const Application& application, Value& written) {
  const LoanDocuments& documents = *application.documents;
  const bool are_out = has_documents(application.state);
  const DocumentsState state = are_out ? DocumentsState::sent : documents.state;
  written = {
      {"state", std::string(to_string(state))},
      {"requested_at", json::write(documents.requested_at)},
      {"opened_at", documents.opened_at ? json::write(*documents.opened_at) : Value(nullptr)},
      {"attempts", documents.attempts},
      {"failure", are_out ? Value(nullptr) : write_failure(documents.failure)}};
}

std::string write_stored_documents(const DocumentsDelivery& documents) {
  Value written = {{"state", std::string(to_string(documents.state))},
                   {"attempts", documents.attempts},
                   {"settled_attempts", documents.settled_attempts},
                   {"resends", documents.resends},
                   {"requested_by", documents.requested_by.value},
                   {"requested_at_ms", ms(documents.requested_at)},
                   {"since_ms", ms(documents.since)},
                   {"changed_at_ms", ms(documents.changed_at)},
                   {"lender_document_id", documents.lender_document_id},
                   {"failure", write_failure(documents.failure)}};
  if (documents.left_at) written["left_at_ms"] = ms(*documents.left_at);
  if (documents.opened_at) written["opened_at_ms"] = ms(*documents.opened_at);
  return json::dump(written);
}

DocumentsDelivery read_stored_documents(std::string_view text) {
  const Value stored = json::parse(text);
  DocumentsDelivery documents;
  documents.state = parse_documents_state(stored.at("state").get<std::string>()).value();
  documents.attempts = stored.at("attempts").get<int>();
  documents.settled_attempts = stored.at("settled_attempts").get<int>();
  documents.resends = stored.at("resends").get<int>();
  documents.requested_by = UserId{stored.at("requested_by").get<std::string>()};
  const auto time = [&](const char* name) {
    return from_unix_ms(stored.at(name).get<std::int64_t>());
  };
  documents.requested_at = time("requested_at_ms");
  documents.since = time("since_ms");
  documents.changed_at = time("changed_at_ms");
  if (stored.contains("left_at_ms")) documents.left_at = time("left_at_ms");
  if (stored.contains("opened_at_ms")) documents.opened_at = time("opened_at_ms");
  documents.lender_document_id = stored.at("lender_document_id").get<std::string>();
  if (const Value& failure = stored.at("failure"); failure.is_object()) {
    documents.failure = TechnicalFailure::as_it_came(failure.at("code").get<std::string>(),
                                                     failure.at("message").get<std::string>());
  }
  return documents;
}

}  // namespace lendport
