// The paths of documents: statuses, headers and limits.
#include "files/routes.hpp"

#include "files/desk.hpp"

namespace lendport::files {
namespace {

class FileRoutes : public testing::Test {
 protected:
  http::Response sent(http::Method method, const std::string& path, http::Request request) {
    for (const http::Route& route : routes_) {
      if (route.method != method || route.path != kAll + path) continue;
      request.path_parameters["org"] = desk_.org.value;
      request.path_parameters["case"] = desk_.the_case.id.value;
      return support::run_task(route.handler(request));
    }
    throw Error(ErrorCode::internal, "no such route");
  }
  http::Response of_file(http::Method method, const std::string& path, const std::string& id,
                         const std::string& if_match = "") {
    http::Request request = desk_.request(desk_.rep);
    request.path_parameters["file"] = id;
    request.if_match = if_match;
    return sent(method, path, std::move(request));
  }
  static std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  const std::string kAll = "/v1/orgs/{org}/cases/{case}/files";
  FilesDesk desk_{db::Engine::sqlite};
  http::Routes routes_ = file_routes(desk_.files);
};

TEST_F(FileRoutes, PutShowDownloadAndDelete) {
  http::Request request = desk_.request(desk_.rep, kPdf);
  request.query["name"] = "pay stub.pdf";
  const auto made = sent(http::Method::post, "", std::move(request));
  EXPECT_EQ(made.status, 201U);
  const json::Value body = json::parse(made.body);
  const std::string id = body.at("id");
  EXPECT_EQ(body.at("name"), "pay stub.pdf");
  EXPECT_EQ(body.at("media_type"), "application/pdf");
  EXPECT_TRUE(header(made, "Location").ends_with("/files/" + id));
  EXPECT_EQ(of_file(http::Method::get, "/{file}", id).body, made.body);
  EXPECT_EQ(
      json::parse(sent(http::Method::get, "", desk_.request(desk_.rep)).body).at("data").at(0),
      body);

  const auto content = of_file(http::Method::get, "/{file}/content", id);
  EXPECT_EQ(content.body, kPdf);
  EXPECT_EQ(content.content_type, "application/pdf");
  EXPECT_EQ(header(content, "Cache-Control"), "no-store");
  EXPECT_TRUE(header(content, "Content-Disposition").starts_with("attachment; "));

  const auto remove = [&](const std::string& tag) {
    return of_file(http::Method::del, "/{file}", id, tag);
  };
  EXPECT_EQ(db::failure_of([&] { remove("\"v2\""); }), ErrorCode::precondition_failed);
  EXPECT_EQ(remove(made.etag).status, 204U);
  EXPECT_EQ(db::failure_of([&] { remove(made.etag); }), ErrorCode::not_found);
}

TEST_F(FileRoutes, TakeTenMebibytesAndAskForWhatTheyNeed) {
  EXPECT_EQ(http::body_bytes_max(routes_[1]), 10U * 1024 * 1024);
  EXPECT_EQ(routes_[3].permission, Permission::files_read);
  EXPECT_TRUE(routes_[4].if_match);
}

TEST_F(FileRoutes, AnIdThatCannotBeIsAMissingOne) {
  for (const char* id : {"", "file_1", "../x"}) {
    EXPECT_EQ(db::failure_of([&] { of_file(http::Method::get, "/{file}", id); }),
              ErrorCode::not_found);
  }
}

TEST_F(FileRoutes, EverySchemaTheyNameExists) {
  for (const http::Schema& schema : file_schemas()) {
    EXPECT_NO_THROW(json::parse(schema.json)) << schema.name;
  }
}

}  // namespace
}  // namespace lendport::files
