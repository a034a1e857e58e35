#include "http/message.hpp"

#include "core/error.hpp"

#include <cassert>

namespace lendport::http {
namespace {

Response json_response(unsigned status, const json::Value& body) {
  Response response;
  response.status = status;
  response.body = json::dump(body);
  return response;
}

Response located(unsigned status, std::string location, const json::Value& body) {
  Response response = json_response(status, body);
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

}  // namespace

std::string_view to_string(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::del: return "DELETE";
  }
  return "";
}

const std::string& Request::path_parameter(std::string_view name) const {
  const auto found = path_parameters.find(std::string(name));
  assert(found != path_parameters.end());
  return found->second;
}

std::optional<std::string> Request::query_parameter(std::string_view name) const {
  const auto found = query.find(std::string(name));
  if (found == query.end()) return std::nullopt;
  return found->second;
}

Response ok(const json::Value& body) {
  return json_response(200, body);
}

Response created(std::string location, const json::Value& body) {
  return located(201, std::move(location), body);
}

Response accepted(std::string location, const json::Value& body) {
  return located(202, std::move(location), body);
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

void throw_not_found() {
  throw Error(ErrorCode::not_found, "there is nothing here, or nothing you may see");
}

}  // namespace lendport::http
