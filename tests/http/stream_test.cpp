// Streams on a real socket: what comes is sent, and each of the ways in which they end.
#include "http/stream.hpp"

#include "http/raw_client.hpp"
#include "http/server_sent_events.hpp"
#include "http/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

namespace lendport::http {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

// Hands on what a test says. Thread-safe.
class Station {
 public:
  void say(const std::string& text) {
    const std::lock_guard guard(mutex_);
    said_ += text;
    if (bell_) bell_();
  }
  std::string take() {
    const std::lock_guard guard(mutex_);
    ++reads;
    return std::exchange(said_, {});
  }
  void listen(std::function<void()> bell) {
    const std::lock_guard guard(mutex_);
    bell_ = std::move(bell);
  }

  std::atomic<int> reads = 0;
  std::atomic<bool> broken = false;

 private:
  std::mutex mutex_;
  std::string said_;
  std::function<void()> bell_;
};

class Broadcast final : public Stream {
 public:
  explicit Broadcast(Station& station) : station_(station) {}
  ~Broadcast() override { station_.listen({}); }

  Task<std::string> read(Deadline) override {
    if (station_.broken) throw Error(ErrorCode::not_found, "it is gone");
    co_return station_.take();
  }
  void on_news(std::function<void()> bell) override { station_.listen(std::move(bell)); }

 private:
  Station& station_;
};

Principal listener(const std::string& key) {
  Principal principal;
  principal.key = KeyId{key};
  principal.org = OrgId{"org_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f"};
  principal.permissions.set(static_cast<std::size_t>(Permission::orgs_read));
  return principal;
}

class Streams : public testing::Test {
 protected:
  explicit Streams(Settings settings = TestServer::any_free_port())
      : server_(routes(), {{"one", listener("key_1")}, {"two", listener("key_2")}}, settings) {}

  Routes routes() {
    Route route;
    route.path = "/v1/radio:stream";
    route.permission = Permission::orgs_read;
    route.streams = true;
    route.handler = [this](const Request& request) -> Task<Response> {
      resumed = resumed_after(request);
      co_return event_stream(std::make_shared<Broadcast>(station_));
    };
    route.query_parameters = {"after"};
    return {route};
  }

  std::string request(const std::string& token, const std::string& more = "",
                      const std::string& method = "GET") const {
    return method + " /v1/radio:stream HTTP/1.1\r\nHost: " + server_.host() +
           "\r\nAuthorization: Bearer " + token + "\r\n" + more + "\r\n";
  }
  // What comes until `text` did.
  static std::string until(RawClient& client, const std::string& text) {
    std::string all;
    for (int tries = 0; tries < 100 && all.find(text) == std::string::npos; ++tries) {
      all += client.read_all(100ms);
    }
    return all;
  }

