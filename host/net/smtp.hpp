// Outbound mail: one message over one connection to the relay, with an outcome that is a value.
//
// libcurl waits inside its own code for the answers to the final dot and to QUIT, also under its
// multi interface (decision 0012): a relay that takes its time would hold up whatever shares the
// loop. So mail has threads of its own, one for each conversation.
#pragma once

#include "core/secret.hpp"
#include "core/task.hpp"
#include "core/time.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace lendport::net {

// The server that takes our mail on. `smtp://` speaks STARTTLS and nothing in the clear before it,
// `smtps://` TLS from the first byte; TLS 1.2 or newer, the certificate verified for the URL's
// name.
struct Relay {
  std::string url;   // "smtp://relay.example.com:587"; empty: there is none
  std::string user;  // empty: no log-in
  Secret<std::string> password;
  std::string ca_file;                 // PEM bundle; empty: the system's
  std::string own_name = "localhost";  // said in EHLO
  bool plain_on_loopback = false;      // no TLS at all, and then to this machine alone
  std::chrono::milliseconds connect_timeout{10'000};
};

// Why the relay cannot be used as it is written, in one sentence; nothing when it can.
std::optional<std::string> problem_of(const Relay& relay);

struct OutboundMail {
  std::string from;   // an address without angle brackets, ASCII
  std::string to;     // likewise
  std::string bytes;  // RFC 5322, lines end in CRLF; dots are stuffed on the way
  // Called once, on a thread of the sender, when the relay is ready for the message and no byte of
  // it has left: false keeps it here (`not_now`). It does not throw.
  std::function<bool()> on_data = {};
};

enum class Acceptance {
  accepted,  // a 2xx after the final dot: the relay has it
  refused,   // a 5xx for this recipient or this message: sending it again ends the same
  not_now,   // the relay has not got it: busy, not there, or not as it should be
  unknown,   // the final dot may have left and no answer came
};
std::string_view to_string(Acceptance acceptance);

struct Delivery {
  Delivery() = default;
  Delivery(Acceptance how, bool wrongly_set, int reply_code, std::string said)
      : acceptance(how), misconfigured(wrongly_set), code(reply_code), text(std::move(said)) {}

  Acceptance acceptance = Acceptance::not_now;
  // `not_now` that waiting does not mend: certificate, log-in, a server without STARTTLS, a sender
  // that it does not take.
  bool misconfigured = false;
  int code = 0;      // of the relay's last reply; 0 when none counts
  std::string text;  // the reply or what went wrong; one line, no secret, may name the recipient
};

// Thread-safe.
class SmtpSender {
 public:
  static constexpr int kWaitingMax = 1024;

  // Up to `at_once` conversations, a thread each. REQUIRES: problem_of(relay) is nothing.
  SmtpSender(Relay relay, int at_once);
  SmtpSender(const SmtpSender&) = delete;
  SmtpSender& operator=(const SmtpSender&) = delete;
  ~SmtpSender();

  // Cuts what is under way, about a second, and returns when no thread of it runs any more: what
  // `on_data` refers to may go then. Nothing is sent after it. Idempotent.
  void stop();

  // Resumes on the caller's strand; never throws for what the network does. Ends at the latest
  // shortly after `deadline`. REQUIRES: the caller runs on a strand, or alone on its io_context.
  Task<Delivery> send(OutboundMail mail, Deadline deadline);

  // Connects, greets, secures and logs in, and sends no mail. Blocks. `accepted` when all went
  // well.
  Delivery probe_now(Deadline deadline) const;

 private:
  const std::shared_ptr<const Relay> relay_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> waiting_{0};
  boost::asio::thread_pool threads_;
};

}  // namespace lendport::net
