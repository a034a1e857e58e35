// Requests as handlers read them and the usual answers.
#include "http/message.hpp"

#include "core/error.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport::http {
namespace {

TEST(Request, TakesAnIdThatCannotExistForOneThatDoesNot) {
  Request request;
  request.path_parameters["application"] = "app_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f";
  EXPECT_EQ(request.id_in_path<ApplicationId>("application").value,
            "app_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f");
  for (const char* text : {"", "app_", "case_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f", "'; drop"}) {
    request.path_parameters["application"] = text;
    try {
      request.id_in_path<ApplicationId>("application");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::not_found);
    }
  }
}

TEST(Request, KnowsAMissingQueryParameterFromAnEmptyOne) {
  Request request;
  request.query["status"] = "";
  EXPECT_EQ(request.query_parameter("status"), "");
  EXPECT_EQ(request.query_parameter("other"), std::nullopt);
}

TEST(Answers, CarryStatusBodyAndLocation) {
  const json::Value body = {{"id", "app_1"}};
  EXPECT_EQ(ok(body).status, 200U);
  EXPECT_EQ(ok(body).body, R"({"id":"app_1"})");
  const Response made = created("/v1/x", body);
  EXPECT_EQ(made.status, 201U);
  EXPECT_EQ(made.headers.at(0).second, "/v1/x");
  EXPECT_EQ(accepted("/v1/x", body).status, 202U);
  EXPECT_EQ(no_content().status, 204U);
}

}  // namespace
}  // namespace lendport::http