  Station station_;
  std::string resumed;
  TestServer server_;
};

Settings with(const std::function<void(Settings&)>& change) {
  Settings settings = TestServer::any_free_port();
  change(settings);
  return settings;
}

TEST_F(Streams, SendsWhatComesAsItComes) {
  RawClient client(server_.port());
  client.send(request("one"));
  station_.say("data: first\n\n");
  const std::string begin = until(client, "first\n\n");
  EXPECT_THAT(begin, HasSubstr("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(begin, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(begin, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(begin, HasSubstr("Cache-Control: no-store"));
  EXPECT_THAT(begin, Not(HasSubstr("Content-Length")));
  for (int i = 0; i < 3; ++i) {
    const std::string text = "data: " + std::to_string(i) + "\n\n";
    station_.say(text);
    EXPECT_EQ(until(client, text), text);
  }
}

TEST_F(Streams, ReadsAreApartHoweverOftenTheBellRings) {
  RawClient client(server_.port());
  client.send(request("one"));
  station_.say("data: 0\n\n");
  until(client, "data: 0\n\n");
  const int before = station_.reads;
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 20'000; ++i) station_.say("data: x\n\n");
  station_.say("data: end\n\n");
  until(client, "data: end\n\n");
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_LE(station_.reads - before, 3 + took / 100ms);
}

TEST_F(Streams, AHeadRequestGetsTheHeadAlone) {
  RawClient client(server_.port());
  client.send(request("one", "Connection: close\r\n", "HEAD"));
  const std::string answer = client.read_all();
  EXPECT_THAT(answer, HasSubstr("text/event-stream"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
  EXPECT_EQ(station_.reads, 0);
}

TEST_F(Streams, AReaderThatComesBackSaysHowFarItWas) {
  struct {
    std::string header, query, resumed;
  } const kCases[] = {{"Last-Event-ID: 17\r\n", "", "17"},
                      {"", "?after=18", "18"},
                      {"Last-Event-ID: 17\r\n", "?after=3", "17"},
                      {"Last-Event-ID:\r\n", "", ""}};
  for (const auto& one : kCases) {
    RawClient client(server_.port());
    std::string text = request("one", one.header);
    text.insert(text.find(" HTTP/1.1"), one.query);
    client.send(text);
    station_.say("data: .\n\n");
    until(client, "data: .\n\n");
    EXPECT_EQ(resumed, one.resumed) << text;
  }
}

TEST_F(Streams, EndWhenReadingThemFails) {
  RawClient client(server_.port());
  client.send(request("one"));
  station_.say("data: .\n\n");
  until(client, "data: .\n\n");
  station_.broken = true;
  station_.say("data: never\n\n");
  EXPECT_THAT(client.read_all(5s), Not(HasSubstr("never")));
  EXPECT_TRUE(client.closes(5s));
}

TEST_F(Streams, EndWithTheKeyWithinASecond) {
  RawClient client(server_.port());
  client.send(request("one"));
  station_.say("data: .\n\n");
  until(client, "data: .\n\n");
  server_.revoke("one");
  EXPECT_TRUE(client.closes(5s));
}

TEST_F(Streams, EndWhenTheHubDrains) {
  RawClient client(server_.port());
  client.send(request("one"));
  station_.say("data: .\n\n");
  until(client, "data: .\n\n");
  EXPECT_TRUE(server_.server().stop());
  EXPECT_TRUE(client.closes(1s));
}

class FewStreams : public Streams {
 protected:
  FewStreams()
      : Streams(with([](Settings& settings) {
          settings.streams_max = 3;
          settings.streams_per_key_max = 2;
        })) {}

  int status(RawClient& client, const std::string& token) {
    client.send(request(token));
    station_.say("data: .\n\n");
    const std::string head = until(client, "\r\n\r\n");
    return head.size() < 12 ? 0 : std::stoi(head.substr(9, 3));
  }
};

TEST_F(FewStreams, AreLimitedOfAKeyAndInAll) {
  RawClient first(server_.port());
  RawClient second(server_.port());
  RawClient third(server_.port());
  RawClient fourth(server_.port());
  EXPECT_EQ(status(first, "one"), 200);
  {
    RawClient other(server_.port());
    EXPECT_EQ(status(other, "one"), 200);
    EXPECT_EQ(status(second, "one"), 429);
    EXPECT_EQ(status(third, "two"), 200);
    EXPECT_EQ(status(fourth, "two"), 429);
  }
  // A place is free again once its reader went, long before the next heartbeat.
  int later = 429;
  for (int tries = 0; tries < 30 && later == 429; ++tries) {
    RawClient again(server_.port());
    later = status(again, "one");
  }
  EXPECT_EQ(later, 200);
}

class QuietStreams : public Streams {
 protected:
  QuietStreams()
      : Streams(with([](Settings& settings) {
          settings.heartbeat_time = 100ms;
          settings.stream_time = 1s;
        })) {}
};

TEST_F(QuietStreams, BeatAndEndInTheirTime) {
  RawClient client(server_.port());
  const auto began = std::chrono::steady_clock::now();
  client.send(request("one"));
  const std::string all = client.read_all(5s);
  EXPECT_TRUE(client.closes(1s));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 1s);
  EXPECT_THAT(all, HasSubstr(std::string(kHeartbeat)));
}

}  // namespace
}  // namespace lendport::http
