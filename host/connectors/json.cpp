#include "connectors/json.hpp"

#include "connectors/schemas.hpp"
#include "connectors/trace.hpp"
#include "core/secret.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lendport::connectors {
namespace {

using json::Value;

constexpr std::chrono::seconds kTokenLifetimeDefault{300};
constexpr std::size_t kTokenBytesMax = 16'384;

std::string text_or(const Value& object, const char* name, const char* otherwise) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

// A parsed document that fits the schema, or what is wrong with it.
Result<Value> read_by(std::string_view schema, std::string_view text) {
  Value value;
  try {
    value = json::parse(text);
  } catch (const Error& error) {
    return error;
  }
  auto violations = check_by(schema, value);
  if (!violations.empty()) return Error(std::move(violations));
  return value;
}

HeaderAsk read_header(const Value& pair) {
  HeaderAsk header;
  header.name = pair[0].get<std::string>();
  if (pair[1].is_string()) {
    header.text = pair[1].get<std::string>();
  } else {
    header.secret = pair[1]["$secret"].get<std::string>();
    header.text = text_or(pair[1], "prefix", "");
  }
  return header;
}

}  // namespace

JsonBox parse_box(std::string_view text) {
  return std::make_shared<const Value>(json::parse(text));
}

void collect_personal(const Value& schema, std::set<std::string, std::less<>>& names) {
  if (schema.is_array()) {
    for (const Value& one : schema) collect_personal(one, names);
  }
  if (!schema.is_object()) return;
  if (const auto properties = schema.find("properties");
      properties != schema.end() && properties->is_object()) {
    for (const auto& [name, rules] : properties->items()) {
      if (!rules.is_object()) continue;
      if (rules.value("x-pii", false) || rules.value("x-secret", false)) names.insert(name);
    }
  }
  for (const auto& [name, inner] : schema.items()) collect_personal(inner, names);
}

std::string write_instance(const Call& call, const std::string& base_url) {
  Value settings = json::parse(call.settings);
  for (const auto& [name, secret] : call.secrets) settings[name] = {{"$secret", name}};
  Value instance = {{"org_id", call.org.value},
                    {"connection_id", call.connection.value},
                    {"environment", std::string(to_string(call.environment))},
                    {"base_url", base_url},
                    {"settings_revision", call.settings_revision}};
  instance["settings"] = std::move(settings);
  return json::dump(instance);
}

std::string write_context(const Call& call) {
  Value context = {{"attempt", call.attempt}};
  const std::pair<const char*, const std::string&> texts[] = {
      {"idempotency_key", call.idempotency_key},
      {"request_id", call.request_id},
      {"locale", call.locale},
      {"rep_id", call.rep_id}};
  for (const auto& [name, text] : texts) {
    if (!text.empty()) context[name] = text;
  }
  if (!call.traceparent.empty()) context[std::string(kTraceHeader)] = child_of(call.traceparent);
  return json::dump(context);
}

