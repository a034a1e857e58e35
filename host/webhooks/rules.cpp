#include "webhooks/rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace lendport::webhooks {
namespace {

constexpr int kGone = 410;
constexpr std::int64_t kJitterPart = 10;  // a tenth of the pause, either way

std::optional<int> number_in(std::string_view text) {
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = problem == std::errc{} && end == text.data() + text.size() && number >= 0;
  return whole ? std::optional(number) : std::nullopt;
}

std::optional<unsigned> month_in(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::find(kMonths.begin(), kMonths.end(), name);
  if (found == kMonths.end()) return std::nullopt;
  return static_cast<unsigned>(found - kMonths.begin()) + 1;
}

// IMF-fixdate, the one form of RFC 9110 that is still written.
std::optional<Time> read_http_date(std::string_view text) {
  constexpr std::string_view kShape = "Www, dd Mmm yyyy hh:mm:ss GMT";
  if (text.size() != kShape.size() || !text.ends_with(" GMT") || text[3] != ',') {
    return std::nullopt;
  }
  const auto month = month_in(text.substr(8, 3));
  const auto day = number_in(text.substr(5, 2));
  const auto year = number_in(text.substr(12, 4));
  const auto hour = number_in(text.substr(17, 2));
  const auto minute = number_in(text.substr(20, 2));
  const auto second = number_in(text.substr(23, 2));
  if (!month || !day || !year || !hour || !minute || !second) return std::nullopt;
  const Date date{std::chrono::year{*year}, std::chrono::month{*month},
                  std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return Time(std::chrono::sys_days{date}) + std::chrono::hours{*hour} +
         std::chrono::minutes{*minute} + std::chrono::seconds{*second};
}

std::string_view header_of(const net::Exchange& exchange, std::string_view name) {
  for (const auto& [key, value] : exchange.headers) {
    if (key == name) return value;
  }
  return {};
}

// A deadline that passes in phase `none` had passed before the request began. Past the look-up of
// the name an unnamed trouble may be the receiver's, and counts.
bool is_own_trouble(const net::Exchange& exchange) {
  if (exchange.phase > net::Phase::resolve) return false;
  switch (exchange.fault) {
    case net::Fault::internal:
    case net::Fault::busy: return true;
    case net::Fault::timeout: return exchange.phase == net::Phase::none;
    default: return false;
  }
}

}  // namespace

std::optional<std::chrono::seconds> read_retry_after(std::string_view text, Time now) {
  if (const auto seconds = number_in(text)) return std::chrono::seconds{*seconds};
  const auto date = read_http_date(text);
  if (!date) return std::nullopt;
  return std::max(std::chrono::ceil<std::chrono::seconds>(*date - now), std::chrono::seconds{0});
}

Judgement judge(const net::Exchange& exchange, Time now) {
  Judgement judgement;
  const bool answered = exchange.whole() || exchange.fault == net::Fault::too_large;
  if (!answered) {
    if (is_own_trouble(exchange)) judgement.verdict = Verdict::unsent;
    judgement.error = net::to_string(exchange.fault);
    return judgement;
  }
  if (exchange.status >= 200 && exchange.status < 300) {
    judgement.verdict = Verdict::taken;
    return judgement;
  }
  judgement.error = "status_" + std::to_string(exchange.status);
  if (exchange.status == kGone) judgement.verdict = Verdict::gone;
  if (exchange.status == 429 || exchange.status == 503) {
    judgement.retry_after = read_retry_after(header_of(exchange, "retry-after"), now);
    if (judgement.retry_after) {
      judgement.retry_after =
          std::min<std::chrono::seconds>(*judgement.retry_after, kRetryAfterMax);
    }
  }
  return judgement;
}

std::optional<std::chrono::milliseconds> pause_after(
    int tries, const std::optional<std::chrono::seconds>& retry_after, const RandomBelow& random) {
  const auto index = static_cast<std::size_t>(std::max(tries, 1) - 1);
  if (index >= kPauses.size()) return std::nullopt;
  const std::int64_t full = std::chrono::milliseconds(kPauses.at(index)).count();
  const std::int64_t part = full / kJitterPart;
  const auto jitter = static_cast<std::int64_t>(random(static_cast<std::uint64_t>(2 * part) + 1));
  const std::chrono::milliseconds pause{full - part + jitter};
  return retry_after ? std::max<std::chrono::milliseconds>(pause, *retry_after) : pause;
}

std::optional<Violation> url_problem(const std::string& url, const net::EgressRules& rules) {
  if (url.size() > kUrlBytesMax) {
    return Violation{"/url", "too_long",
                     "holds " + std::to_string(kUrlBytesMax) + " bytes at most"};
  }
  const auto target = net::parse_target(url);
  if (!target) {
    return Violation{"/url", "not_a_url",
                     "must be an absolute https URL without user name and password"};
  }
  if (const auto refusal = rules.refusal(*target)) return Violation{"/url", "refused", *refusal};
  return std::nullopt;
}

std::string host_of(const std::string& url) {
  const auto target = net::parse_target(url);
  return target ? target->host_port() : std::string();
}

}  // namespace lendport::webhooks
