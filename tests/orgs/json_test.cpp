// What requests about orgs, users and keys may say, and what answers never do.
#include "orgs/json.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace lendport::orgs {
namespace {

// "/pointer code" of everything that `read` refuses; empty when it takes the body.
std::vector<std::string> refused(const std::function<void()>& read) {
  try {
    read();
    return {};
  } catch (const Error& error) {
    std::vector<std::string> found;
    for (const Violation& one : error.violations()) found.push_back(one.pointer + " " + one.code);
    return found;
  }
}

using Refusals = std::vector<std::string>;

TEST(ReadOrgDraft, TakesWhatIsThereAndDefaultsTheRest) {
  const OrgDraft draft = read_org_draft(
      R"({"name":"Sunrise","country":"US","segments":["residential","commercial"],"plan":"pro"})");
  EXPECT_EQ(draft.name, "Sunrise");
  EXPECT_EQ(draft.segments, (std::vector{Segment::residential, Segment::commercial}));
  EXPECT_EQ(draft.plan, Plan::pro);
  EXPECT_EQ(draft.care, Care::standard);
  EXPECT_FALSE(draft.sales_mode);
  EXPECT_EQ(draft.parent, std::nullopt);
}

TEST(ReadOrgDraft, SaysAllThatIsWrong) {
  EXPECT_EQ(
      refused([] {
        read_org_draft(
            R"({"country":"US","segments":["industrial"],"plan":"gold","colour":"red"})");
      }),
      (Refusals{"/name required", "/segments unknown", "/plan unknown", "/colour unknown_field"}));
}

TEST(ReadUserDraft, NeedsAKnownRole) {
  EXPECT_EQ(read_user_draft(R"({"email":"a@b.example","name":"A","role":"rep"})").role, Role::rep);
  EXPECT_EQ(refused([] { read_user_draft(R"({"email":"a@b.example","name":"A","role":"boss"})"); }),
            Refusals{"/role unknown"});
  EXPECT_EQ(refused([] { read_user_draft(R"({"email":"a@b.example","name":"A"})"); }),
            Refusals{"/role required"});
}

TEST(ReadUserPatch, HoldsOnlyWhatWasSent) {
  const UserPatch patch = read_user_patch(R"({"status":"deactivated"})");
  EXPECT_EQ(patch.status, UserStatus::deactivated);
  EXPECT_EQ(patch.role, std::nullopt);
  EXPECT_EQ(patch.name, std::nullopt);
}

TEST(ReadKeyDraft, ReadsScopesAndExpiry) {
  const KeyDraft draft = read_key_draft(
      R"({"label":"ci","environment":"production","scopes":["cases_read","quotes_write"],)"
      R"("expires_at":"2030-01-02T03:04:05Z"})");
  EXPECT_EQ(draft.environment, Environment::production);
  EXPECT_EQ(draft.scopes, (std::vector{Permission::cases_read, Permission::quotes_write}));
  ASSERT_TRUE(draft.expires_at);
  EXPECT_EQ(format_time(*draft.expires_at), "2030-01-02T03:04:05.000Z");
}

TEST(ReadKeyDraft, AnEmptyListOfScopesIsNotTheWholeRole) {
  EXPECT_EQ(refused([] { read_key_draft(R"({"label":"x","environment":"sandbox","scopes":[]})"); }),
            Refusals{"/scopes required"});
  EXPECT_EQ(
      refused([] { read_key_draft(R"({"label":"x","environment":"live","scopes":["fly"]})"); }),
      (Refusals{"/environment unknown", "/scopes unknown", "/scopes required"}));
}

TEST(Write, ShowsAKeysTextOnceAndNeverAgain) {
  NewKey made;
  made.key.id = KeyId{"key_1"};
  made.key.prefix = "lp_test_abcd";
  made.token = Secret<std::string>("lp_test_abcdefgh");
  EXPECT_EQ((*write(made))["token"], "lp_test_abcdefgh");
  EXPECT_FALSE(write(made.key)->contains("token"));
  EXPECT_EQ(write(made.key)->dump().find("abcdefgh"), std::string::npos);
}

TEST(RecordText, NamesNobody) {
  User user;
  user.id = UserId{"user_1"};
  user.email = "ada@example.com";
  user.name = "Ada";
  EXPECT_EQ(record_text(user).find("ada"), std::string::npos);
  EXPECT_EQ(record_text(user).find("Ada"), std::string::npos);
  EXPECT_NE(record_text(user).find("user_1"), std::string::npos);
}

}  // namespace
}  // namespace lendport::orgs
