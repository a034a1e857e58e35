// What a handler may ask for while it works on one operation.
#pragma once

#include <lendport/sdk/operation.hpp>

#include <chrono>
#include <coroutine>
#include <string>
#include <string_view>
#include <utility>

namespace lendport::sdk {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// The part of instance-1 a handler reads. Made at create(), never changed, shared by the
// operations of the instance.
struct Settings {
  std::string org_id;
  std::string connection_id;
  std::string environment;
  std::string base_url;
  Json values = Json::object();

  static void fields(auto& self, auto& each) {
    each("org_id", self.org_id);
    each("connection_id", self.connection_id);
    each("environment", self.environment);
    each("base_url", self.base_url);
    each("settings", self.values);
  }
};

namespace detail {

// An open call to the hub, awaited at once. `Send` starts it with a token; `Read` makes the result
// of the answer. Constructors, no aggregates: see Request.
template <class Send, class Read>
class HostCall {
 public:
  HostCall(Operation& operation, bool changes, Send send, Read read)
      : operation_(operation), changes_(changes), send_(std::move(send)), read_(std::move(read)) {}

  bool await_ready() const noexcept { return operation_.cancelled(); }

  bool await_suspend(std::coroutine_handle<> awaiting) {
    lendport_token token = operation_.next_token();
    operation_.wait(token, {awaiting, &answer_, changes_});
    refused_ = send_(token);
    if (refused_ == LENDPORT_OK) return true;
    operation_.stop_waiting(token);
    return false;
  }

  auto await_resume() {
    if (operation_.cancelled()) throw Cancelled();
    if (refused_ != LENDPORT_OK) throw refusal();
    return read_(std::move(answer_));
  }

 private:
  Failure refusal() const {
    bool denied = refused_ == LENDPORT_E_DENIED;
    Failure failure(Outcome::internal, denied ? "connector.undeclared" : "connector.refused",
                    denied ? "The connector asked for what its manifest does not declare"
                           : "The hub refused a call of the connector");
    failure.while_reading = !changes_;
    return failure;
  }

  Operation& operation_;
  bool changes_;
  Send send_;
  Read read_;
  Answer answer_;
  lendport_status refused_ = LENDPORT_OK;
};

// What no answer means: nothing happened when nothing was sent or the request only reads.
inline Failure network_failure(const Answer& answer, Effect effect) {
  bool unsent =
      answer.bytes_sent == 0 && answer.http_status == 0 && answer.phase < LENDPORT_PHASE_SENT;
  if (answer.status == LENDPORT_NET_AUTH) {
    return {Outcome::auth_failed, "lender.no_credentials", "The lender refuses these credentials"};
  }
  if (answer.status == LENDPORT_NET_DENIED || answer.status == LENDPORT_NET_INVALID) {
    return {Outcome::internal, "connector.bad_request", "The hub refused the connector's request"};
  }
  bool harmless = unsent || effect == Effect::read;
  Failure failure(harmless ? Outcome::retryable : Outcome::unknown_outcome,
                  unsent ? "lender.unreachable" : "lender.no_answer",
                  unsent ? "The lender cannot be reached" : "The lender did not answer");
  failure.while_reading = effect == Effect::read;
  return failure;
}

inline Response response_of(Answer answer, Effect effect) {
  if (answer.status != LENDPORT_NET_OK) throw network_failure(answer, effect);
  Response response;
  response.status = answer.http_status;
  response.effect = effect;
  response.body = std::move(answer.body);
  Json meta = parse_json(answer.meta).value_or(Json::object());
  for (const Json& pair : meta.value("headers", Json::array())) {
    response.headers.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::string>());
  }
  return response;
}

}  // namespace detail

// The hub, as one operation sees it. Valid until the handler's coroutine ends; never kept longer.
// All awaits throw Cancelled once the hub has cancelled the operation.
class Context {
 public:
  Context(Operation& operation, const Settings& settings, std::string context_json,
          std::string payload_bytes)
      : operation_(operation),
        settings_(settings),
        context_json_(std::move(context_json)),
        payload_(std::move(payload_bytes)) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // Sends the request. Any HTTP status is an answer (Response::require_success judges it). No whole
  // answer throws Failure: `retryable` when nothing was sent or the request only reads, else
  // `unknown_outcome`.
  auto http(Request request) {
    Effect effect = request.effect();
    auto send = [this, request = std::move(request)](lendport_token token) {
      std::string description = to_text(request.description());
      return api().http_send(self(), handle(), token, static_cast<std::int32_t>(request.effect()),
                             bytes_of(description), bytes_of(request.body));
    };
    auto read = [effect](detail::Answer answer) {
      return detail::response_of(std::move(answer), effect);
    };
    return detail::HostCall(operation_, effect != Effect::read, std::move(send), read);
  }

