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
  // The manifest says who sends the notice; with the creditor where the hub does.
  void sends(const std::string& who, const std::string& more = kCreditor) {
    script_.plugin->document = std::make_shared<const json::Value>(json::parse(
        R"({"mail":{"decision":"lender","adverse_action":")" + who + "\"}" + more + "}"));
  }
  static constexpr const char* kCreditor =
      R"(,"creditor":{"name":"Fake Bank","address":"1 Bank St, Dover, DE 19901",
          "agency":"Federal Trade Commission, Washington, DC 20580"})";

  // A new application the lender answers so at once, a day after it was confirmed.
  Application decided(const std::string& status, const std::string& more = "") {
    const Application made = decided_unheard(status, more);
    follow();
    return stored(made.id);
  }
  // The same, and nobody follows what happened.
  Application decided_unheard(const std::string& status, const std::string& more = "") {
    const Application made = confirmed();
    lender_id_ = "L-" + made.id.value;
    script_.submits(done(state_json(status, status, more, lender_id_)));
    only_job(kSubmitJob, made);
    EXPECT_TRUE(work(kSubmitJob));
    return stored(made.id);
  }
  // What the lender says next.
  Application says(const Application& application, const std::string& status,
                   const std::string& more = "") {
    script_.says(done(found_json(status, status, more, lender_id_)));
    if (!due(kFollowJob)) only_follow(application);
    EXPECT_TRUE(work_when_due(kFollowJob));
    follow();
    return stored(application.id);
  }
  void only_follow(const Application& application) {
    stage_.db->write_now([&](db::Transaction& tx) {
      jobs::enqueue(tx,
                    {stage_.ids.next<JobId>(), std::string(kFollowJob), org_.id,
                     notices::write_job(application.id), stage_.clock.now(),
                     std::string(kFollowJob) + "/" + application.id.value},
                    stage_.clock.now());
    });
  }
  // What happened is heard, to the last event.
  void follow() {
    while (run(follower_.take(org_.id)) > 0) {
    }
  }
  // The clock moves by so many days; what is due then is done.
  Application after(std::chrono::milliseconds time, const Application& application) {
    stage_.clock.advance(time);
    while (const auto lease = claim(kNoticeClockJob)) {
      run(notices_.run_clock(*lease, Stage::soon()));
    }
    follow();
    return stored(application.id);
  }
  // "decline due", "none".
  static std::string owed_by(const Application& application) {
    if (!application.notice) return "none";
    return std::string(to_string(application.notice->kind)) + " " +
           std::string(to_string(application.notice->state));
  }
  std::vector<OpenedMail> letters() {
    std::vector<OpenedMail> found;
    for (OpenedMail& mail : run(mails_.list(request(admin_), org_.id, Mails::ListQuery{}))) {
      if (mail.mail.letter == mail::Letter::adverse_action) found.push_back(std::move(mail));
    }
    return found;
  }
  Told record(const Application& application, NoticeRecord record) {
    const http::Request asked = request(admin_);
    return told([&] { return run(notices_.record(asked, org_.id, application.id, record)); });
  }
  Date today() { return Date(std::chrono::floor<std::chrono::days>(stage_.clock.now())); }

  Notices::Needs needs_with(Mails& mails) {
    return {*stage_.db, stage_.clock, stage_.ids, connections_, catalog_,
            cases_,     script_,      mails,      applications_};
  }

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
