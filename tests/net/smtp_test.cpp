// Sending mail through a real relay: what it takes, refuses, puts off, and leaves unsaid.
#include "net/smtp.hpp"

#include "support/relay.hpp"
#include "support/run_task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>

namespace lendport::net {
namespace {

using namespace std::chrono_literals;
using support::Certificates;
using support::RelayServer;
using support::TempDir;

constexpr const char* kMail = "Subject: hello\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n";

Relay plain(const RelayServer& server) {
  Relay relay;
  relay.url = "smtp://127.0.0.1:" + server.port();
  relay.own_name = "hub.example.com";
  relay.plain_on_loopback = true;
  return relay;
}

Relay secured(const RelayServer& server, const Certificates& certificates,
              const std::string& scheme = "smtp") {
  Relay relay;
  relay.url = scheme + "://localhost:" + server.port();
  relay.ca_file = certificates.authority();
  return relay;
}

OutboundMail mail_to(const std::string& name, std::string bytes = kMail) {
  return {"hub@example.com", name + "@example.com", std::move(bytes), {}};
}

Delivery sent(const Relay& relay, OutboundMail mail, std::chrono::milliseconds patience = 10s) {
  EXPECT_EQ(problem_of(relay).value_or(""), "");
  SmtpSender sender(relay, 1);
  return support::run_task(
      sender.send(std::move(mail), std::chrono::steady_clock::now() + patience));
}

// So many bytes in lines that a relay takes.
std::string lines(std::size_t bytes) {
  std::string text;
  while (text.size() + 1000 < bytes) text += std::string(98, 'a') + "\r\n";
  return text + std::string(bytes - text.size() > 900 ? 900 : bytes - text.size() - 2, 'b') +
         (bytes - text.size() > 902 ? "\r\n" + std::string(bytes - text.size() - 904, 'c') : "") +
         "\r\n";
}

std::string content(const std::string& line) {
  const std::string mark = "\"content\": \"";
  const std::size_t at = line.find(mark) + mark.size();
  return line.substr(at, line.find('"', at) - at);
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t j) -> unsigned {
      return i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U;
    };
    const unsigned block = at(0) << 16U | at(1) << 8U | at(2);
    for (std::size_t j = 0; j < 4; ++j) {
      text += i + j > bytes.size() ? '=' : kDigits[block >> (18U - 6U * j) & 63U];
    }
  }
  return text;
}

TEST(SmtpSender, SaysWhatBecameOfAMail) {
  RelayServer server;
  struct Case {
    const char* to;
    Acceptance acceptance;
    int code;
    bool misconfigured;
  };
  for (const Case& one :
       {Case{"ada", Acceptance::accepted, 250, false},
        Case{"refused", Acceptance::refused, 550, false},
        Case{"bad-mail", Acceptance::refused, 554, false},
        Case{"greylist", Acceptance::not_now, 450, false},
        Case{"later-1", Acceptance::not_now, 451, false},
        Case{"later-1", Acceptance::accepted, 250, false},
        Case{"early-cut", Acceptance::not_now, 0, false},
        Case{"drop-1", Acceptance::unknown, 0, false}, Case{"cut-1", Acceptance::unknown, 0, false},
        Case{"cut-1", Acceptance::accepted, 250, false}}) {
    const Delivery delivery = sent(plain(server), mail_to(one.to));
    EXPECT_EQ(to_string(delivery.acceptance), to_string(one.acceptance))
        << one.to << ": " << delivery.text;
    EXPECT_EQ(delivery.code, one.code) << one.to << ": " << delivery.text;
    EXPECT_EQ(delivery.misconfigured, one.misconfigured) << one.to;
    EXPECT_FALSE(delivery.text.empty()) << one.to;
  }
}

TEST(SmtpSender, DoesNotKnowWhatASlowRelayDidWithAWholeMail) {
  RelayServer server;
  const auto begun = std::chrono::steady_clock::now();
  const Delivery delivery = sent(plain(server), mail_to("slow-8000"), 1s);
  EXPECT_EQ(to_string(delivery.acceptance), "unknown") << delivery.text;
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
}

