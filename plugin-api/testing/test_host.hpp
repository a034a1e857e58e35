// A hub for tests: scripted answers, scripted time and chance, one thread, no network.
#pragma once

#include <lendport/plugin.h>
#include <lendport/sdk/json.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lendport::testing {

using sdk::Json;

// What a connector asked to be sent.
struct SentRequest {
  lendport_op op = 0;
  lendport_token token = 0;
  std::int32_t effect = 0;
  Json request;
  std::string body;
};

// What the lender, or the way to it, answers. The default is an empty 200.
struct UpstreamAnswer {
  std::int32_t status = LENDPORT_NET_OK;
  std::int32_t http_status = 200;
  std::uint32_t phase = LENDPORT_PHASE_RESPONSE;
  std::uint64_t bytes_sent = 1;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct Ended {
  std::int32_t outcome = LENDPORT_FAIL_INTERNAL;
  std::string json;
};

// Implements lendport_host_api on the caller's thread. Answers are queued and delivered by
// deliver_next(), never inside a call of the connector. The bytes of an event are freed as soon as
// the call returns, so that ASan shows a connector that keeps them.
//
// Time stands still at kStart but for timers, which move it. random() counts up. A request to a
// host outside the manifest's egress list is answered LENDPORT_NET_DENIED; an auth profile or
// secret the manifest does not name is refused LENDPORT_E_DENIED.
class TestHost {
 public:
  static constexpr std::int64_t kStartUnixMs = 1767268800000;  // 2026-01-01T12:00:00Z
  static constexpr std::int64_t kOperationMs = 30000;

  using Lender = std::function<UpstreamAnswer(const SentRequest&)>;

  TestHost();
  TestHost(const TestHost&) = delete;
  TestHost& operator=(const TestHost&) = delete;

  const lendport_host_api* api() const { return &api_; }
  lendport_host* self();

  // What answers requests. The default answers 599.
  void set_lender(Lender lender) { lender_ = std::move(lender); }
  // Turns on the checks of egress and auth profiles.
  void set_manifest(Json manifest) { manifest_ = std::move(manifest); }
  void set_secret(std::string name, std::string value);

  // Starts an operation. Its end is in `ended` once the connector has completed it.
  lendport_status start(const lendport_plugin& plugin, lendport_instance* instance,
                        std::string operation, std::string request, std::string context = "{}",
                        std::string payload = {});
  // Delivers the oldest waiting event; false when there is none.
  bool deliver_next(const lendport_plugin& plugin, lendport_instance* instance);
  // start() and deliver_next() until the operation has ended, which has a limit of events; nothing
  // if it waits for what never comes.
  std::optional<Ended> run(const lendport_plugin& plugin, lendport_instance* instance,
                           std::string operation, std::string request, std::string context = "{}",
                           std::string payload = {});

  lendport_op last_op() const { return last_op_; }
  std::optional<Ended> ended(lendport_op op) const;

  std::vector<SentRequest> sent;
  std::vector<std::string> logged;  // code and fields of each line
  int misuses = 0;                  // calls with a stale or unknown handle
  std::uint64_t result_bytes_max = LENDPORT_JSON_BYTES_MAX;

 private:
  struct Posted {
    lendport_op op = 0;
    lendport_token token = 0;
    std::uint32_t kind = 0;
    UpstreamAnswer answer;
    std::int64_t advance_ms = 0;
  };
  struct Calls;  // the functions of the table

  lendport_status send(SentRequest request);
  lendport_status crypto(lendport_op op, lendport_token token, const Json& asked,
                         std::string_view data);
  bool alive(lendport_op op);
  bool may_reach(const std::string& url) const;
  bool names_profile(const Json& request) const;

  lendport_host_api api_;
  Lender lender_;
  Json manifest_;
  std::map<std::string, std::string> secrets_;
  std::deque<Posted> posted_;
  std::set<lendport_op> running_;
  std::map<lendport_op, Ended> ended_;
  lendport_op last_op_ = 0;
  std::int64_t now_ms_ = kStartUnixMs;
  unsigned char next_random_ = 0;
};

// The raw bytes of a digest or HMAC: "sha256" or "sha512".
std::string digest(std::string_view algorithm, std::string_view data);
std::string hmac(std::string_view algorithm, std::string_view secret, std::string_view data);
std::string to_hex(std::string_view bytes);
std::string to_base64(std::string_view bytes);

}  // namespace lendport::testing
