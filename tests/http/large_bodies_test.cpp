// Large bodies, up or down: a key has its share of them, an org too, and small ones go on beside
// them.
#include "http/raw_client.hpp"
#include "http/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace lendport::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::size_t kSmall = 100;
constexpr std::size_t kLarge = 500;
constexpr auto kPatience = 10s;

Principal caller(const std::string& key, const std::string& org) {
  Principal principal;
  principal.key = KeyId{key};
  principal.org = OrgId{org};
  principal.permissions.set(static_cast<std::size_t>(Permission::orgs_read));
  return principal;
}

Settings six_large_ones() {
  Settings settings = TestServer::any_free_port();
  settings.large_body_bytes = kSmall;
  settings.large_bodies_max = 6;
  settings.bodies_bytes_max = kLarge - 1;
  return settings;
}

class LargeBodies : public testing::Test {
 protected:
  Routes routes() {
    Route up;
    up.method = Method::post;
    up.path = "/v1/files";
    up.permission = Permission::orgs_read;
    up.body_bytes_max = 10 * kLarge;
    up.handler = [](const Request& request) -> Task<Response> {
      Response response;
      response.body = std::to_string(request.body.size());
      co_return response;
    };
    Route down;
    down.path = "/v1/files";
    down.permission = Permission::orgs_read;
    down.answers_large = true;
    down.handler = [this](const Request&) -> Task<Response> {
      ++downloads_;
      Response response;
      response.shared_body = content_;
      co_return response;
    };
    return {up, down};
  }

  std::string head(const std::string& method, const std::string& token,
                   const std::string& more = "") const {
    return method + " /v1/files HTTP/1.1\r\nHost: " + server_.host() +
           "\r\nAuthorization: Bearer " + token + "\r\n" + more + "\r\n";
  }
  std::string upload(const std::string& token, std::size_t bytes) const {
    return head("POST", token, "Content-Length: " + std::to_string(bytes) + "\r\n") +
           std::string(bytes, 'x');
  }
  std::string beginning(const std::string& token) const {
    return head("POST", token,
                "Content-Length: " + std::to_string(kLarge) + "\r\nExpect: 100-continue\r\n");
  }
  Answer sent(const std::string& request) const {
    RawClient client(server_.port());
    client.send(request);
    return client.answer();
  }
  // An upload that has its place and comes no further.
  std::unique_ptr<RawClient> begun(const std::string& token) const {
    auto client = std::make_unique<RawClient>(server_.port());
    client->send(beginning(token));
    EXPECT_EQ(client->answer().status, 100) << token;
    return client;
  }
  // A download that nobody reads.
  std::unique_ptr<RawClient> unread(const std::string& token) const {
    const int before = downloads_;
    auto client = std::make_unique<RawClient>(server_.port());
    client->send(head("GET", token));
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (downloads_ == before && std::chrono::steady_clock::now() < end) {
      std::this_thread::yield();
    }
    EXPECT_EQ(downloads_, before + 1) << token;
    return client;
  }
  // A place is given back once the answer has left: the caller may be faster than that.
  int status_in_the_end(const std::string& request) const {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    int status = 429;
    while (status == 429 && std::chrono::steady_clock::now() < end) status = sent(request).status;
    return status;
  }

  std::atomic<int> downloads_ = 0;
  SharedBody content_ = std::make_shared<const std::string>(std::string(8U << 20U, 'x'));
  TestServer server_{routes(),
                     {{"one", caller("key_1", "org_a")},
                      {"two", caller("key_2", "org_a")},
                      {"three", caller("key_3", "org_b")},
                      {"four", caller("key_4", "org_b")},
                      {"five", caller("key_5", "org_c")}},
                     six_large_ones()};
};

TEST_F(LargeBodies, OfAKeyAreTwoAtOnce) {
  const auto first = begun("one");
  const auto second = begun("one");
  const Answer refused = sent(upload("one", kLarge));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_THAT(refused.body, HasSubstr("your key has 2 documents on their way"));
  EXPECT_EQ(sent(upload("one", kSmall)).status, 200);
  EXPECT_EQ(sent(upload("two", kLarge)).body, std::to_string(kLarge));
  first->send(std::string(kLarge, 'x'));
  EXPECT_EQ(first->answer().status, 200);
  EXPECT_EQ(status_in_the_end(upload("one", kLarge)), 200);
}

