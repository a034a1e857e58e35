#include "files/routes.hpp"

#include "files/json.hpp"
#include "files/rules.hpp"
#include "http/conditional.hpp"

namespace lendport {
namespace {

using http::Idempotency;
using http::Method;
using http::Request;
using http::Response;

OrgId org_of(const Request& request) {
  return request.id_in_path<OrgId>("org");
}

CaseId case_of(const Request& request) {
  return request.id_in_path<CaseId>("case");
}

FileId file_of(const Request& request) {
  return request.id_in_path<FileId>("file");
}

Task<Response> add(Files& files, const Request& request) {
  std::string name = request.query_parameter("name").value_or("");
  co_return co_await files.add(request, org_of(request), case_of(request), std::move(name));
}

Task<Response> list(Files& files, const Request& request) {
  co_return files_answer(co_await files.list(request, org_of(request), case_of(request)));
}

Task<Response> show(Files& files, const Request& request) {
  const CaseFile file =
      co_await files.get(request, org_of(request), case_of(request), file_of(request));
  co_return file_answer(200, file);
}

// Shown to nobody by a browser, and kept by no cache.
Task<Response> content(Files& files, const Request& request) {
  Files::Opened opened =
      co_await files.open(request, org_of(request), case_of(request), file_of(request));
  Response response;
  response.content_type = media_type(opened.file.type);
  response.headers.emplace_back("Content-Disposition", files::disposition_of(opened.file.name));
  response.headers.emplace_back("Cache-Control", "no-store");
  response.etag = "\"" + opened.file.sha256 + "\"";
  response.body = std::move(opened.bytes);
  co_return response;
}

Task<Response> remove(Files& files, const Request& request) {
  co_await files.get(request, org_of(request), case_of(request), file_of(request));
  http::require_match(request, http::version_etag(1));
  co_await files.remove(request, org_of(request), case_of(request), file_of(request));
  co_return http::no_content();
}

std::vector<std::string> media_types() {
  std::vector<std::string> types;
  for (std::size_t i = 0; i < kFileTypeCount; ++i) {
    types.emplace_back(media_type(static_cast<FileType>(i)));
  }
  return types;
}

constexpr const char* kFileSchema = R"({"type":"object",
"required":["id","case_id","name","media_type","size_bytes","sha256","scanned"],"properties":{
"id":{"type":"string"},"case_id":{"type":"string"},
"name":{"type":"string","maxLength":200},
"media_type":{"enum":["application/pdf","image/jpeg","image/png","image/heic"],
"description":"By its first bytes, whatever it was called"},
"size_bytes":{"type":"integer"},"sha256":{"type":"string","description":"Hexadecimal"},
"scanned":{"type":"boolean","description":"A malware scanner found nothing in it"},
"added_by":{"type":"string"},"created_at":{"type":"string","format":"date-time"}}})";

constexpr const char* kFilesSchema = R"({"type":"object","required":["data"],
"description":"All documents of the case, oldest first: at most 50","properties":{
"data":{"type":"array","items":{"$ref":"#/components/schemas/CaseFile"}}}})";

}  // namespace

http::Routes file_routes(Files& files) {
  const auto on = [&files](auto handler) {
    return [&files, handler](const Request& request) { return handler(files, request); };
  };
  const std::string all = "/v1/orgs/{org}/cases/{case}/files";
  const std::string one = all + "/{file}";
  using enum Permission;
  http::Routes routes = {
      {Method::get, all, cases_read, Idempotency::none, "Lists the documents of a case", "",
       "CaseFiles", on(list)},
      {Method::post, all, cases_write, Idempotency::optional,
       "Puts a document on a case: its bytes are the body, ?name= its file name; at most 10 MiB",
       "", "CaseFile", on(add)},
      {Method::get, one, cases_read, Idempotency::none, "Shows what a document is", "", "CaseFile",
       on(show)},
      {Method::get, one + "/content", files_read, Idempotency::none,
       "Downloads a document; who did is audited", "", "", on(content)},
      {Method::del, one, cases_write, Idempotency::none,
       "Deletes a document for good; refused while a lender has it under way", "", "", on(remove)},
  };
  routes[1].query_parameters = {"name"};
  routes[1].success_status = 201;
  routes[1].body_bytes_max = kFileBytesMax;
  routes[1].body_types = media_types();
  routes[3].answer_types = media_types();
  routes[3].answers_large = true;
  routes[4].if_match = true;
  return routes;
}

http::Schemas file_schemas() {
  return {{"CaseFile", kFileSchema}, {"CaseFiles", kFilesSchema}};
}

}  // namespace lendport
