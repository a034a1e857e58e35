// A connector that does what handlers may do wrong, and what g++ 12 may do wrong to handlers.
#include <lendport/sdk.hpp>

#include <stdexcept>

namespace {

using namespace lendport::sdk;
using std::chrono::milliseconds;

Task<std::string> said(Context&, Money money, std::string text) {
  co_return money.amount + money.currency + text;
}

// The spelling an author writes without thinking: temporaries in a statement with co_await. Short
// strings on purpose: they point into themselves.
Task<Json> natural(Context& ctx, Json) {
  Json out = Json::array();
  for (int i = 0; i < 20; ++i) {
    Json body = {{"i", i}};
    Response first = co_await ctx.http(Request(post, ctx.url("/a")));
    Response second = co_await ctx.http(
        Request(post, ctx.url("/b")).header("x", std::to_string(i)).auth("key").json(body));
    out.push_back(co_await said(ctx, Money("1", "USD"), "short") + first.body + second.body);
  }
  co_return out;
}

Task<Json> throws(Context&, Json request) {
  if (request.value("what", "") == "int") throw 7;
  if (request.value("what", "") == "cancelled") throw Cancelled();
  throw std::runtime_error("Ada Example, 123-45-6789");
  co_return request;
}

Task<Json> throws_after_create(Context& ctx, Json) {
  Response reply = co_await ctx.http(Request(post, ctx.url("/a")));
  throw std::runtime_error(reply.body);
  co_return Json();
}

Task<Json> fails(Context&, Json) {
  Failure failure(Outcome::invalid, "lender.field_invalid", "Income is too low");
  failure.field("/applicants/0/income", "too_low", "at least 1");
  failure.retry_after = milliseconds(1500);
  failure.upstream_status = 422;
  co_return failure;
}

Task<Json> reads(Context& ctx, Json) {
  Response reply = co_await ctx.http(Request(get, ctx.url("/a")));
  reply.require_success();
  co_return reply.json();
}

Task<Json> creates(Context& ctx, Json) {
  Response reply = co_await ctx.http(Request(post, ctx.url("/a")));
  reply.require_success();
  co_return reply.json();
}

Task<Json> creates_then_reads(Context& ctx, Json) {
  Response created = co_await ctx.http(Request(post, ctx.url("/a")));
  created.require_success();
  Response reply = co_await ctx.http(Request(get, ctx.url("/a")));
  reply.require_success();
  co_return reply.json();
}

Task<int> depth(Context& ctx, int left) {
  if (left == 0) {
    co_await ctx.timer(milliseconds(1));
    co_return 0;
  }
  int below = co_await depth(ctx, left - 1);
  co_return below + 1;
}

Task<Json> nested(Context& ctx, Json) {
  int deep = co_await depth(ctx, 200);
  co_return Json{{"depth", deep}};
}

Task<Json> waits(Context& ctx, Json) {
  Instant before = ctx.now();
  co_await ctx.timer(milliseconds(1500));
  co_return Json{{"waited", (ctx.now() - before).count()}, {"left", ctx.remaining().count()}};
}

Task<Json> signs(Context& ctx, Json request) {
  std::string made = co_await ctx.hmac("key", ctx.payload());
  bool good = co_await ctx.hmac_verify("key", ctx.payload(), request.value("signature", ""));
  co_return Json{{"size", made.size()}, {"good", good}};
}

Task<Json> looks(Context& ctx, Json) {
  std::string random = ctx.random(4);
  ctx.log(LENDPORT_LOG_INFO, "test.looked", Json{{"n", 1}});
  co_return Json{{"key", ctx.idempotency_key()},    {"locale", ctx.locale()},
                 {"dealer", ctx.setting("dealer")}, {"org", ctx.settings().org_id},
                 {"payload", ctx.payload()},        {"random", static_cast<int>(random[3])}};
}

// Takes every exception for an error: a cancellation has to pass all the same.
Task<Json> swallows(Context& ctx, Json) {
  try {
    co_await ctx.timer(milliseconds(10));
  } catch (const std::exception&) {
    co_return Json{{"swallowed", true}};
  }
  co_return Json{{"swallowed", false}};
}

// Even who swallows a cancellation finds every later await ended.
Task<Json> goes_on(Context& ctx, Json) {
  int ended = 0;
  for (int i = 0; i < 3; ++i) {
    try {
      co_await ctx.timer(milliseconds(10));
    } catch (const Cancelled&) {
      ++ended;
    }
  }
  co_return Json{{"ended", ended}};
}

Task<Json> is_large(Context&, Json request) {
  co_return Json{{"text", std::string(request.value("bytes", std::size_t{0}), 'x')}};
}

Task<Json> leaves_egress(Context& ctx, Json) {
  Response reply = co_await ctx.http(Request(get, "https://elsewhere.example.com/"));
  co_return reply.json();
}

Task<Json> uses_unknown_profile(Context& ctx, Json) {
  Response reply = co_await ctx.http(Request(get, ctx.url("/")).auth("other"));
  co_return reply.json();
}

Task<std::string> echoes(Context&, std::string request) {
  co_return request;
}

Connector awkward() {
  return Connector()
      .on_json("test.natural/1", natural)
      .on_json("test.throws/1", throws)
      .on_json("test.throws_after_create/1", throws_after_create)
      .on_json("test.fails/1", fails)
      .on_json("test.reads/1", reads)
      .on_json("test.creates/1", creates)
      .on_json("test.creates_then_reads/1", creates_then_reads)
      .on_json("test.nested/1", nested)
      .on_json("test.waits/1", waits)
      .on_json("test.signs/1", signs)
      .on_json("test.looks/1", looks)
      .on_json("test.swallows/1", swallows)
      .on_json("test.goes_on/1", goes_on)
      .on_json("test.is_large/1", is_large)
      .on_json("test.leaves_egress/1", leaves_egress)
      .on_json("test.uses_unknown_profile/1", uses_unknown_profile)
      .on_text("test.echoes/1", echoes);
}

}  // namespace

LENDPORT_PLUGIN(awkward)
