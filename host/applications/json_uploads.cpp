#include "applications/json_uploads.hpp"

#include "applications/json_language.hpp"
#include "applications/texts.hpp"
#include "http/conditional.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

using json::Reader;
using json::Value;

Value ids_of(const std::vector<FileId>& files) {
  Value ids = Value::array();
  for (const FileId& id : files) ids.push_back(id.value);
  return ids;
}

Value write_delivery(const DocumentsDelivery& delivery) {
  Value written = {{"state", std::string(to_string(delivery.state))},
                   {"requested_at", json::write(delivery.requested_at)},
                   {"attempts", delivery.attempts},
                   {"failure", nullptr}};
  if (delivery.failure) {
    written["failure"] = {{"code", delivery.failure->code}, {"message", delivery.failure->message}};
  }
  return written;
}

Value write_upload(const Upload& upload) {
  Value written = {{"id", upload.id.value}, {"files", ids_of(upload.files)}};
  written.update(write_delivery(upload.delivery));
  written["requested_by"] = upload.delivery.requested_by.value;
  written["changed_at"] = json::write(upload.delivery.changed_at);
  return written;
}

Value write_view(const StipulationView& view, std::string_view language) {
  const Stipulation& stipulation = view.stipulation;
  Value written = {{"id", view.id},
                   {"lender_id", json::text_or_null(stipulation.lender_id)},
                   {"code", json::text_or_null(stipulation.code)},
                   {"text", stipulation.text},
                   {"due", nullptr},
                   {"state", std::string(to_string(view.state))},
                   {"uploads", Value::array()}};
  if (stipulation.due) written["due"] = json::write(*stipulation.due);
  for (const Upload& upload : view.uploads) {
    Value shown = write_upload(upload);
    put_in_language(shown, language);
    written["uploads"].push_back(std::move(shown));
  }
  return written;
}

Value name_of(const Upload& upload) {
  Value name = Value::object();
  if (!upload.lender_id.empty()) name["lender_id"] = upload.lender_id;
  if (!upload.code.empty()) name["code"] = upload.code;
  if (!upload.text.empty()) name["text"] = upload.text;
  return name;
}

Value question_of(const Application& application, const Upload& upload) {
  return {{"lender_application_id", application.lender_application_id},
          {"idempotency_key", upload_key(application, upload)},
          {"stipulation", name_of(upload)}};
}

}  // namespace

std::vector<FileId> read_new_upload(std::string_view body) {
  const Value document = json::parse(body);
  Reader at(document);
  std::vector<FileId> files;
  for (std::string& id : at.texts("files", kUploadFilesMax)) files.push_back({std::move(id)});
  if (files.empty()) {
    at.refuse("files", "required", said(row_of(applications_texts::kRefusals, "name_a_file")));
  }
  at.finish();
  return files;
}

http::Response stipulation_answer(unsigned status, const Application& application,
                                  const StipulationView& view, std::string_view language) {
  const Value written = write_view(view, language);
  http::Response response = http::ok(written);
  response.status = status;
  response.headers.emplace_back("Location", "/v1/orgs/" + application.org.value + "/applications/" +
                                                application.id.value + "/stipulations");
  return response;
}

http::Response stipulations_answer(const std::vector<StipulationView>& views,
                                   std::string_view language) {
  Value data = Value::array();
  for (const StipulationView& view : views) data.push_back(write_view(view, language));
  return http::ok({{"data", data}});
}

std::string write_stored_files(const std::vector<FileId>& files) {
  return json::dump(ids_of(files));
}

std::vector<FileId> read_stored_files(std::string_view text) {
  const Value stored = json::parse(text);
  std::vector<FileId> files;
  for (const Value& id : stored) files.push_back({id.get<std::string>()});
  return files;
}

std::string upload_key(const Application& application, const Upload& upload) {
  return application.lender_key + "." + upload.id.value;
}

std::string write_upload_request(const Application& application, const Upload& upload,
                                 const std::vector<CaseFile>& files) {
  Value request = question_of(application, upload);
  request["documents"] = Value::array();
  for (const CaseFile& file : files) {
    request["documents"].push_back({{"blob", file.id.value},
                                    {"file_name", file.name},
                                    {"content_type", std::string(media_type(file.type))},
                                    {"size_bytes", file.size_bytes},
                                    {"sha256", file.sha256}});
  }
  return json::dump(request);
}

std::string write_upload_question(const Application& application, const Upload& upload) {
  return json::dump(question_of(application, upload));
}

std::string write_upload_job(const Upload& upload) {
  return json::dump({{"application_id", upload.application.value}, {"upload_id", upload.id.value}});
}

std::optional<UploadId> read_upload_job(std::string_view payload) {
  const Value document = json::parse(payload);
  Reader at(document);
  if (!at.has("upload_id")) return std::nullopt;
  return UploadId{at.text("upload_id", 64)};
}

std::string write_upload_event(const Application& application, const Upload& upload) {
  return json::dump({{"state", std::string(to_string(application.state))},
                     {"case_id", application.case_id.value},
                     {"lender", application.lender},
                     {"upload_id", upload.id.value},
                     {"stipulation", upload.stipulation},
                     {"documents", write_delivery(upload.delivery)}});
}

}  // namespace lendport