std::optional<std::string> setting_text(std::string_view settings, const std::string& name) {
  const Value value = json::parse(settings);
  const auto found = value.find(name);
  if (found == value.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

PartAsk read_part(const Value& part) {
  return {text_or(part, "name", ""), text_or(part, "blob", ""),
          text_or(part, "as", "raw") == "base64", text_or(part, "content_type", ""),
          text_or(part, "file_name", "")};
}

Result<HttpAsk> read_http(std::string_view text) {
  auto read = read_by("http-1.request", text);
  if (!read) return read.error();
  const Value& value = *read;
  HttpAsk ask;
  ask.method = value["method"].get<std::string>();
  ask.url = value["url"].get<std::string>();
  if (const auto headers = value.find("headers"); headers != value.end()) {
    for (const Value& pair : *headers) ask.headers.push_back(read_header(pair));
  }
  if (const auto auth = value.find("auth"); auth != value.end()) {
    ask.profile = (*auth)["profile"].get<std::string>();
  }
  ask.timeout = std::chrono::milliseconds(value.value("timeout_ms", std::int64_t{30'000}));
  ask.response_bytes_max = value.value("max_response_bytes", std::size_t{1U << 20U});
  if (const auto parts = value.find("parts"); parts != value.end()) {
    for (const Value& part : *parts) ask.parts.push_back(read_part(part));
  }
  return ask;
}

std::string write_response_meta(const net::Exchange& exchange) {
  Value headers = Value::array();
  for (const auto& [name, text] : exchange.headers) {
    headers.push_back(Value::array({name, text}));
  }
  Value meta = {{"elapsed_ms", exchange.elapsed.count()}};
  meta["headers"] = std::move(headers);
  // A lender's header may hold bytes that are not UTF-8.
  return meta.dump(-1, ' ', false, Value::error_handler_t::replace);
}

Result<CryptoAsk> read_crypto(std::string_view text) {
  auto read = read_by("crypto-1", text);
  if (!read) return read.error();
  const Value& value = *read;
  CryptoAsk ask;
  ask.op = value["op"].get<std::string>();
  ask.algorithm = value["algorithm"].get<std::string>();
  ask.secret = text_or(value, "secret", "");
  ask.secret_encoding = text_or(value, "secret_encoding", "raw");
  ask.expected = text_or(value, "expected", "");
  ask.expected_encoding = text_or(value, "expected_encoding", "hex");
  return ask;
}

Result<Outcome> read_error(const Value& value) {
  auto violations = check_by("error-1", value);
  if (!violations.empty()) return Error(std::move(violations));
  Outcome outcome;
  outcome.code = value["code"].get<std::string>();
  outcome.message = value["message"].get<std::string>();
  if (const auto errors = value.find("field_errors"); errors != value.end()) {
    for (const Value& one : *errors) {
      outcome.field_errors.push_back({one["pointer"].get<std::string>(),
                                      one["code"].get<std::string>(), text_or(one, "detail", "")});
    }
  }
  if (const auto after = value.find("retry_after_ms"); after != value.end() && after->is_number()) {
    outcome.retry_after = std::chrono::milliseconds(after->get<std::int64_t>());
  }
  if (const auto upstream = value.find("upstream"); upstream != value.end()) {
    outcome.upstream_status = static_cast<int>(upstream->value("status", std::int64_t{0}));
  }
  return outcome;
}

std::optional<TokenAnswer> read_token(std::string_view text) {
  Value value;
  try {
    value = json::parse(text);
  } catch (const Error&) {
    return std::nullopt;
  }
  if (!value.is_object()) return std::nullopt;
  TokenAnswer answer;
  answer.token = text_or(value, "access_token", "");
  std::string type = text_or(value, "token_type", "bearer");
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(c | 0x20U); });
  if (answer.token.empty() || answer.token.size() > kTokenBytesMax || type != "bearer") {
    return std::nullopt;
  }
  answer.lifetime = kTokenLifetimeDefault;
  if (const auto lifetime = value.find("expires_in");
      lifetime != value.end() && lifetime->is_number_integer()) {
    answer.lifetime = std::chrono::seconds(
        std::clamp<std::int64_t>(lifetime->get<std::int64_t>(), 0, std::int64_t{30} * 24 * 3600));
  }
  return answer;
}

std::string redact_fields(std::string_view fields, const Secrets& secrets,
                          const std::set<std::string, std::less<>>& personal) {
  Value value;
  try {
    value = json::parse(fields);
  } catch (const Error&) {
    return {};
  }
  if (!value.is_object()) return {};
  Value kept = Value::object();
  for (const auto& [name, field] : value.items()) {
    if (field.is_structured()) continue;
    const auto reveals = [&](const auto& secret) {
      const std::string& hidden = secret.second.expose();
      return !hidden.empty() && field.is_string() &&
             field.template get_ref<const std::string&>().find(hidden) != std::string::npos;
    };
    const bool masked =
        personal.contains(name) || std::any_of(secrets.begin(), secrets.end(), reveals);
    kept[name] = masked ? Value(kMasked) : field;
  }
  return json::dump(kept);
}

}  // namespace lendport::connectors
