// What is written when a mail is enqueued, who sees it, who may send it again.
#include "mail/mail.hpp"

#include "mail/post.hpp"

namespace lendport::mail {
namespace {

using namespace std::chrono_literals;

class Mailing : public testing::TestWithParam<db::Engine> {
 protected:
  std::vector<OpenedMail> listed(const Principal& caller, Mails::ListQuery query = {}) {
    const auto asked = post_.request(caller);
    return support::run_task(post_.mails->list(asked, post_.desk.org, std::move(query)));
  }
  OpenedMail got(const Principal& caller, const MailId& id) {
    const auto asked = post_.request(caller);
    return support::run_task(post_.mails->get(asked, post_.desk.org, id));
  }
  http::Response resent(const Principal& caller, const MailId& id) {
    auto asked = post_.request(caller);
    asked.keep = [this](db::Transaction&, const http::Response& answer,
                        const std::vector<std::string>& owners) {
      kept_ = answer.body + owners.at(0);
    };
    return support::run_task(post_.mails->resend(asked, post_.desk.org, id));
  }
  void set_state(const MailId& id, const std::string& state) {
    post_.desk.store.write([&](db::Transaction& tx) {
      tx.execute("UPDATE mails SET state = $2, doubts = 2, attempts = 5 WHERE id = $1",
                 {id, state});
    });
  }
  std::string kept_;
  Post post_{GetParam(), nullptr};
};
INSTANTIATE_TEST_SUITE_P(Engines, Mailing, db::kEngines, db::engine_name);

TEST_P(Mailing, FreezesTheLetterWithItsValues) {
  NewMail wanted = post_.to("ada");
  wanted.environment = Environment::production;
  wanted.facts["org"] = "Somebody Else";
  wanted.to.name = "Ada\r\nBcc: x@y.example";
  wanted.attachments = {{"a.pdf", "application/pdf", std::string("\0\xFF%", 3)}};
  const MailId id = post_.put(wanted);
  Principal caller = post_.desk.rep;
  caller.environment = Environment::production;
  const OpenedMail mail = got(caller, id);
  ASSERT_TRUE(mail.words);
  EXPECT_EQ(mail.words->texts.subject, "Example Bank has approved your financing");
  EXPECT_EQ(mail.words->from_name, "Sunrise Solar");
  EXPECT_NE(mail.words->texts.text.find("Sunrise Solar"), std::string::npos);
  EXPECT_EQ(mail.words->texts.text.find("Somebody Else"), std::string::npos);
  EXPECT_TRUE(is_header_text(mail.words->to.name));
  ASSERT_EQ(mail.words->attachments.size(), 1U);
  EXPECT_EQ(mail.words->attachments[0].bytes, std::string("\0\xFF%", 3));
  EXPECT_EQ(mail.mail.letter_version, 0);
}

TEST_P(Mailing, KeepsNothingOfTheRecipientInTheClear) {
  const MailId id = post_.put("ada.lovelace");
  const std::string kept = post_.desk.store.read([&](db::Snapshot& at) {
    std::string all;
    const auto rows = at.query(
        "SELECT CAST(sealed_letter AS TEXT) || cause || answer AS text FROM mails UNION ALL SELECT "
        "payload AS text FROM events UNION ALL SELECT payload AS text FROM jobs");
    for (const db::Row& row : rows) all += row.text("text");
    return all;
  });
  EXPECT_NE(kept.find(id.value), std::string::npos);
  for (const char* personal : {"Quinn", "@example.com", "Example Bank"}) {
    EXPECT_EQ(kept.find(personal), std::string::npos) << personal;
  }
}

TEST_P(Mailing, MarksAMailOfTheSandbox) {
  const MailId id = post_.put("ada");
  EXPECT_EQ(got(post_.desk.rep, id).words->texts.subject,
            "[Sandbox] Example Bank has approved your financing");
}

TEST_P(Mailing, WritesOneMailForACauseAndNoneThatIsRolledBack) {
  const MailId first = post_.put("ada");
  EXPECT_FALSE(post_.desk.store.write(
      [&](db::Transaction& tx) { return post_.mails->enqueue(tx, post_.to("ada")); }));
  EXPECT_EQ(post_.desk.count("SELECT COUNT(*) AS n FROM jobs WHERE kind = 'mail.deliver'"), 1);
  EXPECT_EQ(db::failure_of([&] {
              post_.desk.store.write([&](db::Transaction& tx) {
                post_.mails->enqueue(tx, post_.to("bea"));
                throw Error(ErrorCode::conflict, "the story fails");
              });
            }),
            ErrorCode::conflict);
  ASSERT_EQ(listed(post_.desk.admin).size(), 1U);
  EXPECT_EQ(listed(post_.desk.admin)[0].mail.id, first);
}

TEST_P(Mailing, KeepsAMailWithoutAnAddressAsRefused) {
  for (const std::string address : {"", "ada", "zoé@example.com", "a@b.c\r\nRCPT TO:<x@y.z>"}) {
    NewMail wanted = post_.to("x", "cause/" + address);
    wanted.to.address = address;
    const MailId id = post_.put(wanted);
    EXPECT_EQ(post_.state(id), "refused");
    EXPECT_EQ(got(post_.desk.rep, id).words->to.address, address);
  }
  EXPECT_EQ(post_.desk.count("SELECT COUNT(*) AS n FROM jobs WHERE kind = 'mail.deliver'"), 0);
}

TEST_P(Mailing, ShowsAMailToThoseWhoSeeItsCase) {
  const MailId id = post_.put("ada");
  EXPECT_EQ(listed(post_.desk.rep).size(), 1U);
  EXPECT_EQ(listed(post_.desk.admin).size(), 1U);
  EXPECT_EQ(listed(post_.desk.other_rep).size(), 0U);
  EXPECT_EQ(db::failure_of([&] { got(post_.desk.other_rep, id); }), ErrorCode::not_found);
  EXPECT_EQ(db::failure_of([&] { resent(post_.desk.other_rep, id); }), ErrorCode::not_found);
  Principal production = post_.desk.rep;
  production.environment = Environment::production;
  EXPECT_EQ(listed(production).size(), 0U);
  EXPECT_EQ(db::failure_of([&] { got(production, id); }), ErrorCode::not_found);
  EXPECT_EQ(db::failure_of([&] {
              support::run_task(
                  post_.mails->get(post_.request(post_.desk.rep), post_.desk.other_org, id));
            }),
            ErrorCode::not_found);
}

TEST_P(Mailing, IsSentAgainByAPersonWhereItEndedBadly) {
  const MailId id = post_.put("ada");
  EXPECT_EQ(db::failure_of([&] { resent(post_.desk.rep, id); }), ErrorCode::conflict);
  for (const char* state : {"sending", "sent"}) {
    set_state(id, state);
    EXPECT_EQ(db::failure_of([&] { resent(post_.desk.rep, id); }), ErrorCode::conflict) << state;
  }
  for (const char* state : {"refused", "unknown"}) {
    set_state(id, state);
    const http::Response again = resent(post_.desk.rep, id);
    EXPECT_EQ(again.status, 202U);
    EXPECT_EQ(kept_, again.body + post_.the_case.applicants.front().id.value);
    EXPECT_EQ(post_.state(id), "queued");
    EXPECT_EQ(post_.stored(id).doubts, 0);
  }
  EXPECT_EQ(post_.told(), "mail.queued mail.resent mail.resent");
  EXPECT_EQ(post_.desk.count("SELECT COUNT(*) AS n FROM jobs WHERE kind = 'mail.deliver'"), 1);
  EXPECT_EQ(post_.desk.count("SELECT COUNT(*) AS n FROM audit WHERE action = 'mail.resend'"), 2);
}

}  // namespace
}  // namespace lendport::mail
