// The paths of mails and letters, as a client meets them.
#include "mail/routes.hpp"

#include "crypto/hash.hpp"
#include "mail/post.hpp"
#include "orgs/stage.hpp"

#include <set>

namespace lendport::mail {
namespace {

class MailRoutes : public testing::Test {
 protected:
  orgs::Answered asked(const Principal& caller, const std::string& row,
                       std::map<std::string, std::string> parameters = {},
                       const std::string& body = "", const std::string& if_match = "") {
    orgs::Call call;
    call.row = row;
    call.parameters = std::move(parameters);
    call.parameters["org"] = post_.desk.org.value;
    call.body = body;
    call.if_match = if_match;
    call.query = query_;
    return orgs::answer(routes_, caller, call);
  }
  // Members that are not as the schema of this name says.
  static std::string unlike(const std::string& name, const std::string& body) {
    std::string found;
    for (const http::Schema& schema : mail_schemas()) {
      if (schema.name != name) continue;
      const json::Value document = json::parse(schema.json);
      const json::Value given = json::parse(body);
      for (const auto& required : document.at("required")) {
        if (!given.contains(required.get<std::string>())) found += "missing " + required.dump();
      }
      for (const auto& [member, value] : given.items()) {
        if (!document.at("properties").contains(member)) found += "undocumented " + member;
      }
      return found;
    }
    return "no schema " + name;
  }
  const std::string kAll = "/v1/orgs/{org}/mails";
  const std::string kOne = kAll + "/{mail}";
  const std::string kLetter = "/v1/orgs/{org}/letters/{letter}/{language}";
  const std::map<std::string, std::string> decision_{{"letter", "decision"}, {"language", "en"}};
  Post post_{db::Engine::sqlite, nullptr};
  http::Cursors cursors_{
      [](std::string_view bytes) { return crypto::hex(crypto::hmac_sha256("key", bytes)); }};
  http::Routes routes_ = mail_routes(*post_.mails, cursors_);
  std::map<std::string, std::string> query_;
};

TEST_F(MailRoutes, ShowMailsWithTheRecipientMasked) {
  for (int i = 0; i < 3; ++i) {
    post_.desk.clock.advance(std::chrono::seconds{1});
    post_.put("person" + std::to_string(i));
  }
  query_ = {{"limit", "2"}};
  const auto page = asked(post_.desk.rep, "GET " + kAll).body();
  ASSERT_EQ(page.at("data").size(), 2U);
  EXPECT_EQ(page.at("has_more"), true);
  const json::Value& newest = page.at("data").at(0);
  EXPECT_EQ(newest.at("recipient"), "p***@example.com");
  EXPECT_EQ(newest.at("state"), "queued");
  EXPECT_NE(newest.at("answer").get<std::string>().find("mail is off"), std::string::npos);
  EXPECT_EQ(unlike("Mail", newest.dump()), "");
  EXPECT_EQ(page.dump().find("person2@"), std::string::npos);
  query_["cursor"] = page.at("next_cursor");
  EXPECT_EQ(asked(post_.desk.rep, "GET " + kAll).body().at("data").size(), 1U);

  query_ = {{"state", "sent"}};
  EXPECT_EQ(asked(post_.desk.rep, "GET " + kAll).body().at("data").size(), 0U);
  query_ = {{"state", "lost"}};
  EXPECT_EQ(asked(post_.desk.rep, "GET " + kAll).error, ErrorCode::invalid_input);
  query_ = {{"application", "app_none"}};
  EXPECT_EQ(asked(post_.desk.rep, "GET " + kAll).body().at("data").size(), 0U);
  query_ = {};
  const auto one = asked(post_.desk.rep, "GET " + kOne, {{"mail", newest.at("id")}});
  EXPECT_EQ(unlike("MailWithWords", one.response.body), "");
  EXPECT_EQ(one.body().at("recipient"), "p***@example.com");
  EXPECT_NE(one.body().at("text").get<std::string>().find("Ada"), std::string::npos);
}

TEST_F(MailRoutes, SendAgainWhatEndedBadly) {
  NewMail wanted = post_.to("x");
  wanted.to.address = "nobody";
  const std::string id = post_.put(wanted).value;
  const auto again = asked(post_.desk.rep, "POST " + kOne + ":resend", {{"mail", id}});
  EXPECT_EQ(again.response.status, 202U);
  EXPECT_EQ(again.body().at("state"), "queued");
  EXPECT_EQ(asked(post_.desk.rep, "POST " + kOne + ":resend", {{"mail", id}}).error,
            ErrorCode::conflict);
  for (const char* missing : {"mail_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f", "junk", ""}) {
    EXPECT_EQ(asked(post_.desk.rep, "GET " + kOne, {{"mail", missing}}).error,
              ErrorCode::not_found);
    EXPECT_EQ(asked(post_.desk.rep, "POST " + kOne + ":resend", {{"mail", missing}}).error,
              ErrorCode::not_found);
  }
}

TEST_F(MailRoutes, PublishLettersByVersion) {
  Principal admin = post_.desk.admin;
  admin.environment = Environment::production;
  const auto before = asked(admin, "GET " + kLetter, decision_);
  EXPECT_EQ(before.response.etag, "\"v0\"");
  EXPECT_EQ(unlike("Letter", before.response.body), "");
  const std::string own =
      R"({"subject":"{{lender}}","text":"Dear {{applicant}}","html":"<p>x</p>"})";
  EXPECT_EQ(asked(admin, "PUT " + kLetter, decision_, own).error, ErrorCode::precondition_required);
  EXPECT_EQ(asked(admin, "PUT " + kLetter, decision_, own, "\"v1\"").error,
            ErrorCode::precondition_failed);
  const auto published = asked(admin, "PUT " + kLetter, decision_, own, "\"v0\"");
  EXPECT_EQ(published.response.etag, "\"v1\"");
  EXPECT_EQ(published.body().at("built_in"), false);
  EXPECT_EQ(published.body().at("versions").size(), 1U);
  for (const char* method : {"PUT ", "DELETE "}) {
    EXPECT_EQ(asked(post_.desk.admin, method + kLetter, decision_, own, "\"v1\"").error,
              ErrorCode::forbidden)
        << method << "with a sandbox key";
  }
  const auto wrong = asked(admin, "PUT " + kLetter, decision_,
                           R"({"subject":"{{lendr}}","text":"t","html":"h"})", "\"v1\"");
  ASSERT_EQ(wrong.violations.size(), 1U);
  EXPECT_EQ(wrong.violations[0].pointer, "/subject");
  EXPECT_NE(wrong.violations[0].detail.find("{{lender}}"), std::string::npos);
  const auto back = asked(admin, "DELETE " + kLetter, decision_, "", "\"v1\"");
  EXPECT_EQ(back.body().at("built_in"), true);
  EXPECT_EQ(back.body().at("text"), before.body().at("text"));
  EXPECT_EQ(back.response.etag, "\"v2\"");
}

TEST_F(MailRoutes, PreviewLetters) {
  const auto shown = asked(post_.desk.rep, "POST " + kLetter + ":preview", decision_,
                           R"({"variant":"prequalified"})");
  EXPECT_EQ(unlike("LetterTexts", shown.response.body), "");
  EXPECT_EQ(shown.body().at("subject"), "You are prequalified with Example Bank");
  const auto tried = asked(post_.desk.rep, "POST " + kLetter + ":preview", decision_,
                           R"({"subject":"s","text":"{{applicant}}","html":"<b>{{lender}}</b>"})");
  EXPECT_EQ(tried.body().at("text"), "Ada Example");
  EXPECT_EQ(asked(post_.desk.rep, "POST " + kLetter + ":preview", decision_,
                  R"({"subject":"s","text":"{{{applicant}}}","html":"h"})")
                .error,
            ErrorCode::invalid_input);
  for (const auto& [letter, language] :
       {std::pair("decision", "es"), std::pair("farewell", "en"), std::pair("", "")}) {
    EXPECT_EQ(
        asked(post_.desk.rep, "GET " + kLetter, {{"letter", letter}, {"language", language}}).error,
        ErrorCode::not_found);
  }
}

TEST_F(MailRoutes, NameOnlySchemasThatAreThere) {
  std::set<std::string> names{""};
  for (const http::Schema& schema : mail_schemas()) {
    names.insert(schema.name);
    EXPECT_TRUE(json::parse(schema.json).is_object()) << schema.name;
  }
  for (const http::Route& route : routes_) {
    EXPECT_TRUE(names.contains(route.request_schema)) << route.path;
    EXPECT_TRUE(names.contains(route.response_schema)) << route.path;
  }
}

}  // namespace
}  // namespace lendport::mail
