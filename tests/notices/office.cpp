#include "notices/office.hpp"

namespace lendport::notices {

void Office::sends(const std::string& who, const std::string& more) {
  script_.plugin->document = std::make_shared<const json::Value>(
      json::parse(R"({"mail":{"decision":"lender","adverse_action":")" + who + "\"}" + more + "}"));
}

Application Office::decided(const std::string& status, const std::string& more) {
  const Application made = decided_unheard(status, more);
  follow();
  return stored(made.id);
}

Application Office::decided_unheard(const std::string& status, const std::string& more) {
  const Application made = confirmed();
  lender_id_ = "L-" + made.id.value;
  script_.submits(done(state_json(status, status, more, lender_id_)));
  only_job(kSubmitJob, made);
  EXPECT_TRUE(work(kSubmitJob));
  return stored(made.id);
}

Application Office::says(const Application& application, const std::string& status,
                         const std::string& more) {
  script_.says(done(found_json(status, status, more, lender_id_)));
  if (!due(kFollowJob)) only_follow(application);
  EXPECT_TRUE(work_when_due(kFollowJob));
  follow();
  return stored(application.id);
}

void Office::only_follow(const Application& application) {
  stage_.db->write_now([&](db::Transaction& tx) {
    jobs::enqueue(tx,
                  {stage_.ids.next<JobId>(), std::string(kFollowJob), org_.id,
                   notices::write_job(application.id), stage_.clock.now(),
                   std::string(kFollowJob) + "/" + application.id.value},
                  stage_.clock.now());
  });
}

void Office::follow() {
  while (run(follower_.take(org_.id)) > 0) {
  }
}

Application Office::after(std::chrono::milliseconds time, const Application& application) {
  stage_.clock.advance(time);
  while (const auto lease = claim(kNoticeClockJob)) {
    run(notices_.run_clock(*lease, Stage::soon()));
  }
  follow();
  return stored(application.id);
}

std::string Office::owed_by(const Application& application) {
  if (!application.notice) return "none";
  return std::string(to_string(application.notice->kind)) + " " +
         std::string(to_string(application.notice->state));
}

std::vector<OpenedMail> Office::letters() {
  std::vector<OpenedMail> found;
  for (OpenedMail& mail : run(mails_.list(request(admin_), org_.id, Mails::ListQuery{}))) {
    if (mail.mail.letter == mail::Letter::adverse_action) found.push_back(std::move(mail));
  }
  return found;
}

Told Office::record(const Application& application, NoticeRecord record) {
  const http::Request asked = request(admin_);
  return told([&] { return run(notices_.record(asked, org_.id, application.id, record)); });
}

Notices::Needs Office::needs_with(Mails& mails) {
  return {*stage_.db, stage_.clock, stage_.ids, connections_, catalog_,
          cases_,     script_,      mails,      applications_};
}

Office::Office() = default;
Office::~Office() = default;

}  // namespace lendport::notices
