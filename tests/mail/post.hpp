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
  Post(db::Engine engine, const RelayServer* relay) : desk(engine) {
    settings.from = "loans@hub.example";
    settings.send_timeout = std::chrono::seconds{10};
    if (relay != nullptr) {
      settings.relay.url = "smtp://127.0.0.1:" + relay->port();
      settings.relay.plain_on_loopback = true;
      settings.at_once = 8;
    }
    open();
    the_case = desk.opened(desk.rep);
  }

  // As a process that starts on what another left.
  void open() {
    worker.reset();
    mails.reset();
    sender.reset();
    if (settings.is_on()) {
      sender = std::make_unique<net::SmtpSender>(settings.relay, settings.at_once);
    }
    const auto most = [](std::uint64_t bound) { return bound - 1; };
    mails = std::make_unique<Mails>(
        Mails::Needs{*desk.store, desk.clock, desk.ids, desk.sealing, sender.get(), most},
        settings);
    worker = std::make_unique<jobs::Worker>(
        *desk.store, desk.clock,
        jobs::WorkerSettings{desk.ids.next_uuid(), settings.at_once, std::chrono::seconds{30}},
        most, nullptr);
    add_mail_jobs(*worker, *mails, settings);
  }

  NewMail to(const std::string& name, const std::string& cause = "") const {
    NewMail wanted;
    wanted.org = desk.org;
    wanted.case_id = the_case.id;
    wanted.application = ApplicationId{"app_1"};
    wanted.person = the_case.applicants.front().id;
    wanted.cause = cause.empty() ? "decision/" + name : cause;
    wanted.to = {"Ada Quinn", name + "@example.com"};
    wanted.facts = sample_facts(Letter::decision, Language::en);
    return wanted;
  }
  MailId put(const NewMail& wanted) {
    return desk.store.write([&](db::Transaction& tx) { return mails->enqueue(tx, wanted); })
        .value();
  }
  MailId put(const std::string& name) { return put(to(name)); }

  // Works until nothing is due.
  void work() {
    while (support::run_task(worker->step(desk.clock.now())) > 0) {
    }
  }
  // Moves the clock to the mail's next attempt and works; how long that was.
  std::chrono::milliseconds work_later(const MailId& id) {
    const auto next = stored(id).next_at;
    if (!next) return {};
    const auto wait = *next - desk.clock.now();
    desk.clock.advance(wait);
    work();
    return wait;
  }

  Mail stored(const MailId& id) {
    return desk.store.read(
        [&](db::Snapshot& at) { return mail_store::find(at, desk.org, id).value().mail; });
  }
  std::string state(const MailId& id) { return std::string(to_string(stored(id).state)); }
  // The types of the mails' events, in order.
  std::string told() {
    return desk.store.read([&](db::Snapshot& at) {
      std::string types;
      for (const auto& event : events::list(at, desk.org, {"application", "app_1"}, 0, 200)) {
        types += (types.empty() ? "" : " ") + event.type;
      }
      return types;
    });
  }
  http::Request request(const Principal& caller) const {
    http::Request asked;
    asked.id = "req-1";
    asked.principal = caller;
    asked.deadline = cases::soon();
    return asked;
  }

  cases::Desk desk;
  MailSettings settings;
  Case the_case;
  std::unique_ptr<net::SmtpSender> sender;
  std::unique_ptr<Mails> mails;
  std::unique_ptr<jobs::Worker> worker;
};

}  // namespace lendport::mail
