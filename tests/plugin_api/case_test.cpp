// The runner of recorded cases: it has to notice what differs.
#include "testing/case.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

namespace {

using lendport::testing::difference;
using lendport::testing::Json;
using lendport::testing::LoadedPlugin;
using lendport::testing::read_answer;
using lendport::testing::UpstreamAnswer;

const std::filesystem::path kCases = LENDPORT_SOURCE_DIR "/plugin-api/examples/hello/tests/cases";

TEST(Case, NoticesAnotherResultRequestOrOutcome) {
  LoadedPlugin hello(LENDPORT_BINARY_DIR "/plugins/hello/connector.so");
  Json actual = lendport::testing::run_case(hello, kCases / "submit-approved");
  Json expected =
      Json::parse(lendport::testing::read_file(kCases / "submit-approved/expected.json"));
  EXPECT_EQ(difference(expected, actual), std::nullopt);

  for (const char* pointer : {"/outcome", "/result/status", "/requests/0/json/amount",
                              "/requests/0/effect", "/requests/0/headers/0/1"}) {
    Json other = expected;
    other[Json::json_pointer(pointer)] = "another";
    EXPECT_NE(difference(other, actual), std::nullopt) << pointer;
  }
  Json shorter = expected;
  shorter["requests"].clear();
  EXPECT_NE(difference(shorter, actual), std::nullopt);
}

TEST(Case, ReadsAnswersAsTheyAreOnTheWire) {
  UpstreamAnswer answer = read_answer("HTTP/1.1 201 Created\r\nA: b\r\nC:d\r\n\r\nline\r\n\r\nend");
  EXPECT_EQ(answer.http_status, 201);
  EXPECT_EQ(answer.headers.at(0).second, "b");
  EXPECT_EQ(answer.headers.at(1).second, "d");
  EXPECT_EQ(answer.body, "line\r\n\r\nend");

  UpstreamAnswer lost = read_answer("! timeout sent 312\n");
  EXPECT_EQ(lost.status, LENDPORT_NET_TIMEOUT);
  EXPECT_EQ(lost.phase, static_cast<std::uint32_t>(LENDPORT_PHASE_SENT));
  EXPECT_EQ(lost.bytes_sent, 312U);
  EXPECT_EQ(lost.http_status, 0);
}

TEST(Case, RefusesAnswerFilesOfNoForm) {
  for (const char* text : {"", "{}", "! slow sent 1", "! timeout later 1", "HTTP/1.1 x\n\n",
                           "HTTP/1.1 200 OK\nno colon\n\n"}) {
    EXPECT_THROW(read_answer(text), std::runtime_error) << text;
  }
}

TEST(Case, AMissingFileIsSaid) {
  LoadedPlugin hello(LENDPORT_BINARY_DIR "/plugins/hello/connector.so");
  EXPECT_THROW(lendport::testing::run_case(hello, kCases / "none"), std::runtime_error);
}

}  // namespace
