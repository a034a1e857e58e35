#include "mail/post.hpp"

namespace lendport::mail {

Post::Post(db::Engine engine, const RelayServer* relay) : desk(engine) {
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

void Post::open() {
  worker.reset();
  mails.reset();
  sender.reset();
  if (settings.is_on()) {
    sender = std::make_unique<net::SmtpSender>(settings.relay, settings.at_once);
  }
  const auto most = [](std::uint64_t bound) { return bound - 1; };
  mails = std::make_unique<Mails>(
      Mails::Needs{*desk.store, desk.clock, desk.ids, desk.sealing, sender.get(), most}, settings);
  worker = std::make_unique<jobs::Worker>(
      *desk.store, desk.clock,
      jobs::WorkerSettings{desk.ids.next_uuid(), settings.at_once, std::chrono::seconds{30}}, most,
      nullptr);
  add_mail_jobs(*worker, *mails, settings);
}

NewMail Post::to(const std::string& name, const std::string& cause) const {
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

MailId Post::put(const NewMail& wanted) {
  return desk.store.write([&](db::Transaction& tx) { return mails->enqueue(tx, wanted); }).value();
}

void Post::work() {
  while (support::run_task(worker->step(desk.clock.now())) > 0) {
  }
}

std::chrono::milliseconds Post::work_later(const MailId& id) {
  const auto next = stored(id).next_at;
  if (!next) return {};
  const auto wait = *next - desk.clock.now();
  desk.clock.advance(wait);
  work();
  return wait;
}

Mail Post::stored(const MailId& id) {
  return desk.store.read(
      [&](db::Snapshot& at) { return mail_store::find(at, desk.org, id).value().mail; });
}

std::string Post::told() {
  return desk.store.read([&](db::Snapshot& at) {
    std::string types;
    for (const auto& event : events::list(at, desk.org, {"application", "app_1"}, 0, 200)) {
      types += (types.empty() ? "" : " ") + event.type;
    }
    return types;
  });
}

http::Request Post::request(const Principal& caller) const {
  http::Request asked;
  asked.id = "req-1";
  asked.principal = caller;
  asked.deadline = cases::soon();
  return asked;
}

Post::~Post() = default;

}  // namespace lendport::mail
