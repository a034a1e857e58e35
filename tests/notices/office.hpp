// An org whose applications are decided, and the notices that follow.
#pragma once

#include "applications/desk.hpp"
#include "http/conditional.hpp"
#include "notices/jobs.hpp"
#include "notices/json.hpp"
#include "notices/notices.hpp"

#include <memory>
#include <string>

namespace lendport::notices {

using applications::Desk;
using applications::done;
using applications::found_json;
using applications::State;
using applications::state_json;
using applications::Told;
using orgs::Stage;

inline constexpr const char* kReasons =
    R"(,"decision":{"creditor":"Fake Bank","reasons":[{"code":"R1","unified_code":
       "income_insufficient","text":"too little"}],"report_used":false})";
inline constexpr const char* kOffer =
    R"(,"decision":{"reasons":[{"unified_code":"income_insufficient","text":"x"}],
       "report_used":false})";

class Office : public Desk {
 protected:
  Office();
  ~Office() override;

  // The manifest says who sends the notice; with the creditor where the hub does.
  void sends(const std::string& who, const std::string& more = kCreditor);
  static constexpr const char* kCreditor =
      R"(,"creditor":{"name":"Fake Bank","address":"1 Bank St, Dover, DE 19901",
          "agency":"Federal Trade Commission, Washington, DC 20580"})";

  // A new application the lender answers so at once, a day after it was confirmed.
  Application decided(const std::string& status, const std::string& more = "");
  // The same, and nobody follows what happened.
  Application decided_unheard(const std::string& status, const std::string& more = "");
  // What the lender says next.
  Application says(const Application& application, const std::string& status,
                   const std::string& more = "");
  void only_follow(const Application& application);
  // What happened is heard, to the last event.
  void follow();
  // The clock moves by so many days; what is due then is done.
  Application after(std::chrono::milliseconds time, const Application& application);
  // "decline due", "none".
  static std::string owed_by(const Application& application);
  std::vector<OpenedMail> letters();
  Told record(const Application& application, NoticeRecord record);
  Date today() { return Date(std::chrono::floor<std::chrono::days>(stage_.clock.now())); }

  Notices::Needs needs_with(Mails& mails);

  // Mail is on here, and nobody carries it.
  net::SmtpSender sender_{net::Relay{}, 1};
  Mails queued_{{*stage_.db, stage_.clock, stage_.ids, sealing_, &sender_,
                 [](std::uint64_t) { return std::uint64_t{0}; }},
                MailSettings{}};
  Notices notices_{needs_with(queued_)};
  events::Follower follower_{
      *stage_.db, "notices",
      [this](db::Transaction& tx, const events::Event& event) { notices_.hear(tx, event); },
      &Notices::is_heard_alone};
  std::string lender_id_;
};

}  // namespace lendport::notices
