#include "http/wire.hpp"

#include <algorithm>
#include <charconv>

namespace lendport::http {
namespace {

constexpr std::size_t kDigitsMax = 20;

std::string_view reason_of(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

void append_number(std::string& out, std::size_t number) {
  char digits[kDigitsMax];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  };
  out += name;
  out += ": ";
  if (std::none_of(value.begin(), value.end(), is_control)) {
    out += value;
  } else {
    std::remove_copy_if(value.begin(), value.end(), std::back_inserter(out), is_control);
  }
  out += "\r\n";
}

// Formatted once a second.
void append_date(std::string& out, std::time_t now) {
  thread_local std::time_t formatted = 0;
  thread_local char line[64];
  thread_local std::size_t size = 0;
  if (now != formatted || size == 0) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    size = std::strftime(line, sizeof line, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
    formatted = now;
  }
  out.append(line, size);
}

bool has_header(const Response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return header.first == name; });
}

void append_security(std::string& out, const Response& response, bool strict_transport) {
  constexpr std::string_view kAlways =
      "X-Content-Type-Options: nosniff\r\n"
      "X-Frame-Options: DENY\r\n"
      "Referrer-Policy: no-referrer\r\n"
      "Cross-Origin-Resource-Policy: same-origin\r\n";
  out += kAlways;
  if (!has_header(response, "Content-Security-Policy")) {
    out += "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";
  }
  if (strict_transport) out += "Strict-Transport-Security: max-age=31536000\r\n";
}

// What has a version may be kept and asked for again; all else may not be kept.
void append_caching(std::string& out, const Response& response) {
  if (!response.etag.empty()) append_header(out, "ETag", response.etag);
  if (has_header(response, "Cache-Control")) return;
  out += response.etag.empty() ? "Cache-Control: no-store\r\n"
                               : "Cache-Control: private, no-cache\r\n";
}

void append_length(std::string& out, const Response& response) {
  if (response.status == 204 || response.status == 304) return;
  append_header(out, "Content-Type", response.content_type);
  if (response.stream) return;  // it ends when the connection does
  out += "Content-Length: ";
  append_number(out, body_of(response).size());
  out += "\r\n";
}

}  // namespace

std::string_view body_of(const Response& response) {
  return response.shared_body ? std::string_view(*response.shared_body)
                              : std::string_view(response.body);
}

void write_head(std::string& out, const Response& response, const AnswerFrame& frame) {
  out = "HTTP/1.1 ";
  append_number(out, response.status);
  out += ' ';
  out += reason_of(response.status);
  out += "\r\n";
  append_date(out, frame.now);
  append_length(out, response);
  append_caching(out, response);
  append_header(out, "Content-Language", frame.language);
  out += "Vary: Accept-Language\r\n";
  append_header(out, "X-Request-Id", frame.request_id);
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  if (frame.headers != nullptr) {
    for (const auto& [name, value] : *frame.headers) append_header(out, name, value);
  }
  append_security(out, response, frame.strict_transport);
  if (!frame.keep_alive) out += "Connection: close\r\n";
  out += "\r\n";
}

}  // namespace lendport::http
