#include "connectors/services.hpp"

#include "connectors/auth.hpp"
#include "connectors/codes.hpp"
#include "connectors/form.hpp"
#include "connectors/schemas.hpp"
#include "connectors/trace.hpp"
#include "core/crash_point.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <sys/random.h>

namespace lendport::connectors {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

std::int32_t number_of(net::Fault fault) {
  switch (fault) {
    case net::Fault::none: return LENDPORT_NET_OK;
    case net::Fault::denied: return LENDPORT_NET_DENIED;
    case net::Fault::resolve: return LENDPORT_NET_DNS;
    case net::Fault::connect: return LENDPORT_NET_CONNECT;
    case net::Fault::tls: return LENDPORT_NET_TLS;
    case net::Fault::timeout: return LENDPORT_NET_TIMEOUT;
    case net::Fault::reset: return LENDPORT_NET_RESET;
    case net::Fault::too_large: return LENDPORT_NET_TOO_LARGE;
    case net::Fault::protocol: return LENDPORT_NET_PROTOCOL;
    case net::Fault::invalid: return LENDPORT_NET_INVALID;
    case net::Fault::busy: return LENDPORT_NET_BUSY;
    case net::Fault::internal: return LENDPORT_NET_INTERNAL;
  }
  return LENDPORT_NET_INTERNAL;
}

std::uint32_t number_of(net::Phase phase) {
  switch (phase) {
    case net::Phase::none: return LENDPORT_PHASE_NONE;
    case net::Phase::resolve: return LENDPORT_PHASE_DNS;
    case net::Phase::connect: return LENDPORT_PHASE_CONNECT;
    case net::Phase::tls: return LENDPORT_PHASE_TLS;
    case net::Phase::sending: return LENDPORT_PHASE_SENDING;
    case net::Phase::sent: return LENDPORT_PHASE_SENT;
    case net::Phase::response: return LENDPORT_PHASE_RESPONSE;
  }
  return LENDPORT_PHASE_SENT;
}

Answer unsent(std::int32_t status, std::int32_t http_status = 0) {
  Answer answer;
  answer.status = status;
  answer.http_status = http_status;
  answer.meta = R"({"headers":[]})";
  return answer;
}

Answer answer_of(net::Exchange exchange) {
  Answer answer;
  answer.status = number_of(exchange.fault);
  answer.http_status = exchange.status;
  answer.phase = number_of(exchange.phase);
  answer.bytes_sent = exchange.bytes_sent;
  answer.meta = write_response_meta(exchange);
  answer.body = std::move(exchange.body);
  return answer;
}

bool says_down(int http_status) {
  return http_status == 0 || (http_status >= 502 && http_status <= 504);
}

// Whether the lender is there: a fault on the way or "I am down" says it is not.
std::optional<bool> says_alive(const net::Exchange& exchange) {
  switch (exchange.fault) {
    case net::Fault::none: return !says_down(exchange.status);
    case net::Fault::resolve:
    case net::Fault::connect:
    case net::Fault::tls:
    case net::Fault::timeout:
    case net::Fault::reset:
    case net::Fault::protocol: return false;
    default: return std::nullopt;
  }
}

bool changes_something(std::string_view method) {
  return method != "GET" && method != "HEAD";
}

// Whether the connector set that field itself; `name` in lower case.
bool has_field(const net::OutboundRequest& request, std::string_view name) {
  const auto is_it = [name](const auto& header) {
    const auto same = [](unsigned char a, char b) { return std::tolower(a) == b; };
    return std::equal(header.first.begin(), header.first.end(), name.begin(), name.end(), same);
  };
  return std::any_of(request.headers.begin(), request.headers.end(), is_it);
}

// Puts the headers in, with their secrets. False: one names a secret that is not given.
bool fill_headers(const HttpAsk& ask, const Call& call, net::OutboundRequest& request) {
  for (const HeaderAsk& header : ask.headers) {
    const auto secret = call.secrets.find(header.secret);
    if (!header.secret.empty() && secret == call.secrets.end()) return false;
    request.headers.emplace_back(
        header.name, header.text + (header.secret.empty() ? "" : secret->second.expose()));
  }
  return true;
}

// Puts the documents that the parts name into the body. False: they make no form.
bool fill_form(const HttpAsk& ask, const Call& call, net::OutboundRequest& request) {
  if (has_field(request, "content-type")) return false;
  const std::string boundary = "lendport-" + crypto::hex(crypto::random_bytes(16));
  auto form = form_of(ask.parts, call.documents, request.body, boundary);
  if (!form) return false;
  request.headers.emplace_back("content-type", std::move(form->content_type));
  request.body = std::move(form->body);
  return true;
}

// What goes out, whose body may be documents: copied only where it may have to go out again.
net::OutboundRequest taken_from(net::OutboundRequest& plain, bool may_go_again) {
  return may_go_again ? plain : std::move(plain);
}

std::string reason_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  }
}

