// An org's cases, its mails and a worker that carries them to a real relay.
#pragma once

#include "cases/desk.hpp"
#include "events/events.hpp"
#include "mail/json.hpp"
#include "mail/mail.hpp"
#include "mail/store.hpp"
#include "support/relay.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace lendport::mail {

using support::RelayServer;

// `relay` outlives it; without one mail is off.
class Post {
 public:
  Post(db::Engine engine, const RelayServer* relay);
  ~Post();

  // As a process that starts on what another left.
  void open();

  NewMail to(const std::string& name, const std::string& cause = "") const;
  MailId put(const NewMail& wanted);
  MailId put(const std::string& name) { return put(to(name)); }

  // Works until nothing is due.
  void work();
  // Moves the clock to the mail's next attempt and works; how long that was.
  std::chrono::milliseconds work_later(const MailId& id);

  Mail stored(const MailId& id);
  std::string state(const MailId& id) { return std::string(to_string(stored(id).state)); }
  // The types of the mails' events, in order.
  std::string told();
  http::Request request(const Principal& caller) const;

  cases::Desk desk;
  MailSettings settings;
  Case the_case;
  std::unique_ptr<net::SmtpSender> sender;
  std::unique_ptr<Mails> mails;
  std::unique_ptr<jobs::Worker> worker;
};

}  // namespace lendport::mail
