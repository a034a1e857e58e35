// Errors on the wire: their form, their languages, and what they do not tell.
#include "http/problem.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>

namespace lendport::http {
namespace {

using testing::HasSubstr;

TEST(Problem, NamesEveryWrongField) {
  std::vector<Violation> violations = {{"/amount", "required", "is required: give a string"},
                                       {"/x\"y", "odd", "is \"odd\""}};
  const Response response = problem(Error(std::move(violations)), Language::en, "r1");
  EXPECT_EQ(response.status, 422U);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(
      response.body,
      R"({"type":"/problems/invalid-input","title":"Invalid input","status":422,)"
      R"("code":"invalid_input","detail":"the request is not valid","request_id":"r1",)"
      R"("errors":[{"pointer":"/amount","code":"required","detail":"is required: give a string"},)"
      R"({"pointer":"/x\"y","code":"odd","detail":"is \"odd\""}]})");
}

TEST(Problem, SpeaksFrench) {
  std::vector<Violation> violations = {{"/amount", "required", "is required: give a string"}};
  const auto body = json::parse(problem(Error(std::move(violations)), Language::fr, "r1").body);
  EXPECT_EQ(body.at("title"), "Saisie invalide");
  EXPECT_EQ(body.at("code"), "invalid_input");
  EXPECT_EQ(body.at("errors").at(0).at("detail"), "est obligatoire");
}

TEST(Problem, SaysInFrenchWhatCameInFrench) {
  const auto body = [](const Error& error) {
    return json::parse(problem(error, Language::fr, "r1").body);
  };
  const Error conflict(ErrorCode::conflict, Sentence{"it is taken", "c'est déjà pris"});
  EXPECT_EQ(body(conflict).at("detail"), "c'est déjà pris");
  EXPECT_EQ(body(Error(ErrorCode::conflict, "it is taken")).at("detail"), "it is taken");
  std::vector<Violation> violations = {{"/name", "required", "name it", "donnez-en le nom"}};
  const auto invalid = body(Error(std::move(violations)));
  EXPECT_EQ(invalid.at("detail"), "la requête n'est pas valable");
  EXPECT_EQ(invalid.at("errors").at(0).at("detail"), "donnez-en le nom");
  const auto english = json::parse(problem(conflict, Language::en, "r1").body).at("detail");
  EXPECT_EQ(english, "it is taken");
}

TEST(Problem, TellsNothingOfTheInside) {
  for (const auto& [code, status] :
       {std::pair(ErrorCode::internal, 500U), std::pair(ErrorCode::database_unavailable, 503U)}) {
    const Response response = problem(Error(code, "secret detail"), Language::en, "r1");
    EXPECT_EQ(response.status, status);
    EXPECT_THAT(response.body, testing::Not(HasSubstr("secret")));
  }
}

TEST(Problem, RendersEveryNotFoundAlike) {
  const Error missing(ErrorCode::not_found, "no such case");
  const Error foreign(ErrorCode::not_found, "the case is another org's");
  EXPECT_EQ(problem(missing, Language::en, "r1").body, problem(foreign, Language::en, "r1").body);
}

TEST(Problem, AsksForAKey) {
  const Response response = problem(Error(ErrorCode::unauthenticated, "x"), Language::en, "r1");
  EXPECT_EQ(response.headers.at(0).first, "WWW-Authenticate");
}

TEST(Problem, KeepsTheStatusOfARefusal) {
  const Response response = problem(Refusal{431, "too many header fields"}, "r1");
  EXPECT_EQ(response.status, 431U);
  EXPECT_EQ(json::parse(response.body).at("code"), "malformed_request");
}

TEST(ProblemTypes, AllHaveTheirOwnWordsAndAPage) {
  std::set<std::string_view> titles;
  for (const ErrorCode code : problem_codes()) {
    const ProblemType& type = problem_type(code);
    EXPECT_EQ(type.code, code);
    EXPECT_GE(type.status, 400U);
    titles.insert(type.title_en);
    const auto body = json::parse(problem(Error(code, "d"), Language::fr, "r").body);
    const std::string slug = body.at("type").get<std::string>().substr(10);
    for (const Language language : {Language::en, Language::fr}) {
      const auto page = problem_page(slug, language);
      ASSERT_TRUE(page) << slug;
      EXPECT_THAT(page->body,
                  HasSubstr(std::string("<html lang=\"") + std::string(to_string(language))));
      EXPECT_THAT(page->body, HasSubstr(std::string(to_string(code))));
    }
  }
  EXPECT_EQ(titles.size(), problem_codes().size());
  EXPECT_FALSE(problem_page("nothing", Language::en));
}

}  // namespace
}  // namespace lendport::http