telemetry::Level level_of(std::int32_t severity) {
  switch (severity) {
    case LENDPORT_LOG_DEBUG: return telemetry::Level::debug;
    case LENDPORT_LOG_INFO: return telemetry::Level::info;
    case LENDPORT_LOG_WARN: return telemetry::Level::warn;
    default: return telemetry::Level::error;
  }
}

}  // namespace

struct HostServices::Errand {
  OperationPtr operation;
  Effect effect;
  std::string request;
  JournalRow row;
  HttpAsk ask;
  std::string body;
};

void HostServices::http(OperationPtr operation, lendport_token token, Effect effect,
                        std::string request, std::string body) {
  auto errand = std::make_shared<Errand>();
  errand->operation = std::move(operation);
  errand->effect = effect;
  errand->request = std::move(request);
  errand->body = std::move(body);
  const auto finished = [self = shared_from_this(), errand, token](
                            const std::exception_ptr& failure, Answer answer) {
    if (failure) {
      telemetry::log(telemetry::Level::error, "connector_request_failed",
                     {{"plugin", errand->operation->call().plugin},
                      {"reason", reason_of(failure)},
                      {"request_id", errand->operation->call().request_id}});
      const bool kept = errand->operation->intent() == Operation::Intent::awaited;
      if (kept) errand->operation->note_intent(Operation::Intent::failed);
      answer = unsent(kept ? LENDPORT_NET_BUSY : LENDPORT_NET_INTERNAL);
      if (errand->operation->effect_may_have_left()) answer.phase = LENDPORT_PHASE_SENT;
    }
    answer.kind = LENDPORT_EV_HTTP;
    answer.token = token;
    errand->operation->instance().deliver(errand->operation, std::move(answer));
  };
  asio::co_spawn(errand->operation->instance().strand(), carry_out(errand), finished);
}

std::optional<Answer> HostServices::prepare(Errand& errand, net::OutboundRequest& plain) {
  const OperationPtr& operation = errand.operation;
  const Call& call = operation->call();
  auto ask = read_http(errand.request);
  if (!ask) return unsent(LENDPORT_NET_INVALID);
  errand.ask = std::move(*ask);
  if (call.fence && changes_something(errand.ask.method) && errand.effect == Effect::read) {
    errand.effect = Effect::create;
  }
  const auto target = net::parse_target(errand.ask.url);
  if (!target) return unsent(LENDPORT_NET_INVALID);
  if (operation->instance().rules()->refusal(*target)) return unsent(LENDPORT_NET_DENIED);
  plain.method = errand.ask.method;
  plain.url = errand.ask.url;
  plain.body = errand.body;
  plain.rules = operation->instance().rules();
  plain.response_bytes_max = errand.ask.response_bytes_max;
  if (!fill_headers(errand.ask, call, plain)) return unsent(LENDPORT_NET_AUTH);
  if (!errand.ask.parts.empty() && !fill_form(errand.ask, call, plain)) {
    return unsent(LENDPORT_NET_INVALID);
  }
  std::shared_ptr<const Call> shared(operation, &call);
  errand.row = JournalRow{shared, errand.effect, plain.method, plain.url,
                          errand.request + "\n" + errand.body};
  return std::nullopt;
}

Task<Answer> HostServices::carry_out(std::shared_ptr<Errand> errand) {
  net::OutboundRequest plain;
  if (auto refusal = prepare(*errand, plain)) co_return std::move(*refusal);
  const OperationPtr& operation = errand->operation;
  const Call& call = operation->call();
  const std::string& profile = errand->ask.profile;
  const Deadline deadline =
      std::min(operation->deadline(), steady_clock::now() + errand->ask.timeout);
  std::string rejected;
  for (bool again = false;; again = true) {
    net::OutboundRequest request = taken_from(plain, !profile.empty());
    if (!call.traceparent.empty() && !has_field(request, kTraceHeader)) {
      request.headers.emplace_back(kTraceHeader, child_of(call.traceparent));
    }
    Authorised authorised;
    if (!profile.empty()) {
      authorised = co_await authorise(operation->instance(), call, profile, rejected, request,
                                      client_, clock_.now(), deadline);
      if (authorised.end != AuthEnd::ready) co_return not_authorised(*errand, authorised);
    }
    net::Exchange exchange = co_await send(errand, std::move(request), deadline);
    // A whole 401 says that nothing happened: once more with a new token.
    if (!again && exchange.whole() && exchange.status == 401 && !authorised.token.empty()) {
      rejected = authorised.token;
      continue;
    }
    co_return answer_of(std::move(exchange));
  }
}

