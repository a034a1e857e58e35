// The table of functions behind TestHost, and its queue of events.
#include "testing/test_host.hpp"

namespace lendport::testing {
namespace {

constexpr int kEventsPerRunMax = 10000;

std::string text_of(lendport_bytes bytes) {
  return {static_cast<const char*>(bytes.data), static_cast<std::size_t>(bytes.size)};
}

lendport_bytes bytes_of(const std::string& text) {
  return {text.data(), text.size()};
}

TestHost& host_of(lendport_host* host) {
  return *reinterpret_cast<TestHost*>(host);
}

// "https://api.example.com/v1" → "api.example.com:443".
std::string host_and_port(const std::string& url) {
  std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return {};
  std::size_t begin = scheme + 3;
  std::string host = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  if (host.find(':') != std::string::npos) return host;
  return host + (url.starts_with("https:") ? ":443" : ":80");
}

std::string meta_of(const UpstreamAnswer& answer) {
  Json headers = Json::array();
  for (const auto& [name, value] : answer.headers) headers.push_back(Json::array({name, value}));
  return sdk::to_text(Json{{"headers", headers}});
}

}  // namespace

struct TestHost::Calls {
  static const void* get_extension(lendport_host*, const char*) noexcept { return nullptr; }

  static void log(lendport_host* host, lendport_op, std::int32_t, lendport_bytes code,
                  lendport_bytes fields) noexcept {
    host_of(host).logged.push_back(text_of(code) + " " + text_of(fields));
  }

  static std::int64_t now(lendport_host* host) noexcept { return host_of(host).now_ms_; }

  static std::int64_t remaining(lendport_host* host, lendport_op op) noexcept {
    TestHost& self = host_of(host);
    return self.running_.contains(op) ? kStartUnixMs + kOperationMs - self.now_ms_ : 0;
  }

  static lendport_status random(lendport_host* host, void* out, std::uint64_t size) noexcept {
    if (size > LENDPORT_RANDOM_BYTES_MAX) return LENDPORT_E_LIMIT;
    auto* bytes = static_cast<unsigned char*>(out);
    for (std::uint64_t i = 0; i < size; ++i) bytes[i] = host_of(host).next_random_++;
    return LENDPORT_OK;
  }

  static lendport_status http_send(lendport_host* host, lendport_op op, lendport_token token,
                                   std::int32_t effect, lendport_bytes request,
                                   lendport_bytes body) noexcept {
    TestHost& self = host_of(host);
    if (!self.alive(op)) return LENDPORT_E_STALE;
    std::optional<Json> parsed = sdk::parse_json(text_of(request));
    if (!parsed) return LENDPORT_E_ARG;
    return self.send({op, token, effect, *std::move(parsed), text_of(body)});
  }

  static lendport_status crypto(lendport_host* host, lendport_op op, lendport_token token,
                                lendport_bytes request, lendport_bytes data) noexcept {
    TestHost& self = host_of(host);
    if (!self.alive(op)) return LENDPORT_E_STALE;
    std::optional<Json> asked = sdk::parse_json(text_of(request));
    return asked ? self.crypto(op, token, *asked, text_of(data)) : LENDPORT_E_ARG;
  }

  static lendport_status timer(lendport_host* host, lendport_op op, lendport_token token,
                               std::int64_t delay_ms) noexcept {
    TestHost& self = host_of(host);
    if (!self.alive(op)) return LENDPORT_E_STALE;
    if (delay_ms < 0) return LENDPORT_E_ARG;
    self.posted_.push_back({op, token, LENDPORT_EV_TIMER, {}, delay_ms});
    return LENDPORT_OK;
  }

  static lendport_status abandon(lendport_host* host, lendport_op op,
                                 lendport_token token) noexcept {
    TestHost& self = host_of(host);
    if (!self.alive(op)) return LENDPORT_E_STALE;
    std::erase_if(self.posted_,
                  [&](const Posted& posted) { return posted.op == op && posted.token == token; });
    return LENDPORT_OK;
  }

  static lendport_status wake(lendport_host* host, lendport_op op, lendport_token token) noexcept {
    TestHost& self = host_of(host);
    if (!self.alive(op)) return LENDPORT_E_STALE;
    self.posted_.push_back({op, token, LENDPORT_EV_WAKE, {}, 0});
    return LENDPORT_OK;
  }

