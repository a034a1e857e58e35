// Every manifest and every recorded case of the tree, checked by the published schemas.
#include "json/schema.hpp"
#include "testing/case.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

namespace {

using lendport::json::Schema;
using lendport::testing::Json;
using lendport::testing::read_file;

const std::filesystem::path kSource = LENDPORT_SOURCE_DIR;

// The compiled schema of a file, "catalog.list-1.result".
const Schema& schema(const std::string& name) {
  static std::map<std::string, Schema> compiled;
  auto found = compiled.find(name);
  if (found != compiled.end()) return found->second;
  Json document = Json::parse(read_file(kSource / "plugin-api/schema" / (name + ".json")));
  return compiled.emplace(name, Schema::compile(document).value()).first->second;
}

void expect_valid(const std::string& name, const Json& value) {
  for (const auto& violation : schema(name).check(value)) {
    ADD_FAILURE() << name << " " << violation.pointer << ": " << violation.detail;
  }
}

// The folders of connectors: the examples' and the first-party ones.
std::vector<std::filesystem::path> connector_folders() {
  std::vector<std::filesystem::path> folders;
  for (const char* parent : {"plugin-api/examples", "plugins"}) {
    for (const auto& entry : std::filesystem::directory_iterator(kSource / parent)) {
      if (std::filesystem::exists(entry.path() / "manifest.json")) folders.push_back(entry.path());
    }
  }
  return folders;
}

// Every product is by the schema, but for those the case says the hub holds back.
void check_products(const std::set<std::string>& held_back, const Json& page) {
  for (const Json& product : page["products"]) {
    const std::string id = product.value("lender_product_id", "");
    if (held_back.contains(id)) {
      EXPECT_FALSE(schema("product-1").check(product).empty()) << id << " would not be held back";
    } else {
      expect_valid("product-1", product);
    }
  }
}

void check_case(const std::filesystem::path& folder) {
  SCOPED_TRACE(folder.string());
  Json request = Json::parse(read_file(folder / "request.json"));
  Json expected = Json::parse(read_file(folder / "expected.json"));
  std::string operation = request["operation"];
  operation.replace(operation.find('/'), 1, "-");
  expect_valid(operation + ".request", request["request"]);
  for (const Json& sent : expected["requests"]) expect_valid("http-1.request", sent);
  if (expected["outcome"] != "done") return expect_valid("error-1", expected["error"]);
  expect_valid(operation + ".result", expected["result"]);
  if (operation != "catalog.list-1") return;
  check_products(request.value("held_back", std::set<std::string>()), expected["result"]);
}

TEST(Conformance, EverySchemaCanBeCarriedOut) {
  for (const auto& entry : std::filesystem::directory_iterator(kSource / "plugin-api/schema")) {
    if (entry.path().extension() != ".json") continue;
    auto compiled = Schema::compile(Json::parse(read_file(entry.path())));
    EXPECT_TRUE(compiled.has_value()) << entry.path();
  }
}

// "https://api.example.com/v1" → "api.example.com:443"; "" for a connector that reaches nobody.
std::string host_and_port(const std::string& url) {
  std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return "";
  std::string host = url.substr(scheme + 3, url.find('/', scheme + 3) - scheme - 3);
  return host.find(':') == std::string::npos ? host + ":443" : host;
}

TEST(Conformance, EveryManifestIsByTheSchema) {
  ASSERT_FALSE(connector_folders().empty());
  for (const auto& folder : connector_folders()) {
    SCOPED_TRACE(folder.string());
    Json manifest = Json::parse(read_file(folder / "manifest.json"));
    expect_valid("manifest-1", manifest);
    auto egress = manifest["egress"].get<std::set<std::string>>();
    Json environments = manifest["environments"];
    for (const auto& [name, environment] : environments.items()) {
      std::string host = host_and_port(environment["base_url"]);
      EXPECT_TRUE(host.empty() || egress.contains(host)) << host << " is not in the egress list";
    }
  }
}

TEST(Conformance, EveryRecordedCaseIsByTheSchemas) {
  int checked = 0;
  for (const auto& folder : connector_folders()) {
    if (!std::filesystem::exists(folder / "tests/cases")) continue;
    for (const auto& found : lendport::testing::cases_in(folder / "tests/cases")) {
      check_case(found);
      ++checked;
    }
  }
  EXPECT_GT(checked, 10);
}

}  // namespace
