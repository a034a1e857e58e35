// An org's own letters: published in versions, tried before, taken back.
#include "mail/mail.hpp"
#include "mail/post.hpp"

namespace lendport::mail {
namespace {

class OrgLetters : public testing::TestWithParam<db::Engine> {
 protected:
  OrgLetter in_force(Language language = Language::en) {
    return support::run_task(
        post_.mails->letter(post_.desk.org, Letter::decision, language, cases::soon()));
  }
  Principal publisher() const {
    Principal admin = post_.desk.admin;
    admin.environment = environment_;
    return admin;
  }
  OrgLetter published(std::int64_t version, const Texts& texts, bool built_in = false) {
    OrgLetter wanted;
    wanted.version = version;
    wanted.texts = texts;
    wanted.built_in = built_in;
    const auto asked = post_.request(publisher());
    return support::run_task(post_.mails->publish(asked, post_.desk.org, wanted));
  }
  Texts previewed(std::optional<Texts> texts, const Facts& facts) {
    return support::run_task(post_.mails->preview(post_.desk.org, Letter::decision, Language::en,
                                                  std::move(texts), facts, cases::soon()));
  }
  const Texts own_{"From {{lender}}", "Dear {{applicant}}\n", "<p>{{applicant}}</p>"};
  Environment environment_ = Environment::production;
  Post post_{GetParam(), nullptr};
};
INSTANTIATE_TEST_SUITE_P(Engines, OrgLetters, db::kEngines, db::engine_name);

TEST_P(OrgLetters, AreTheHubsOwnUntilAnOrgPublishes) {
  EXPECT_EQ(in_force().version, 0);
  EXPECT_TRUE(in_force().built_in);
  EXPECT_EQ(in_force().texts, built_in_texts(Letter::decision, Language::en));
  const OrgLetter first = published(0, own_);
  EXPECT_EQ(first.version, 1);
  EXPECT_EQ(first.published_by, post_.desk.admin.user.value);
  EXPECT_EQ(in_force().texts, own_);
  EXPECT_TRUE(in_force(Language::fr).built_in);

  const MailId with_own = post_.put("ada");
  const auto mail =
      support::run_task(post_.mails->get(post_.request(post_.desk.rep), post_.desk.org, with_own));
  EXPECT_EQ(mail.mail.letter_version, 1);
  EXPECT_EQ(mail.words->texts.text, "Dear Ada Example\n");

  EXPECT_EQ(published(1, {}, true).version, 2);
  EXPECT_EQ(in_force().texts, built_in_texts(Letter::decision, Language::en));
  EXPECT_EQ(in_force().version, 2);
  // What was written stays as it was written.
  EXPECT_EQ(
      support::run_task(post_.mails->get(post_.request(post_.desk.rep), post_.desk.org, with_own))
          .words->texts.text,
      "Dear Ada Example\n");
  EXPECT_EQ(support::run_task(post_.mails->versions(post_.desk.org, Letter::decision, Language::en,
                                                    cases::soon()))
                .size(),
            2U);
  EXPECT_EQ(post_.desk.count("SELECT COUNT(*) AS n FROM audit WHERE action = 'letter.publish'"), 2);
}

TEST_P(OrgLetters, AreNotPublishedWithASandboxKey) {
  published(0, own_);
  environment_ = Environment::sandbox;
  EXPECT_EQ(db::failure_of([&] { published(1, {"s", "t", "h"}); }), ErrorCode::forbidden);
  EXPECT_EQ(db::failure_of([&] { published(1, {}, true); }), ErrorCode::forbidden);
  EXPECT_EQ(in_force().texts, own_);
  EXPECT_EQ(in_force().version, 1);
}

TEST_P(OrgLetters, AreChangedByWhoSawTheLatest) {
  published(0, own_);
  EXPECT_EQ(db::failure_of([&] { published(0, own_); }), ErrorCode::precondition_failed);
  EXPECT_EQ(db::failure_of([&] { published(7, own_); }), ErrorCode::precondition_failed);
  EXPECT_EQ(in_force().version, 1);
}

TEST_P(OrgLetters, AreCheckedBeforeTheyArePublished) {
  EXPECT_EQ(db::failure_of([&] {
              published(0, {"s", "{{lendr}}", "h"});
            }),
            ErrorCode::invalid_input);
  EXPECT_EQ(db::failure_of([&] { published(0, {"s", "t", ""}); }), ErrorCode::invalid_input);
  EXPECT_EQ(in_force().version, 0);
}

TEST_P(OrgLetters, CanBeTriedBefore) {
  const Facts facts = {{"lender", "Bank & Co"}, {"applicant", "Zoé <3"}};
  const Texts shown = previewed(own_, facts);
  EXPECT_EQ(shown, (Texts{"From Bank & Co", "Dear Zoé <3\n", "<p>Zoé &lt;3</p>"}));
  EXPECT_EQ(in_force().version, 0);
  EXPECT_NE(previewed(std::nullopt, facts).text.find("Zoé <3"), std::string::npos);
  EXPECT_EQ(db::failure_of([&] {
              previewed(Texts{"s", "{{{x}}}", "h"}, facts);
            }),
            ErrorCode::invalid_input);
}

}  // namespace
}  // namespace lendport::mail
