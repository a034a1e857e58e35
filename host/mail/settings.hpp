// What an operator may set about mail.
#pragma once

#include "net/smtp.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

struct MailSettings {
  net::Relay relay;    // without a URL mail is off: mails wait. Its own name is the domain
  std::string from;    // the address mails come from, at which bounces arrive
  std::string domain;  // right of the @ in Message-IDs; empty: that of `from`
  int at_once = 4;     // conversations with the relay, a thread each
  std::chrono::milliseconds send_timeout{60'000};
  // Between two attempts: the first wait, and the longest one that doubling leads to.
  std::chrono::milliseconds retry_first{30'000};
  std::chrono::milliseconds retry_longest{60 * 60'000};
  // From the first attempt until a mail that the relay never took is given up.
  std::chrono::minutes give_up_after{72 * 60};

  bool is_on() const { return !relay.url.empty(); }
  std::string message_domain() const;
};

// What keeps mail from working as it is set, a sentence each; nothing where it is off.
std::vector<std::string> problems_of(const MailSettings& settings);

// Null where mail is off. REQUIRES: problems_of(settings) is empty.
std::unique_ptr<net::SmtpSender> open_sender(const MailSettings& settings);

// How often a mail goes out again whose fate is not known, with the same Message-ID: the recipient
// may get it twice, and not three times.
inline constexpr int kDoubtsMax = 1;

inline constexpr std::size_t kAnswerBytesMax = 300;

inline constexpr std::string_view kDeliverMailJob = "mail.deliver";

}  // namespace lendport
