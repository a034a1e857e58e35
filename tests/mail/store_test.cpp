// Mails and letters in both databases: whole, bound to their org, one for each cause.
#include "mail/store.hpp"

#include "db/migrated.hpp"

namespace lendport::mail_store {
namespace {

using mail::Language;
using mail::Letter;

Mail sample(const std::string& id, Time created_at = db::kTestNow) {
  Mail one;
  one.id = MailId{id};
  one.org = OrgId{"org_1"};
  one.case_id = CaseId{"case_1"};
  one.application = ApplicationId{"app_1"};
  one.person = PersonId{"person_1"};
  one.environment = Environment::production;
  one.letter = Letter::loan_documents;
  one.language = Language::fr;
  one.letter_version = 3;
  one.cause = "cause/" + id;
  one.created_at = one.updated_at = created_at;
  return one;
}

class MailStore : public testing::TestWithParam<db::Engine> {
 protected:
  bool put(const Mail& mail) {
    return store_.write([&](db::Transaction& tx) { return insert(tx, mail, Blob{"sealed"}); });
  }
  std::optional<StoredMail> got(const std::string& id, const std::string& org = "org_1") {
    return store_.read([&](db::Snapshot& at) { return find(at, OrgId{org}, MailId{id}); });
  }
  std::string listed(Mails::ListQuery query, Environment environment = Environment::production) {
    const Filter filter{std::move(query), std::nullopt, environment};
    return store_.read([&](db::Snapshot& at) {
      std::string ids;
      for (const StoredMail& one : list(at, OrgId{"org_1"}, filter)) ids += one.mail.id.value;
      return ids;
    });
  }
  db::MigratedStore store_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Stores, MailStore, db::kEngines, db::engine_name);

TEST_P(MailStore, KeepsAMailWhole) {
  ASSERT_TRUE(put(sample("a")));
  Mail one = got("a")->mail;
  EXPECT_EQ(got("a")->sealed_letter.bytes, "sealed");
  EXPECT_EQ(one.org.value + one.case_id.value + one.application->value + one.person.value,
            "org_1case_1app_1person_1");
  EXPECT_EQ(one.environment, Environment::production);
  EXPECT_EQ(one.letter, Letter::loan_documents);
  EXPECT_EQ(one.language, Language::fr);
  EXPECT_EQ(one.letter_version, 3);
  EXPECT_EQ(one.cause, "cause/a");
  EXPECT_EQ(one.state, MailState::queued);
  EXPECT_FALSE(one.trying_since || one.next_at || one.sent_at);

  one.state = MailState::unknown;
  one.attempts = 7;
  one.doubts = 2;
  one.answer_code = 451;
  one.answer = "451 no";
  const Time later = db::kTestNow + std::chrono::hours{1};
  one.trying_since = one.next_at = one.sent_at = one.updated_at = later;
  store_.write([&](db::Transaction& tx) { update(tx, one); });
  const Mail read = got("a")->mail;
  EXPECT_EQ(read.state, MailState::unknown);
  EXPECT_EQ(read.attempts * 10 + read.doubts, 72);
  EXPECT_EQ(read.answer + std::to_string(read.answer_code), "451 no451");
  for (const auto& time : {read.trying_since, read.next_at, read.sent_at}) EXPECT_EQ(time, later);
  EXPECT_EQ(read.updated_at, later);
  EXPECT_EQ(read.created_at, db::kTestNow);
}

TEST_P(MailStore, IsBoundToItsOrg) {
  put(sample("a"));
  EXPECT_FALSE(got("a", "org_2"));
  Mail theirs = sample("a");
  theirs.org = OrgId{"org_2"};
  theirs.answer = "changed";
  store_.write([&](db::Transaction& tx) {
    update(tx, theirs);
    EXPECT_FALSE(start_sending(tx, theirs.org, theirs.id, db::kTestNow));
    EXPECT_FALSE(find_for_update(tx, theirs.org, theirs.id));
  });
  EXPECT_EQ(got("a")->mail.answer, "");
  EXPECT_EQ(got("a")->mail.state, MailState::queued);
}

TEST_P(MailStore, HoldsOneMailForACause) {
  EXPECT_TRUE(put(sample("a")));
  Mail again = sample("b");
  again.cause = "cause/a";
  EXPECT_FALSE(put(again));
  again.org = OrgId{"org_2"};
  EXPECT_TRUE(put(again));
}

TEST_P(MailStore, ListsTheNewestFirst) {
  for (int i = 0; i < 4; ++i) {
    Mail one = sample(std::string(1, static_cast<char>('a' + i)),
                      db::kTestNow + std::chrono::seconds{i / 2});
    if (i == 3) one.environment = Environment::sandbox;
    if (i == 2) one.application.reset();
    put(one);
  }
  EXPECT_EQ(listed({}), "cba");
  EXPECT_EQ(listed({}, Environment::sandbox), "d");
  Mails::ListQuery query;
  query.limit = 2;
  EXPECT_EQ(listed(query), "cb");
  query.after = {db::kTestNow, "b"};
  EXPECT_EQ(listed(query), "a");
  query = {};
  query.application = ApplicationId{"app_1"};
  EXPECT_EQ(listed(query), "ba");
  query = {};
  query.state = MailState::sent;
  EXPECT_EQ(listed(query), "");
  query = {};
  query.case_id = CaseId{"case_2"};
  EXPECT_EQ(listed(query), "");
}

TEST_P(MailStore, KeepsEveryVersionOfALetter) {
  const OrgId org{"org_1"};
  OrgLetter letter;
  letter.letter = Letter::decision;
  letter.language = Language::en;
  letter.built_in = false;
  letter.published_by = "user_1";
  letter.published_at = db::kTestNow;
  for (int version = 1; version <= 3; ++version) {
    letter.version = version;
    letter.built_in = version == 3;
    letter.texts = {"s" + std::to_string(version), "t\n", "<p>h</p>"};
    EXPECT_TRUE(store_.write([&](db::Transaction& tx) { return insert_letter(tx, org, letter); }));
    EXPECT_FALSE(store_.write([&](db::Transaction& tx) { return insert_letter(tx, org, letter); }));
  }
  const auto read = [&](const OrgId& of, Language language, int limit = 9) {
    return store_.read(
        [&](db::Snapshot& at) { return letters(at, of, Letter::decision, language, limit); });
  };
  const auto all = read(org, Language::en);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].version, 3);
  EXPECT_TRUE(all[0].built_in);
  EXPECT_EQ(all[0].texts, mail::built_in_texts(Letter::decision, Language::en));
  EXPECT_EQ(all[1].texts, (mail::Texts{"s2", "t\n", "<p>h</p>"}));
  EXPECT_EQ(all[2].published_by, "user_1");
  EXPECT_EQ(all[2].published_at, db::kTestNow);
  EXPECT_EQ(read(org, Language::en, 1).size(), 1U);
  letter.version = 52;
  store_.write([&](db::Transaction& tx) { insert_letter(tx, org, letter); });
  EXPECT_EQ(read(org, Language::en).size(), 2U);  // 52 and 3: of the latest fifty
  EXPECT_TRUE(read(org, Language::fr).empty());
  EXPECT_TRUE(read(OrgId{"org_2"}, Language::en).empty());
}

}  // namespace
}  // namespace lendport::mail_store
