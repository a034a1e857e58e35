// The only spelling of the fields that cross the edge to a connector, as JSON.
#pragma once

#include "connectors/connectors.hpp"
#include "core/error.hpp"
#include "json/value.hpp"
#include "net/http_client.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::connectors {

// A parsed document in a box: json::Value is complete in */json.cpp alone.
using JsonBox = std::shared_ptr<const json::Value>;
// As json::parse; throws Error{malformed_request}.
JsonBox parse_box(std::string_view text);

// Adds the names of members that `schema` marks x-pii or x-secret.
void collect_personal(const json::Value& schema, std::set<std::string, std::less<>>& names);

// instance-1: settings with references in place of the secrets that are set.
std::string write_instance(const Call& call, const std::string& base_url);
// context-1.
std::string write_context(const Call& call);

// The text of one setting, or nothing when it is missing or no text.
std::optional<std::string> setting_text(std::string_view settings, const std::string& name);

// A header's value: text, or a secret by name behind a prefix.
struct HeaderAsk {
  std::string name;
  std::string text;    // the value, or the prefix of the secret
  std::string secret;  // empty: none
};

// One part of a form: a document of the call, or the call's body argument.
struct PartAsk {
  std::string name;
  std::string blob;  // id of a document; empty: the body
  bool base64 = false;
  std::string content_type;  // empty: the document's own
  std::string file_name;     // likewise
};

// http-1.request, checked by its schema.
struct HttpAsk {
  std::string method;
  std::string url;
  std::vector<HeaderAsk> headers;
  std::string profile;  // empty: none
  std::chrono::milliseconds timeout{30'000};
  std::size_t response_bytes_max = 1U << 20U;
  std::vector<PartAsk> parts;  // none: the body is sent as it is
};
Result<HttpAsk> read_http(std::string_view text);

// http-1.response.
std::string write_response_meta(const net::Exchange& exchange);

// crypto-1, checked by its schema.
struct CryptoAsk {
  std::string op;
  std::string algorithm;
  std::string secret;
  std::string secret_encoding;
  std::string expected;
  std::string expected_encoding;
};
Result<CryptoAsk> read_crypto(std::string_view text);

// error-1, checked by its schema; fills code, message, field_errors, retry_after and the upstream's
// status. Error when it is not one.
Result<Outcome> read_error(const json::Value& value);

// What a token endpoint answered; nothing when it is no bearer token.
struct TokenAnswer {
  std::string token;
  std::chrono::seconds lifetime{0};
};
std::optional<TokenAnswer> read_token(std::string_view text);

// The fields of a connector's log line: secrets' values and members that are personal are masked,
// nested values are dropped.
std::string redact_fields(std::string_view fields, const Secrets& secrets,
                          const std::set<std::string, std::less<>>& personal);

}  // namespace lendport::connectors
