// Carrying a mail to the relay: at least once, and after a lost answer once more with the same id.
#include "core/crash_point.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "mail/json.hpp"
#include "mail/mail.hpp"
#include "mail/store.hpp"
#include "telemetry/log.hpp"

#include <algorithm>

namespace lendport {
namespace {

using net::Acceptance;

// A mail's job ends by the mail's own rules: patience with the relay, its word, doubt.
constexpr int kNeverGivenUp = 1'000'000;
// What one attempt may take beside the conversation itself.
constexpr std::chrono::seconds kSlack{30};

bool is_settled(MailState state) {
  return state == MailState::sent || state == MailState::refused || state == MailState::unknown;
}

// Relays repeat the address they refuse, as they like to spell it; events and answers outlive an
// erasure.
std::string without_address(std::string text, const std::string& address) {
  const std::string wanted = lower(address);
  while (true) {
    const std::size_t at = lower(text).find(wanted);
    if (at == std::string::npos || wanted.empty()) break;
    text.replace(at, wanted.size(), kMasked);
  }
  return cut(mail::as_header_text(text), kAnswerBytesMax);
}

void log_misconfigured(const net::Delivery& delivery) {
  telemetry::log(telemetry::Level::warn, "mail_relay_misconfigured",
                 {{"code", delivery.code}, {"answer", delivery.text}});
}

}  // namespace

mail::Message Mails::message_of(const Mail& mail, const MailWords& words) const {
  mail::Message message;
  message.id = mail.id.value + "@" + settings_.message_domain();
  message.from = {words.from_name, settings_.from};
  message.to = words.to;
  message.subject = words.texts.subject;
  message.language = http::to_string(mail.language);
  message.text = words.texts.text;
  message.html = words.texts.html;
  message.date = mail.created_at;
  message.attachments = words.attachments;
  return message;
}

std::optional<mail::Message> Mails::begin(db::Transaction& tx, const jobs::Lease& lease) const {
  jobs::require_held(tx, lease);
  auto found = mail_store::find_for_update(tx, lease.org, read_mail_job(lease.payload));
  if (!found || is_settled(found->mail.state)) {
    jobs::complete(tx, lease);
    return std::nullopt;
  }
  Mail& mail = found->mail;
  if (mail.state == MailState::sending &&
      !doubt(tx, lease, mail, "the hub ended while the mail was on its way")) {
    return std::nullopt;
  }
  const auto words = open(tx, mail, found->sealed_letter);
  if (!words) {
    end(tx, lease, mail, MailState::refused, "the recipient's data was erased");
    return std::nullopt;
  }
  mail::Message message = message_of(mail, *words);
  if (!mail::problems_of(message).empty()) {
    end(tx, lease, mail, MailState::refused, "the mail cannot be written");
    return std::nullopt;
  }
  const Time now = needs_.clock.now();
  ++mail.attempts;
  if (!mail.trying_since) mail.trying_since = now;
  mail.next_at.reset();
  mail.updated_at = now;
  mail_store::update(tx, mail);
  return message;
}

bool Mails::may_leave(const jobs::Lease& lease) const {
  bool journaled = false;
  const auto journal = [&](db::Transaction& tx) {
    jobs::require_held(tx, lease);
    journaled =
        mail_store::start_sending(tx, lease.org, read_mail_job(lease.payload), needs_.clock.now());
  };
  try {  // called from libcurl, which no exception may cross: what was not journaled stays here
    needs_.db.write_now(journal);
  } catch (const std::exception&) {
    return false;
  }
  if (journaled) crash_point("before_mail");
  return journaled;
}

Task<void> Mails::deliver(const jobs::Lease& lease, Deadline deadline) {
  const auto start = [&](db::Transaction& tx) { return begin(tx, lease); };
  const std::optional<mail::Message> message = co_await needs_.db.write(start, deadline);
  if (!message) co_return;
  const std::string& recipient = message->to.address;
  net::OutboundMail outbound{settings_.from, recipient, mail::write(*message), {}};
  outbound.on_data = [this, lease] { return may_leave(lease); };
  const Deadline until = std::chrono::steady_clock::now() + settings_.send_timeout;
  net::Delivery delivery =
      co_await needs_.sender->send(std::move(outbound), std::min(deadline, until));
  crash_point("after_mail");
  delivery.text = without_address(std::move(delivery.text), recipient);
  if (delivery.misconfigured) log_misconfigured(delivery);
  const auto finish = [&](db::Transaction& tx) { settle(tx, lease, delivery); };
  co_await needs_.db.write(finish, Deadline::max());
}

void Mails::settle(db::Transaction& tx, const jobs::Lease& lease,
                   const net::Delivery& delivery) const {
  jobs::require_held(tx, lease);
  auto found = mail_store::find_for_update(tx, lease.org, read_mail_job(lease.payload));
  if (!found || is_settled(found->mail.state)) {
    jobs::complete(tx, lease);
    return;
  }
  Mail& mail = found->mail;
  mail.answer_code = delivery.code;
  mail.answer = delivery.text;
  switch (delivery.acceptance) {
    case Acceptance::accepted: return end(tx, lease, mail, MailState::sent, delivery.text);
    case Acceptance::refused: return end(tx, lease, mail, MailState::refused, delivery.text);
    case Acceptance::unknown:
      if (!doubt(tx, lease, mail, delivery.text)) return;
      break;
    case Acceptance::not_now: break;
  }
  const Time now = needs_.clock.now();
  if (now - mail.trying_since.value_or(now) >= settings_.give_up_after) {
    const bool may_be_there = mail.doubts > 0;
    return end(tx, lease, mail, may_be_there ? MailState::unknown : MailState::refused,
               "given up: " + delivery.text);
  }
  put_off(tx, lease, mail);
}

bool Mails::doubt(db::Transaction& tx, const jobs::Lease& lease, Mail& mail,
                  std::string_view answer) const {
  ++mail.doubts;
  mail.answer = answer;
  if (mail.doubts <= kDoubtsMax) {
    mail.state = MailState::queued;
    return true;
  }
  end(tx, lease, mail, MailState::unknown, std::string(answer));
  return false;
}

void Mails::end(db::Transaction& tx, const jobs::Lease& lease, Mail& mail, MailState state,
                std::string answer) const {
  const Time now = needs_.clock.now();
  mail.state = state;
  mail.answer = std::move(answer);
  mail.next_at.reset();
  mail.updated_at = now;
  if (state == MailState::sent) mail.sent_at = now;
  mail_store::update(tx, mail);
  jobs::complete(tx, lease);
  append_event(tx, mail, to_string(state), "hub");
}

void Mails::put_off(db::Transaction& tx, const jobs::Lease& lease, Mail& mail) const {
  const Time now = needs_.clock.now();
  mail.state = MailState::queued;
  mail.next_at = now + wait_after(mail.attempts);
  mail.updated_at = now;
  mail_store::update(tx, mail);
  jobs::retry_at(tx, lease, {*mail.next_at, now}, mail.answer, false);
}

std::chrono::milliseconds Mails::wait_after(int attempts) const {
  const int doublings = std::clamp(attempts - 1, 0, 20);
  const std::int64_t full =
      std::min(settings_.retry_first.count() << doublings, settings_.retry_longest.count());
  const auto jitter = needs_.random(static_cast<std::uint64_t>(full / 2) + 1);
  return std::chrono::milliseconds(full - full / 2 + static_cast<std::int64_t>(jitter));
}

void add_mail_jobs(jobs::Worker& worker, Mails& mails, const MailSettings& settings) {
  if (!settings.is_on()) return;
  jobs::Kind deliver;
  deliver.run = [&mails](const jobs::Lease& lease, Deadline deadline) {
    return mails.deliver(lease, deadline);
  };
  deliver.attempts_max = kNeverGivenUp;
  deliver.patience = settings.send_timeout + kSlack;
  worker.handle(std::string(kDeliverMailJob), std::move(deliver));
}

}  // namespace lendport