TEST(SmtpSender, CutsWhatIsUnderWayWhenItEnds) {
  RelayServer server;
  boost::asio::io_context io(1);
  auto sender = std::make_unique<SmtpSender>(plain(server), 1);
  Delivery delivery;
  std::atomic<bool> in_data{false};
  OutboundMail mail = mail_to("slow-20000");
  mail.on_data = [&] { return in_data = true; };
  boost::asio::co_spawn(
      io, sender->send(std::move(mail), std::chrono::steady_clock::now() + 30s),
      [&](const std::exception_ptr&, Delivery result) { delivery = std::move(result); });
  const auto begun = std::chrono::steady_clock::now();
  while (!in_data && std::chrono::steady_clock::now() - begun < 5s) io.poll();
  ASSERT_TRUE(in_data);
  sender.reset();
  io.run();
  EXPECT_FALSE(delivery.text.empty());
  EXPECT_NE(to_string(delivery.acceptance), "accepted");
  EXPECT_NE(to_string(delivery.acceptance), "refused");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s);
}

TEST(SmtpSender, KeepsAMailBackThatMayNotLeave) {
  RelayServer server;
  OutboundMail mail = mail_to("ada");
  mail.on_data = [] { return false; };
  EXPECT_EQ(to_string(sent(plain(server), std::move(mail)).acceptance), "not_now");
  EXPECT_EQ(server.taken(200ms), "");
}

