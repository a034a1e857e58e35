// The trace goes on, and nothing else of the request does.
#include "connectors/trace.hpp"

#include "connectors/json.hpp"
#include "connectors/world.hpp"

#include <gtest/gtest.h>

#include <set>

namespace lendport::connectors {
namespace {

const std::string kTrace = "00-0af7651916cd43dd8448eb211c80319c-";
const std::string kSpan = "b7ad6b7169203331";

TEST(Trace, GoesOnWithASpanOfItsOwn) {
  std::set<std::string> spans;
  for (int i = 0; i < 100; ++i) {
    const std::string child = child_of(kTrace + kSpan + "-01");
    ASSERT_EQ(child.size(), 55U);
    EXPECT_TRUE(child.starts_with(kTrace));
    EXPECT_TRUE(child.ends_with("-01"));
    const std::string span = child.substr(kTrace.size(), 16);
    EXPECT_EQ(span.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_NE(span, kSpan);
    spans.insert(span);
  }
  EXPECT_EQ(spans.size(), 100U);
}

TEST(Trace, KeepsOfTheFlagsWhetherItIsSampled) {
  struct Case {
    const char* flags;
    const char* kept;
  };
  const Case cases[] = {{"-00", "-00"}, {"-01", "-01"}, {"-02", "-00"},
                        {"-03", "-01"}, {"-fe", "-00"}, {"-ff", "-01"}};
  for (const Case& one : cases) {
    EXPECT_TRUE(child_of(kTrace + kSpan + one.flags).ends_with(one.kept)) << one.flags;
  }
}

TEST(Trace, IsNoneWhereNoneCame) {
  EXPECT_EQ(child_of(""), "");
}

TEST(Trace, IsToldToTheConnectorWithTheRequest) {
  Call call;
  call.request_id = "req-7";
  EXPECT_EQ(write_context(call), R"({"attempt":1,"request_id":"req-7"})");
  call.traceparent = kTrace + kSpan + "-01";
  const std::string context = write_context(call);
  EXPECT_NE(context.find("\"traceparent\":\"" + kTrace), std::string::npos) << context;
  EXPECT_EQ(context.find(kSpan), std::string::npos) << context;
}

// The traceparent of the request with that number; "" where it has none.
std::string trace_of(const World& world, std::size_t index) {
  constexpr std::string_view kField = "\r\ntraceparent: ";
  const std::string request = world.lender.requests().at(index);
  const std::size_t at = request.find(kField);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + kField.size();
  return request.substr(begin, request.find('\r', begin) - begin);
}

TEST(TraceOnTheWire, IsPassedOnAndNothingElseOfTheRequest) {
  World world;
  world.start_puppet();
  Call call = world.puppet("get");
  world.call(call);
  EXPECT_EQ(trace_of(world, 0), "");
  call.traceparent = kTrace + kSpan + "-01";
  world.call(call);
  EXPECT_TRUE(trace_of(world, 1).starts_with(kTrace)) << world.lender.requests()[1];
  Call create = world.puppet("create");
  create.traceparent = call.traceparent;
  world.call(create);
  EXPECT_TRUE(trace_of(world, 2).starts_with(kTrace));
  EXPECT_NE(trace_of(world, 1), trace_of(world, 2)) << "a span for each";
  for (const std::string& request : world.lender.requests()) {
    EXPECT_EQ(request.find(kSpan), std::string::npos);
    EXPECT_EQ(request.find("req_1"), std::string::npos) << "the id of our caller's request";
  }
}

TEST(TraceOnTheWire, IsTheConnectorsWhereItSetOne) {
  const std::string own = "00-11111111111111111111111111111111-2222222222222222-00";
  World world;
  world.start_puppet();
  Call call = world.puppet(
      "get:{'method':'GET','url':'https://puppet.example/x','headers':"
      "[['TraceParent','" +
      own + "']]}");
  call.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  world.call(call);
  const std::string request = world.lender.requests().at(0);
  EXPECT_NE(request.find("TraceParent: " + own), std::string::npos) << request;
  EXPECT_EQ(request.find("0af7651916cd43dd"), std::string::npos);
}

}  // namespace
}  // namespace lendport::connectors