  // Returns after `delay`. At the deadline the operation is cancelled instead.
  auto timer(std::chrono::milliseconds delay) {
    auto send = [this, delay](lendport_token token) {
      return api().timer(self(), handle(), token, delay.count());
    };
    return detail::HostCall(operation_, false, send, [](detail::Answer) {});
  }

 private:
  template <class Read>
  auto crypto(const Json& asked, std::string data, Read read) {
    auto send = [this, json = to_text(asked), data = std::move(data)](lendport_token token) {
      return api().crypto(self(), handle(), token, bytes_of(json), bytes_of(data));
    };
    return detail::HostCall(operation_, false, std::move(send), read);
  }

 public:
  // Raw bytes of the HMAC of `data` with the secret setting of that name.
  auto hmac(std::string secret, std::string data, std::string algorithm = "sha256") {
    Json asked = {{"op", "hmac"}, {"algorithm", algorithm}, {"secret", secret}};
    return crypto(asked, std::move(data), [](detail::Answer answer) {
      if (answer.status == LENDPORT_NET_OK) return std::move(answer.body);
      throw Failure(Outcome::internal, "connector.bad_crypto", "The hub could not sign");
    });
  }

  // Whether `signature` (hex or base64) is the HMAC of `data`; compared in constant time. False
  // also when the secret is not set.
  auto hmac_verify(std::string secret, std::string data, std::string signature,
                   std::string encoding = "hex", std::string algorithm = "sha256") {
    Json asked = {{"op", "hmac_verify"},
                  {"algorithm", algorithm},
                  {"secret", secret},
                  {"expected", signature},
                  {"expected_encoding", encoding}};
    return crypto(asked, std::move(data),
                  [](detail::Answer answer) { return answer.status == LENDPORT_NET_OK; });
  }

  // `size` random bytes, at most LENDPORT_RANDOM_BYTES_MAX.
  std::string random(std::size_t size) const {
    std::string bytes(size, '\0');
    if (api().random(self(), bytes.data(), size) == LENDPORT_OK) return bytes;
    throw Failure(Outcome::internal, "connector.no_random", "The hub gave no random bytes");
  }

  Instant now() const { return Instant(std::chrono::milliseconds(api().now_unix_ms(self()))); }

  // Time to the operation's deadline; zero or less: stop now.
  std::chrono::milliseconds remaining() const {
    return std::chrono::milliseconds(api().remaining_ms(self(), handle()));
  }

  // One structured line; `code` is a constant word, `fields` an object of scalars without personal
  // data.
  void log(std::int32_t severity, std::string_view code, const Json& fields = Json()) const {
    std::string text = fields.is_null() ? std::string() : to_text(fields);
    api().log(self(), handle(), severity, bytes_of(code), bytes_of(text));
  }

  const Settings& settings() const { return settings_; }
  // A text setting, or "" if it is not set. A secret is never text: name it in a request instead.
  std::string setting(const char* name) const {
    return text_of(settings_.values, name).value_or("");
  }
  // The environment's base URL followed by `path`, which begins with a slash.
  std::string url(std::string_view path) const { return settings_.base_url + std::string(path); }

  // Made by the hub, the same at every attempt. "" where the operation creates nothing.
  std::string idempotency_key() const { return context_text("idempotency_key"); }
  std::string locale() const { return context_text("locale"); }
  // Of the request at the hub that caused this; "" where nobody's did. For the log and support.
  std::string request_id() const { return context_text("request_id"); }
  // W3C traceparent, or "". The hub puts one on every request by itself.
  std::string traceparent() const { return context_text("traceparent"); }
  // The bytes that came beside the request: a webhook's body.
  const std::string& payload() const { return payload_; }

 private:
  std::string context_text(const char* key) const {
    return text_of(parse_json(context_json_).value_or(Json()), key).value_or("");
  }

  const lendport_host_api& api() const { return *operation_.host().api; }
  lendport_host* self() const { return operation_.host().self; }
  lendport_op handle() const { return operation_.handle(); }

  Operation& operation_;
  const Settings& settings_;
  std::string context_json_;
  std::string payload_;
};

}  // namespace lendport::sdk
