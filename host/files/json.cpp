#include "files/json.hpp"

#include "http/conditional.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

json::Value write(const CaseFile& file) {
  return {{"id", file.id.value},
          {"case_id", file.case_id.value},
          {"name", file.name},
          {"media_type", std::string(media_type(file.type))},
          {"size_bytes", file.size_bytes},
          {"sha256", file.sha256},
          {"scanned", file.scanned},
          {"added_by", file.added_by.value},
          {"created_at", json::write(file.created_at)}};
}

}  // namespace

http::Response file_answer(unsigned status, const CaseFile& file) {
  const json::Value written = write(file);
  http::Response response = http::ok(written);
  response.status = status;
  // It never changes: there is one version.
  response.etag = http::version_etag(1);
  if (status == 201) {
    response.headers.emplace_back("Location", "/v1/orgs/" + file.org.value + "/cases/" +
                                                  file.case_id.value + "/files/" + file.id.value);
  }
  return response;
}

http::Response files_answer(const std::vector<CaseFile>& files) {
  json::Value data = json::Value::array();
  for (const CaseFile& file : files) data.push_back(write(file));
  return http::ok({{"data", data}});
}

std::string files::event_text(const CaseFile& file) {
  return json::dump({{"file_id", file.id.value},
                     {"media_type", std::string(media_type(file.type))},
                     {"size_bytes", file.size_bytes},
                     {"sha256", file.sha256}});
}

}  // namespace lendport