  static lendport_status complete(lendport_host* host, lendport_op op, std::int32_t outcome,
                                  lendport_bytes json) noexcept {
    TestHost& self = host_of(host);
    if (!self.alive(op)) return LENDPORT_E_STALE;
    if (json.size > self.result_bytes_max) return LENDPORT_E_LIMIT;
    self.running_.erase(op);
    self.ended_[op] = Ended{outcome, text_of(json)};
    std::erase_if(self.posted_, [&](const Posted& posted) { return posted.op == op; });
    return LENDPORT_OK;
  }
};

TestHost::TestHost()
    : api_{sizeof(lendport_host_api),
           LENDPORT_ABI_MAJOR,
           LENDPORT_ABI_MINOR,
           0,
           &Calls::get_extension,
           &Calls::log,
           &Calls::now,
           &Calls::remaining,
           &Calls::random,
           &Calls::http_send,
           &Calls::crypto,
           &Calls::timer,
           &Calls::abandon,
           &Calls::wake,
           &Calls::complete} {
  lender_ = [](const SentRequest&) {
    UpstreamAnswer nobody;
    nobody.http_status = 599;
    return nobody;
  };
}

lendport_host* TestHost::self() {
  return reinterpret_cast<lendport_host*>(this);
}

void TestHost::set_secret(std::string name, std::string value) {
  secrets_[std::move(name)] = std::move(value);
}

bool TestHost::alive(lendport_op op) {
  if (running_.contains(op)) return true;
  ++misuses;
  return false;
}

bool TestHost::may_reach(const std::string& url) const {
  if (manifest_.is_null()) return true;
  for (const Json& allowed : manifest_.value("egress", Json::array())) {
    if (allowed == host_and_port(url)) return true;
  }
  return false;
}

bool TestHost::names_profile(const Json& request) const {
  if (manifest_.is_null() || !request.contains("auth")) return true;
  return manifest_.value("auth", Json::object()).contains(request["auth"].value("profile", ""));
}

lendport_status TestHost::send(SentRequest request) {
  if (!names_profile(request.request)) return LENDPORT_E_DENIED;
  Posted posted{request.op, request.token, LENDPORT_EV_HTTP, {}, 0};
  if (may_reach(request.request.value("url", ""))) {
    sent.push_back(request);
    posted.answer = lender_(request);
  } else {
    posted.answer = {LENDPORT_NET_DENIED, 0, LENDPORT_PHASE_NONE, 0, {}, {}};
  }
  posted_.push_back(std::move(posted));
  return LENDPORT_OK;
}

lendport_status TestHost::crypto(lendport_op op, lendport_token token, const Json& asked,
                                 std::string_view data) {
  std::string what = asked.value("op", "");
  std::string algorithm = asked.value("algorithm", "");
  auto secret = secrets_.find(asked.value("secret", ""));
  Posted posted{op, token, LENDPORT_EV_CRYPTO, {}, 0};
  if (what == "digest") {
    posted.answer.body = digest(algorithm, data);
  } else if (secret == secrets_.end()) {
    posted.answer.status = LENDPORT_NET_AUTH;
  } else if (what == "hmac") {
    posted.answer.body = hmac(algorithm, secret->second, data);
  } else {
    std::string made = hmac(algorithm, secret->second, data);
    bool base64 = asked.value("expected_encoding", "hex") == "base64";
    bool same = asked.value("expected", "") == (base64 ? to_base64(made) : to_hex(made));
    posted.answer.status = same ? LENDPORT_NET_OK : LENDPORT_NET_MISMATCH;
  }
  posted_.push_back(std::move(posted));
  return LENDPORT_OK;
}

lendport_status TestHost::start(const lendport_plugin& plugin, lendport_instance* instance,
                                std::string operation, std::string request, std::string context,
                                std::string payload) {
  running_.insert(++last_op_);
  lendport_op_start start{sizeof(lendport_op_start),
                          0,
                          last_op_,
                          bytes_of(operation),
                          bytes_of(request),
                          bytes_of(context),
                          bytes_of(payload),
                          kStartUnixMs + kOperationMs};
  lendport_status taken = plugin.start(instance, &start);
  if (taken != LENDPORT_OK) running_.erase(last_op_);
  return taken;
}

bool TestHost::deliver_next(const lendport_plugin& plugin, lendport_instance* instance) {
  if (posted_.empty()) return false;
  Posted posted = std::move(posted_.front());
  posted_.pop_front();
  now_ms_ += posted.advance_ms;
  bool http = posted.kind == LENDPORT_EV_HTTP;
  std::string meta = http ? meta_of(posted.answer) : std::string();
  lendport_event event{sizeof(lendport_event),
                       posted.kind,
                       posted.token,
                       posted.answer.status,
                       http ? posted.answer.http_status : 0,
                       http ? posted.answer.phase : 0,
                       0,
                       http ? posted.answer.bytes_sent : 0,
                       bytes_of(meta),
                       bytes_of(posted.answer.body)};
  plugin.event(instance, posted.op, &event);
  return true;
}

std::optional<Ended> TestHost::run(const lendport_plugin& plugin, lendport_instance* instance,
                                   std::string operation, std::string request, std::string context,
                                   std::string payload) {
  lendport_status taken = start(plugin, instance, std::move(operation), std::move(request),
                                std::move(context), std::move(payload));
  if (taken == LENDPORT_E_UNSUPPORTED) return Ended{LENDPORT_FAIL_UNSUPPORTED, "{}"};
  if (taken != LENDPORT_OK) return Ended{LENDPORT_FAIL_INTERNAL, "{}"};
  lendport_op op = last_op_;
  for (int events = 0; !ended(op) && events < kEventsPerRunMax; ++events) {
    if (!deliver_next(plugin, instance)) break;
  }
  return ended(op);
}

std::optional<Ended> TestHost::ended(lendport_op op) const {
  auto found = ended_.find(op);
  if (found == ended_.end()) return std::nullopt;
  return found->second;
}

}  // namespace lendport::testing