TEST(SmtpSender, AsksBeforeTheFirstByteAndOnlyThen) {
  RelayServer server;
  int asked = 0;
  OutboundMail mail = mail_to("refused");
  mail.on_data = [&] { return ++asked > 0; };
  sent(plain(server), mail);
  EXPECT_EQ(asked, 0);
  mail.to = "ada@example.com";
  mail.bytes = kMail + lines(300'000);
  EXPECT_EQ(to_string(sent(plain(server), mail).acceptance), "accepted");
  EXPECT_EQ(asked, 1);
}

TEST(SmtpSender, ArrivesByteForByteWhateverTheDots) {
  RelayServer server;
  const std::string head = "Subject: dots\r\n\r\n";
  std::string large;
  for (int i = 0; i < 20'000; ++i)
    large += std::string(static_cast<std::size_t>(i % 7), '.') + "\r\n";
  for (const std::string& body :
       {std::string(".\r\n"), std::string("..\r\n"), std::string("a\r\n.\r\nb\r\n"),
        std::string(".\r\n.\r\n..\r\n...\r\n"), std::string("a.\r\n.b\r\n"), large,
        lines(16'384 - head.size()) + ".\r\n.QUIT\r\nMAIL FROM:<x@y>\r\n",
        lines(16'383 - head.size()) + ".\r\n..\r\n", lines(65'536 - head.size()) + ".\r\n"}) {
    ASSERT_EQ(to_string(sent(plain(server), mail_to("ada", head + body)).acceptance), "accepted");
    EXPECT_EQ(content(server.taken()), base64(head + body)) << body.substr(0, 60);
  }
}

TEST(SmtpSender, SpeaksTlsBothWaysAndLogsIn) {
  TempDir folder;
  Certificates certificates(folder);
  const std::vector<std::string> files = {"--certificate", certificates.certificate(), "--key",
                                          certificates.key()};
  for (const std::string& how : {std::string("starttls"), std::string("implicit")}) {
    std::vector<std::string> arguments = {"--tls", how};
    if (how == "starttls")
      arguments.insert(arguments.end(), {"--user", "hub", "--password", "s3cret"});
    arguments.insert(arguments.end(), files.begin(), files.end());
    RelayServer server(arguments);
    Relay relay = secured(server, certificates, how == "starttls" ? "smtp" : "smtps");
    if (how == "starttls") {
      relay.user = "hub";
      relay.password = Secret<std::string>("s3cret");
    }
    const Delivery delivery = sent(relay, mail_to("ada"));
    EXPECT_EQ(to_string(delivery.acceptance), "accepted") << how << ": " << delivery.text;
    const auto soon = std::chrono::steady_clock::now() + 5s;
    EXPECT_EQ(to_string(SmtpSender(relay, 1).probe_now(soon).acceptance), "accepted") << how;
    EXPECT_NE(server.taken(), "");
    if (how != "starttls") continue;
    relay.password = Secret<std::string>("wrong");
    const Delivery denied = sent(relay, mail_to("ada"));
    EXPECT_EQ(to_string(denied.acceptance), "not_now") << denied.text;
    EXPECT_TRUE(denied.misconfigured) << denied.text;
    EXPECT_EQ(denied.code, 535);
    relay.user.clear();
    const Delivery missing = sent(relay, mail_to("ada"));
    EXPECT_EQ(to_string(missing.acceptance), "not_now") << missing.text;
    EXPECT_TRUE(missing.misconfigured) << missing.text;
  }
}

TEST(SmtpSender, SaysNothingInTheClearAndTrustsNoStranger) {
  TempDir folder;
  Certificates known(folder);
  Certificates other(folder, "elsewhere.example");
  RelayServer open;
  RelayServer elsewhere(
      {"--tls", "starttls", "--certificate", other.certificate(), "--key", other.key()});
  RelayServer tls(
      {"--tls", "implicit", "--certificate", other.certificate(), "--key", other.key()});
  struct Case {
    const char* what;
    Relay relay;
    bool misconfigured = true;
  };
  Relay unknown_authority = secured(elsewhere, known);
  Relay nobody = secured(open, known);
  nobody.url = "smtp://localhost:1";
  for (const Case& one : {Case{"no STARTTLS", secured(open, known)},
                          Case{"another's name", secured(elsewhere, other)},
                          Case{"unknown authority", unknown_authority},
                          Case{"another's name, implicit", secured(tls, other, "smtps")},
                          Case{"nobody", nobody, false}}) {
    const Delivery delivery = sent(one.relay, mail_to("ada"));
    EXPECT_EQ(to_string(delivery.acceptance), "not_now") << one.what << ": " << delivery.text;
    EXPECT_EQ(delivery.misconfigured, one.misconfigured) << one.what << ": " << delivery.text;
    EXPECT_FALSE(delivery.text.empty()) << one.what;
  }
  EXPECT_EQ(open.taken(200ms), "");
}

TEST(SmtpSender, TakesNoAddressThatEndsItsLine) {
  RelayServer server;
  for (const std::string& to : {std::string("a@b.example>\r\nRCPT TO:<x@y.example"),
                                std::string("a@b\n"), std::string("a\0b@c", 5), std::string()}) {
    OutboundMail mail = mail_to("ada");
    mail.to = to;
    EXPECT_EQ(to_string(sent(plain(server), std::move(mail)).acceptance), "refused");
  }
  EXPECT_EQ(server.taken(200ms), "");
}

TEST(Relays, AreReadStrictly) {
  const auto problem = [](const std::string& url, bool is_plain = false,
                          const std::string& user = "") {
    Relay relay;
    relay.url = url;
    relay.plain_on_loopback = is_plain;
    relay.user = user;
    return problem_of(relay).has_value();
  };
  for (const char* good :
       {"smtp://relay.example.com", "smtp://relay.example.com:587", "smtps://relay.example.com:465",
        "smtp://10.0.0.1:25", "smtp://[::1]:25"}) {
    EXPECT_FALSE(problem(good)) << good;
  }
  for (const char* bad :
       {"", "relay", "http://relay", "smtp://", "smtp://relay:0", "smtp://relay:x",
        "smtp://relay:99999", "smtp://u:p@relay", "smtp://relay/path", "smtp://re lay",
        "smtp://relay\r\n", "smtp://relay?x", "smtp://:25"}) {
    EXPECT_TRUE(problem(bad)) << bad;
  }
  EXPECT_FALSE(problem("smtp://127.0.0.1:25", true));
  EXPECT_TRUE(problem("smtps://127.0.0.1:25", true));
  EXPECT_TRUE(problem("smtp://relay.example.com", true));
  EXPECT_TRUE(problem("smtp://127.0.0.1.example.com", true));
  EXPECT_TRUE(problem("smtp://relay", false, "a\r\nb"));
}

}  // namespace
}  // namespace lendport::net
