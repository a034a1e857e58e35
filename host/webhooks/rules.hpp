// Pure decisions about webhooks: what an answer means, when to try again, which URL may be told.
#pragma once

#include "core/time.hpp"
#include "core/violation.hpp"
#include "net/http_client.hpp"
#include "webhooks/delivery.hpp"
#include "webhooks/settings.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lendport::webhooks {

enum class Verdict {
  taken,   // 2xx
  failed,  // anything else, redirects included
  gone,    // 410: the receiver wants no more
  unsent,  // the hub itself did not begin the request: says nothing about the receiver
};

struct Judgement {
  Verdict verdict = Verdict::failed;
  std::string error;  // "status_500", "timeout", "denied"; empty when taken
  // What a 429 or 503 asks for, at most kRetryAfterMax.
  std::optional<std::chrono::seconds> retry_after;
};

// An answer that was only too long is judged by its status: the receiver had decided.
Judgement judge(const net::Exchange& exchange, Time now);

// "120" or "Fri, 31 Dec 1999 23:59:59 GMT", from `now` on; nothing when it is neither.
std::optional<std::chrono::seconds> read_retry_after(std::string_view text, Time now);

// A number below its argument, from the system or a test.
using RandomBelow = std::function<std::uint64_t(std::uint64_t bound)>;

// The pause after `tries` tries, all failed: kPauses with a tenth more or less, or longer when the
// receiver asked for it. Nothing when they were all.
std::optional<std::chrono::milliseconds> pause_after(
    int tries, const std::optional<std::chrono::seconds>& retry_after, const RandomBelow& random);

// Why `url` cannot be an endpoint's: not https (but over a detour of the operator's), credentials
// in it, an address that is not public, too long. Names are resolved, and judged, at each delivery.
std::optional<Violation> url_problem(const std::string& url, const net::EgressRules& rules);

// "hooks.example:443": as much of a URL as events, audit and logs may say.
std::string host_of(const std::string& url);

}  // namespace lendport::webhooks
