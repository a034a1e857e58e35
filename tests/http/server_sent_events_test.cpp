#include "http/server_sent_events.hpp"

#include <gtest/gtest.h>

namespace lendport::http {
namespace {

TEST(ServerSentEvents, AreWrittenLineByLine) {
  struct {
    ServerSentEvent event;
    std::string text;
  } const kCases[] = {
      {{"7", "application.approved", "{}"}, "id: 7\nevent: application.approved\ndata: {}\n\n"},
      {{"", "", "x"}, "data: x\n\n"},
      {{"", "", ""}, "data: \n\n"},
      {{"", "", "a\nb"}, "data: a\ndata: b\n\n"},
      {{"", "", "a\r\nb\rc"}, "data: a\ndata: b\ndata: c\n\n"},
      {{"", "", "a\n"}, "data: a\ndata: \n\n"},
      {{"", "", "\n\nid: 9"}, "data: \ndata: \ndata: id: 9\n\n"},
      {{"1\nid: 2", "t\r\ndata: x", "y"}, "id: 1id: 2\nevent: tdata: x\ndata: y\n\n"},
      {{std::string("a\0b", 3), "", "y"}, "id: ab\ndata: y\n\n"},
  };
  for (const auto& one : kCases) {
    std::string out = "before";
    append_event(out, one.event);
    EXPECT_EQ(out, "before" + one.text);
  }
}

}  // namespace
}  // namespace lendport::http
