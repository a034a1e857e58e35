// What stands in a notice of adverse action that the hub writes for a creditor, or why it cannot.
// Pure.
//
// 12 CFR 1002.9(a)(2): the action taken, name and address of the creditor, the notice of (b)(1)
// with the federal agency, and the specific principal reasons. FCRA section 615(a), 15 U.S.C.
// 1681m(a): where a consumer report was used, whose it was, that the agency did not decide, and the
// rights to a free copy and to dispute it; where a score was used, the score, which the hub does
// not have.
#pragma once

#include "applications/applications.hpp"
#include "mail/mail.hpp"

#include <optional>
#include <string>

namespace lendport::notices {

// As the connector's manifest says (`creditor`).
struct Creditor {
  std::string name;
  std::string address;
  std::string phone;
  std::string agency;  // name and address, of appendix A
};

struct Letter {
  mail::Facts facts;
  std::string why_not;  // not empty: a notice without it would be none
};

// REQUIRES: application.notice.
Letter letter_of(const Application& application, const Confirmation& borrower,
                 const std::optional<Creditor>& creditor, mail::Language language, Time now);

}  // namespace lendport::notices
