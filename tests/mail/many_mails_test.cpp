// Very many mails at once, each judged by somebody else's server (support/mail_judge.py): every one
// arrives once, under its own id, with its own words, byte for byte.
//
// LENDPORT_MAILS sets how many: 2 000 in the suite (200 under sanitizers), 100 000 by hand.
#include "crypto/hash.hpp"
#include "mail/message.hpp"
#include "net/smtp.hpp"
#include "support/process.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

namespace lendport::mail {
namespace {

using namespace std::chrono_literals;

constexpr int kAtOnce = 64;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kMailsUsual = 200;
#else
constexpr int kMailsUsual = 2000;
#endif
constexpr std::size_t kLineBytesMax = 998;  // RFC 5322, 2.1.1

int mails_wanted() {
  const char* text = std::getenv("LENDPORT_MAILS");
  return text == nullptr ? kMailsUsual : std::stoi(text);
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// As the judge's text_of().
std::string text_of(int number) {
  const std::string n = std::to_string(number);
  const std::string dots = repeated(".", number % 7);
  return ".\n..\nFrom " + n + "\n" + dots + "\n" + dots + " mail " + n + "\n" +
         repeated(".é" + n, number % 300) + "\n.QUIT\n.";
}

std::string letter(int number) {
  const std::string n = std::to_string(number);
  Message message;
  message.id = "mail_" + n + "@hub.example";
  message.from = {"Sunny Roofs", "loans@hub.example"};
  message.to = {"Person " + n, "person" + n + "@example.com"};
  message.subject = "Mail " + n + " é";
  message.language = "en";
  message.text = text_of(number);
  message.html = "<p>.</p>\n.\n" + n;
  return write(message);
}

// Bytes as no letter has them: dots before and at every edge, the longest lines, empty ones.
std::string raw(int number) {
  const std::string n = std::to_string(number);
  std::string bytes = "Message-ID: <mail_" + n + "@hub.example>\r\n\r\n";
  for (int i = 0; i < number % 40; ++i) {
    const std::size_t length = static_cast<std::size_t>(number * 31 + i * 17) % kLineBytesMax;
    std::string line(static_cast<std::size_t>(i % 4), '.');
    while (line.size() < length) line += n + "." + std::to_string(i);
    bytes += line.substr(0, kLineBytesMax) + "\r\n";
  }
  return bytes + (number % 2 == 0 ? ".\r\n" : ".\r\n\r\n..\r\n");
}

struct Sending {
  net::SmtpSender& sender;
  const int mails;
  int next = 0;
  int accepted = 0;
  std::string trouble;
};

// A third are raw, a third of these without a last line end: the wire needs one and gets it.
net::OutboundMail mail_of(int number) {
  const bool is_raw = number % 3 == 0;
  std::string bytes = is_raw ? raw(number) : letter(number);
  const std::string hash = crypto::hex(crypto::sha256(bytes)).substr(0, 40);
  if (number % 9 == 0) bytes.resize(bytes.size() - 2);
  const std::string to =
      (is_raw ? "raw-" : "letter-") + std::to_string(number) + "-" + hash + "@example.com";
  return {"loans@hub.example", to, std::move(bytes), {}};
}

Task<void> send_some(Sending& all) {
  while (all.next < all.mails) {
    net::OutboundMail mail = mail_of(all.next++);
    const net::Delivery delivery =
        co_await all.sender.send(std::move(mail), std::chrono::steady_clock::now() + 60s);
    if (delivery.acceptance == net::Acceptance::accepted) {
      ++all.accepted;
    } else if (all.trouble.empty()) {
      all.trouble = std::string(to_string(delivery.acceptance)) + ": " + delivery.text;
    }
  }
}

TEST(VeryManyMails, ArriveOnceUnderTheirOwnNamesByteForByte) {
  const int mails = mails_wanted();
  const std::string n = std::to_string(mails);
  support::Process judge(
      {"/usr/bin/python3", {"-B", "-u", LENDPORT_SOURCE_DIR "/tests/support/mail_judge.py", n}});
  const auto line = judge.wait_for_line("listening ", 20s);
  ASSERT_TRUE(line) << judge.output();
  net::Relay relay;
  relay.url = "smtp://127.0.0.1:" + line->substr(line->rfind(':') + 1);
  relay.plain_on_loopback = true;
  net::SmtpSender sender(relay, kAtOnce);
  Sending all{sender, mails, 0, 0, ""};
  boost::asio::io_context io(1);
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < kAtOnce; ++i) {
    boost::asio::co_spawn(io, send_some(all), [](const std::exception_ptr& thrown) {
      if (thrown) std::rethrow_exception(thrown);
    });
  }
  io.run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  EXPECT_EQ(all.accepted, mails) << all.trouble;
  const std::string tally = judge.wait_for_line("mails=", 20s).value_or("");
  EXPECT_EQ(tally, "mails=" + n + " swapped=0 injected=0 altered=0 twice=0") << judge.output();
  std::cout << tally << " at_once=" << kAtOnce << " seconds=" << took.count() << "\n";
}

}  // namespace
}  // namespace lendport::mail
