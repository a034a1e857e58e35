// What an answer means, when a delivery is tried again, where it may go.
#include "webhooks/rules.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace lendport::webhooks {
namespace {

using namespace std::chrono_literals;
using net::Fault;

const Time kNow = from_unix_ms(1'780'000'000'000);

struct AnswerCase {
  Fault fault;
  int status;
  const char* retry_after;
  Verdict verdict;
  const char* error;
  std::optional<std::chrono::seconds> wait;
};

TEST(Judge, TakesTwoHundredsAlone) {
  const AnswerCase cases[] = {
      {Fault::none, 200, "", Verdict::taken, "", {}},
      {Fault::none, 204, "", Verdict::taken, "", {}},
      {Fault::none, 299, "60", Verdict::taken, "", {}},
      {Fault::too_large, 200, "", Verdict::taken, "", {}},
      {Fault::too_large, 500, "", Verdict::failed, "status_500", {}},
      {Fault::none, 301, "", Verdict::failed, "status_301", {}},
      {Fault::none, 304, "", Verdict::failed, "status_304", {}},
      {Fault::none, 400, "60", Verdict::failed, "status_400", {}},
      {Fault::none, 410, "60", Verdict::gone, "status_410", {}},
      {Fault::none, 429, "60", Verdict::failed, "status_429", 60s},
      {Fault::none, 503, "0", Verdict::failed, "status_503", 0s},
      {Fault::none, 503, "soon", Verdict::failed, "status_503", {}},
      {Fault::none, 503, "-5", Verdict::failed, "status_503", {}},
      {Fault::none, 503, "99999999", Verdict::failed, "status_503", 86'400s},
      {Fault::timeout, 0, "", Verdict::failed, "timeout", {}},
      {Fault::reset, 200, "", Verdict::failed, "reset", {}},
      {Fault::denied, 0, "", Verdict::failed, "denied", {}},
      {Fault::tls, 0, "", Verdict::failed, "tls", {}},
  };
  for (const AnswerCase& one : cases) {
    net::Exchange exchange;
    exchange.fault = one.fault;
    exchange.status = one.status;
    exchange.phase = net::Phase::connect;
    if (*one.retry_after != '\0') exchange.headers = {{"retry-after", one.retry_after}};
    const Judgement judgement = judge(exchange, kNow);
    EXPECT_EQ(judgement.verdict, one.verdict) << one.status << one.error;
    EXPECT_EQ(judgement.error, one.error);
    EXPECT_EQ(judgement.retry_after, one.wait) << one.status << one.retry_after;
  }
}

TEST(Judge, BlamesNobodyForARequestThatNeverBegan) {
  const std::tuple<Fault, net::Phase, Verdict> cases[] = {
      {Fault::internal, net::Phase::none, Verdict::unsent},
      {Fault::internal, net::Phase::resolve, Verdict::unsent},
      {Fault::busy, net::Phase::none, Verdict::unsent},
      {Fault::timeout, net::Phase::none, Verdict::unsent},
      {Fault::timeout, net::Phase::resolve, Verdict::failed},
      {Fault::timeout, net::Phase::connect, Verdict::failed},
      {Fault::internal, net::Phase::tls, Verdict::failed},
      {Fault::internal, net::Phase::sending, Verdict::failed},
      {Fault::denied, net::Phase::none, Verdict::failed},
      {Fault::invalid, net::Phase::none, Verdict::failed},
  };
  for (const auto& [fault, phase, verdict] : cases) {
    net::Exchange exchange;
    exchange.fault = fault;
    exchange.phase = phase;
    EXPECT_EQ(judge(exchange, kNow).verdict, verdict)
        << net::to_string(fault) << " in " << net::to_string(phase);
  }
}

TEST(RetryAfter, IsSecondsOrADate) {
  EXPECT_EQ(read_retry_after("120", kNow), 120s);
  EXPECT_EQ(read_retry_after("Thu, 28 May 2026 20:27:00 GMT", kNow), 20s);
  EXPECT_EQ(read_retry_after("Thu, 28 May 2026 20:26:00 GMT", kNow), 0s);
  for (const char* text :
       {"", " 1", "1.5", "1s", "Thu, 28 May 2026 20:27:00 CET", "Thu, 31 Feb 2026 20:27:00 GMT",
        "Thursday, 28-May-26 20:27:00 GMT", "99999999999999999999"}) {
    EXPECT_FALSE(read_retry_after(text, kNow)) << text;
  }
}

TEST(PauseAfter, FollowsTheTableWithinATenth) {
  for (int tries = 1; tries <= 9; ++tries) {
    const std::chrono::milliseconds full = kPauses.at(static_cast<std::size_t>(tries) - 1);
    const auto least = pause_after(tries, {}, [](std::uint64_t) { return 0; });
    const auto most = pause_after(tries, {}, [](std::uint64_t bound) { return bound - 1; });
    EXPECT_EQ(least, full - full / 10) << tries;
    EXPECT_EQ(most, full + full / 10) << tries;
  }
  EXPECT_FALSE(pause_after(10, {}, [](std::uint64_t) { return 0; }));
  std::chrono::seconds all{0};
  for (const auto pause : kPauses) all += pause;
  EXPECT_GT(all, 72h);
}

TEST(PauseAfter, IsLongerWhenTheReceiverAsksForIt) {
  const auto none = [](std::uint64_t) { return std::uint64_t{0}; };
  EXPECT_EQ(pause_after(1, 60s, none), 60s);
  EXPECT_EQ(pause_after(3, 1s, none), 27min);
  EXPECT_FALSE(pause_after(10, 60s, none));
}

TEST(UrlProblem, LeavesOnlyPublicHttps) {
  net::EgressRules rules;
  rules.any_public = true;
  rules.detours["127.0.0.1:9001"] = {9001, false};
  rules.detours["hooks.example:443"] = {9001, false};
  const std::pair<std::string, const char*> cases[] = {
      {"https://hooks.sunrise.example/in?k=1", ""},
      {"https://hooks.sunrise.example:8443/in", ""},
      {"https://8.8.8.8/in", ""},
      {"http://127.0.0.1:9001/in", ""},
      {"https://hooks.example/in", ""},
      {"http://hooks.sunrise.example/in", "refused"},
      {"http://127.0.0.1:9002/in", "refused"},
      {"https://127.0.0.1/in", "refused"},
      {"https://2130706433/in", "refused"},
      {"https://0x7f.1/in", "refused"},
      {"https://10.1.2.3/in", "refused"},
      {"https://169.254.169.254/latest/meta-data", "refused"},
      {"https://[::1]/in", "refused"},
      {"https://[::ffff:10.0.0.1]/in", "refused"},
      {"https://user:word@hooks.example/in", "not_a_url"},
      {"ftp://hooks.example/in", "not_a_url"},
      {"hooks.example/in", "not_a_url"},
      {"https://hooks.example/" + std::string(kUrlBytesMax, 'a'), "too_long"},
  };
  for (const auto& [url, code] : cases) {
    const auto problem = url_problem(url, rules);
    EXPECT_EQ(problem ? problem->code : "", code) << url;
    if (problem) {
      EXPECT_EQ(problem->pointer, "/url");
    }
  }
}

TEST(HostOf, SaysNoMoreOfAUrl) {
  EXPECT_EQ(host_of("https://hooks.example/in?key=hunter2"), "hooks.example:443");
  EXPECT_EQ(host_of("nonsense"), "");
}

}  // namespace
}  // namespace lendport::webhooks
