// A request to the lender and its answer.
#pragma once

#include <lendport/sdk/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::sdk {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_ };
using enum Method;

constexpr std::string_view word_of(Method method) {
  constexpr std::array<std::string_view, 6> kWords{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  return kWords[static_cast<std::size_t>(method)];
}

// What the request does at the lender: decides what a lost answer means (abi.h).
enum class Effect : std::int32_t {
  read = LENDPORT_EFFECT_READ,
  create = LENDPORT_EFFECT_CREATE,
  update = LENDPORT_EFFECT_UPDATE,
};

// GET and HEAD read, POST creates, the others update. A POST that only asks (a search, a price)
// says so with Request::effect.
constexpr Effect usual_effect(Method method) {
  if (method == Method::get || method == Method::head) return Effect::read;
  return method == Method::post ? Effect::create : Effect::update;
}

// One request. A class with a constructor and no aggregate, so that a temporary is safe in a
// statement with co_await: g++ 12 copies aggregates bit by bit there.
//
//     Request request(post, ctx.url("/applications"));
//     request.auth("oauth").header("idempotency-key", ctx.idempotency_key()).json(body);
//     Response reply = co_await ctx.http(request);
class Request {
 public:
  Request(Method how, std::string absolute_url)
      : method(how), url(std::move(absolute_url)), effect_(usual_effect(how)) {}

  Request& header(std::string name, std::string value) {
    headers.push_back(Json::array({std::move(name), std::move(value)}));
    return *this;
  }
  // A header whose value is a secret setting: the hub puts it in on the wire, after `prefix`.
  Request& secret_header(std::string name, std::string secret, std::string prefix = {}) {
    Json reference = {{"$secret", std::move(secret)}};
    if (!prefix.empty()) reference["prefix"] = std::move(prefix);
    headers.push_back(Json::array({std::move(name), std::move(reference)}));
    return *this;
  }
  // Credentials by a profile of the manifest; the hub fetches and refreshes tokens.
  Request& auth(std::string profile_name) {
    profile = std::move(profile_name);
    return *this;
  }
  Request& json(const Json& value) { return text(to_text(value), "application/json"); }
  Request& text(std::string bytes, std::string content_type) {
    body = std::move(bytes);
    return header("content-type", std::move(content_type));
  }
  // Adds a part of a multipart form whose bytes the hub takes from the document `blob` of this
  // operation, with its name and type. A form has no content-type of the connector's own.
  Request& document(std::string name, std::string blob) {
    parts.push_back({{"name", std::move(name)}, {"blob", std::move(blob)}});
    return *this;
  }
  Request& timeout(std::chrono::milliseconds longest) {
    timeout_ms = longest.count();
    return *this;
  }
  Request& max_response(std::int64_t bytes) {
    max_response_bytes = bytes;
    return *this;
  }
  Request& effect(Effect what) {
    effect_ = what;
    return *this;
  }
  Effect effect() const { return effect_; }

  // The JSON of http_send, by http-1.request.
  Json description() const {
    Json out = {{"method", std::string(word_of(method))}, {"url", url}};
    if (!headers.empty()) out["headers"] = headers;
    if (!profile.empty()) out["auth"] = {{"profile", profile}};
    if (timeout_ms) out["timeout_ms"] = *timeout_ms;
    if (max_response_bytes) out["max_response_bytes"] = *max_response_bytes;
    if (!parts.empty()) out["parts"] = parts;
    return out;
  }

  Method method;
  std::string url;
  Json headers = Json::array();
  std::string profile;
  std::string body;
  Json parts = Json::array();
  std::optional<std::int64_t> timeout_ms;
  std::optional<std::int64_t> max_response_bytes;

 private:
  Effect effect_;
};

// A whole HTTP answer, of any status.
class Response {
 public:
  Response() = default;

  bool ok() const { return status >= 200 && status < 300; }

  // The first header of that name, in any case of letters.
  std::optional<std::string> header(std::string_view name) const {
    auto same_letter = [](char a, char b) { return std::tolower(a) == std::tolower(b); };
    for (const auto& [key, value] : headers) {
      if (std::ranges::equal(key, name, same_letter)) return value;
    }
    return std::nullopt;
  }

  // The body as JSON. A body that is none is the lender's fault: `upstream_error`, but
  // `unknown_outcome` for a request that creates or changes, since it may well have been done.
  Json json() const {
    if (std::optional<Json> value = parse_json(body)) return *std::move(value);
    throw failure("lender.bad_json", "The lender's answer could not be read",
                  Outcome::upstream_error);
  }

  // Throws what the status means when the connector knows nothing better:
  //   400, 422 invalid · 401, 403 auth_failed · 429 retryable, after Retry-After
  //   408, 5xx retryable for a read, else unknown_outcome · any other but 2xx upstream_error, but
  //   409 and 3xx unknown_outcome where something is created or changed
  void require_success() const {
    if (ok()) return;
    if (status == 401 || status == 403) {
      throw said(Outcome::auth_failed, "lender.unauthorized", "The lender refuses the credentials");
    }
    if (status == 429) {
      Failure busy = said(Outcome::retryable, "lender.rate_limited", "The lender asks to wait");
      busy.retry_after = retry_after();
      throw busy;
    }
    if (status == 400 || status == 422) {
      throw said(Outcome::invalid, "lender.invalid", "The lender does not accept the request");
    }
    if (status == 408 || status >= 500) {
      throw failure("lender.unavailable", "The lender is not available", Outcome::retryable);
    }
    // No refusal for sure: an earlier request of the same key may stand behind a 409.
    if (status == 409 || status < 400) {
      throw failure("lender.refused", "The lender refuses the request", Outcome::upstream_error);
    }
    throw said(Outcome::upstream_error, "lender.refused", "The lender refuses the request");
  }

  // Retry-After in seconds; a date or junk: nothing.
  std::optional<std::chrono::milliseconds> retry_after() const {
    std::string value = header("retry-after").value_or("");
    int seconds = 0;
    auto parsed = std::from_chars(value.data(), value.data() + value.size(), seconds);
    bool whole = parsed.ec == std::errc() && parsed.ptr == value.data() + value.size();
    if (!whole || seconds < 0 || seconds > 86400) return std::nullopt;
    return std::chrono::seconds(seconds);
  }

  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  Effect effect = Effect::read;  // of the request it answers

 private:
  Failure said(Outcome outcome, const char* code, const char* message) const {
    Failure failed(outcome, code, message);
    failed.upstream_status = status;
    failed.while_reading = effect == Effect::read;
    return failed;
  }
  Failure failure(const char* code, const char* message, Outcome of_a_read) const {
    return said(effect == Effect::read ? of_a_read : Outcome::unknown_outcome, code, message);
  }
};

}  // namespace lendport::sdk
