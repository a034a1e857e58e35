#include "mail/settings.hpp"

#include "core/error.hpp"
#include "mail/message.hpp"

#include <array>

namespace lendport {
namespace {

std::string domain_of(std::string_view address) {
  return std::string(address.substr(address.rfind('@') + 1));
}

net::Relay relay_of(const MailSettings& settings) {
  net::Relay relay = settings.relay;
  relay.own_name = settings.message_domain();
  return relay;
}

}  // namespace

std::string MailSettings::message_domain() const {
  return domain.empty() ? domain_of(from) : domain;
}

std::vector<std::string> problems_of(const MailSettings& settings) {
  if (!settings.is_on()) return {};
  std::vector<std::string> problems;
  if (!mail::is_address(settings.from)) {
    problems.emplace_back("mail.from is required with mail.relay: an address, loans@example.com");
  } else if (!mail::is_address("x@" + settings.message_domain())) {
    problems.emplace_back("mail.domain is a domain of yours, such as example.com");
  } else if (const auto problem = net::problem_of(relay_of(settings))) {
    problems.emplace_back("mail.relay: " + *problem);
  }
  if (settings.relay.user.empty() != settings.relay.password.expose().empty()) {
    problems.emplace_back(
        "mail.user goes with LENDPORT_MAIL_PASSWORD or mail.password_file: set both, or none");
  }
  return problems;
}

std::unique_ptr<net::SmtpSender> open_sender(const MailSettings& settings) {
  if (!settings.is_on()) return nullptr;
  return std::make_unique<net::SmtpSender>(relay_of(settings), settings.at_once);
}

}  // namespace lendport