Answer HostServices::not_authorised(const Errand& errand, const Authorised& authorised) {
  const Call& call = errand.operation->call();
  telemetry::log(telemetry::Level::warn, "connector_not_authorised",
                 {{"plugin", call.plugin},
                  {"connection", call.connection},
                  {"profile", errand.ask.profile},
                  {"reason", authorised.why}});
  const bool refused = authorised.end == AuthEnd::refused;
  // A lender whose door to its tokens is shut is as far away as one that is shut altogether.
  const bool away = !refused && says_down(authorised.endpoint_status);
  if (away && !call.draft) circuits_.note(call.connection, false);
  return unsent(refused ? LENDPORT_NET_AUTH : LENDPORT_NET_CONNECT, authorised.endpoint_status);
}

Task<net::Exchange> HostServices::send(std::shared_ptr<Errand> errand, net::OutboundRequest request,
                                       Deadline deadline) {
  const Call& call = errand->operation->call();
  net::Exchange exchange;
  if (errand->effect == Effect::read) {
    exchange = co_await client_.send(std::move(request), deadline);
    record_read(errand, exchange);
  } else {
    exchange = co_await send_effect(errand, std::move(request), deadline);
  }
  errand->operation->note_upstream_status(exchange.status);
  const auto alive = says_alive(exchange);
  if (alive && !call.draft) circuits_.note(call.connection, *alive);
  co_return exchange;
}

Task<net::Exchange> HostServices::send_effect(std::shared_ptr<Errand> errand,
                                              net::OutboundRequest request, Deadline deadline) {
  errand->operation->note_intent(Operation::Intent::awaited);
  const CallId id = co_await journal_.intend(errand->row);
  errand->operation->note_intent(Operation::Intent::written);
  request.once = true;
  request.on_sent = [] { crash_point("after_send"); };
  crash_point("before_send");
  net::Exchange exchange;
  if (errand->operation->effect_leaves()) {
    exchange = co_await client_.send(std::move(request), deadline);
    if (!exchange.may_have_left()) errand->operation->effect_ended(false, false);
  } else {
    exchange.fault = net::Fault::denied;
  }
  crash_point("before_answer_stored");
  co_await journal_.end(id, errand->row, exchange);
  crash_point("after_answer_stored");
  // An answer that could not be kept is none, whatever the connector makes of it.
  if (exchange.may_have_left()) errand->operation->effect_ended(true, exchange.whole());
  co_return exchange;
}

// A read does not wait for its row.
void HostServices::record_read(const std::shared_ptr<Errand>& errand,
                               const net::Exchange& exchange) {
  auto kept = std::make_shared<const net::Exchange>(exchange);
  asio::co_spawn(errand->operation->instance().strand(), journal_.record(errand->row, *kept),
                 [self = shared_from_this(), errand, kept](const std::exception_ptr& failure) {
                   if (!failure) return;
                   telemetry::log(telemetry::Level::warn, "journal_read_not_kept",
                                  {{"reason", reason_of(failure)}});
                 });
}

void HostServices::crypto(OperationPtr operation, lendport_token token, std::string_view request,
                          std::string_view data) {
  Answer answer;
  answer.kind = LENDPORT_EV_CRYPTO;
  answer.token = token;
  carry_out_crypto(operation->call(), request, data, answer);
  operation->instance().deliver(operation, std::move(answer));
}

void HostServices::timer(OperationPtr operation, lendport_token token,
                         std::chrono::milliseconds delay) {
  auto timer = std::make_shared<asio::steady_timer>(operation->instance().strand());
  timer->expires_at(std::min(operation->deadline(), steady_clock::now() + delay));
  auto ring = [operation, token, timer](const boost::system::error_code&) {
    Answer answer;
    answer.kind = LENDPORT_EV_TIMER;
    answer.token = token;
    operation->instance().deliver(operation, std::move(answer));
  };
  timer->async_wait(std::move(ring));
}

bool HostServices::may_log() {
  const std::lock_guard lock(mutex_);
  const auto now = steady_clock::now();
  if (now - second_begin_ >= std::chrono::seconds(1)) {
    second_begin_ = now;
    lines_ = 0;
  }
  return ++lines_ <= kLinesPerSecondMax;
}

void HostServices::log(const std::string& plugin, const Operation* operation, std::int32_t severity,
                       std::string_view code, std::string_view fields) {
  const telemetry::Level level = level_of(severity);
  if (!telemetry::logs(level) || !may_log()) return;
  static const Secrets kNone;
  const Secrets& secrets = operation == nullptr ? kNone : operation->call().secrets;
  const std::string shown = fields.empty() ? ""
                                           : redact_fields(fields.substr(0, LENDPORT_LOG_BYTES_MAX),
                                                           secrets, personal_members());
  telemetry::log(level, "connector_log",
                 {{"plugin", plugin},
                  {"code", code},
                  {"fields", shown},
                  {"request_id", operation == nullptr ? "" : operation->call().request_id}});
}

bool HostServices::fill_random(void* out, std::size_t size) {
  return getrandom(out, size, 0) == static_cast<ssize_t>(size);
}

}  // namespace lendport::connectors