TEST_F(LargeBodies, OfSmallOnesEachKeyHasItsShareToo) {
  Settings settings = six_large_ones();
  settings.bodies_bytes_per_key_max = kSmall;
  TestServer server(
      routes(), {{"one", caller("key_1", "org_a")}, {"two", caller("key_2", "org_a")}}, settings);
  const auto asked = [&](const std::string& token, std::size_t sent) {
    auto client = std::make_unique<RawClient>(server.port());
    client->send(
        "POST /v1/files HTTP/1.1\r\nHost: " + server.host() + "\r\nAuthorization: Bearer " + token +
        "\r\nContent-Length: " + std::to_string(kSmall) + "\r\n\r\n" + std::string(sent, 'x'));
    return client;
  };
  const auto slow = asked("one", kSmall - 1);
  Answer refused;
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (refused.status != 429 && std::chrono::steady_clock::now() < end) {
    refused = asked("one", kSmall)->answer();
  }
  EXPECT_THAT(refused.body, HasSubstr("too many bodies of your key"));
  EXPECT_EQ(asked("two", kSmall)->answer().status, 200);
  slow->send("x");
  EXPECT_EQ(slow->answer().status, 200);
}

TEST_F(LargeBodies, AreKnownWhenTheyGrowToo) {
  const auto chunked = [&](const std::string& token, std::size_t chunks) {
    std::string request = head("POST", token, "Transfer-Encoding: chunked\r\n");
    for (std::size_t i = 0; i < chunks; ++i) request += "32\r\n" + std::string(50, 'x') + "\r\n";
    return request + "0\r\n\r\n";
  };
  const std::unique_ptr<RawClient> of_one[] = {begun("one"), begun("one")};
  EXPECT_EQ(sent(chunked("one", 2)).body, "100");
  EXPECT_EQ(sent(chunked("one", 3)).status, 429);
  EXPECT_EQ(sent(chunked("two", 3)).body, "150");
}

TEST_F(LargeBodies, OfAnOrgAreHalfOfAll) {
  const std::unique_ptr<RawClient> of_a[] = {begun("one"), begun("one"), begun("two")};
  const Answer refused = sent(upload("two", kLarge));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_THAT(refused.body, HasSubstr("too many documents are on their way"));
  const std::unique_ptr<RawClient> of_b[] = {begun("three"), begun("three"), begun("four")};
  EXPECT_EQ(sent(upload("five", kLarge)).status, 503);
  EXPECT_EQ(sent(head("GET", "five")).status, 503);
  for (const char* token : {"one", "two", "three", "five"}) {
    EXPECT_EQ(sent(upload(token, kSmall)).status, 200) << token;
  }
}

TEST_F(LargeBodies, AreAnswersToo) {
  const auto first = unread("one");
  const auto second = unread("one");
  for (const std::string& request :
       {head("GET", "one"), head("HEAD", "one"), upload("one", kLarge)}) {
    RawClient client(server_.port());
    client.send(request);
    EXPECT_EQ(client.answer(!request.starts_with("HEAD")).status, 429) << request;
  }
  EXPECT_EQ(downloads_, 2) << "what has no place is not read";
  EXPECT_EQ(sent(upload("one", kSmall)).status, 200);
  EXPECT_EQ(sent(head("GET", "two")).body.size(), content_->size());
  EXPECT_EQ(first->answer().body.size(), content_->size());
  EXPECT_EQ(status_in_the_end(head("GET", "one")), 200);
}

TEST_F(LargeBodies, GiveTheirPlacesBackWhenTheOtherEndGoes) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(status_in_the_end(beginning("one")), 100);
    EXPECT_EQ(status_in_the_end(upload("one", kLarge)), 200);
  }
}

}  // namespace
}  // namespace lendport::http
