// Manifests that are sound, and everything that is wrong with those that are not.
#include "connectors/manifest.hpp"
#include "connectors/plugin_files.hpp"
#include "connectors/schemas.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lendport::connectors {
namespace {

std::string text_of(const char* path) {
  return bytes_of_file(std::filesystem::path(LENDPORT_SOURCE_DIR) / path);
}

std::string puppet() {
  return text_of("tests/connectors/bad/puppet/manifest.json");
}

// "pointer code" of the first problem of the puppet's manifest with `change` merged into it.
std::string wrong(const char* change) {
  auto document = json::parse(puppet());
  document.merge_patch(json::parse(change));
  try {
    read_manifest(json::dump(document));
    return "";
  } catch (const Error& error) {
    if (error.violations().empty()) return error.detail();
    return error.violations()[0].pointer + " " + error.violations()[0].code;
  }
}

TEST(ReadManifest, ReadsEveryFirstPartyManifest) {
  for (const char* path : {"plugin-api/examples/hello/manifest.json",
                           "plugins/mosaic/manifest.json", "plugins/configured/manifest.json"}) {
    const Manifest manifest = read_manifest(text_of(path));
    EXPECT_EQ(manifest.text, text_of(path));
    EXPECT_FALSE(manifest.capabilities.empty());
  }
}

TEST(ReadManifest, TakesWhatTheHubBranchesOn) {
  const Manifest mosaic = read_manifest(text_of("plugins/mosaic/manifest.json"));
  EXPECT_EQ(mosaic.kind, "lender");
  EXPECT_TRUE(mosaic.has("application.submit/1"));
  EXPECT_FALSE(mosaic.has("application.submit/2"));
  EXPECT_EQ(mosaic.reconcile, ReconcileMode::by_key);
  EXPECT_EQ(mosaic.reconcile_window_s, 60);
  EXPECT_TRUE(mosaic.rep_create);
  EXPECT_TRUE(mosaic.rep_generic_account);
  EXPECT_EQ(mosaic.poll_s, 30);
  EXPECT_EQ(mosaic.countries, std::vector<std::string>{"US"});
  const AuthProfile& oauth = mosaic.auth.at("oauth");
  EXPECT_EQ(oauth.type, AuthProfile::Type::oauth2_client_credentials);
  EXPECT_EQ(oauth.user.kind, ProfileValue::Kind::setting);
  EXPECT_EQ(oauth.secret.value, "client_secret");
  EXPECT_EQ(secret_fields(mosaic), (std::set<std::string>{"client_secret", "webhook_secret"}));
}

struct ManifestCase {
  const char* change;
  const char* wrong;
};

TEST(ReadManifest, NamesWhatCannotWork) {
  const ManifestCase cases[] = {
      {"{}", ""},
      {R"({"id":"Hello"})", "/id pattern"},
      {R"({"creditor":{"name":"A Bank","address":"1 Bank St"}})", ""},
      {R"({"creditor":{"name":"A Bank"}})", "/creditor/address required"},
      {R"({"abi":{"major":2}})", "/abi/major enum"},
      {R"({"capabilities":[]})", "/capabilities too_few"},
      {R"({"texts":{"en":null}})", "/texts/en required"},
      {R"({"egress":["puppet.example:0","live.puppet.example:443","puppet.example:443"]})",
       "/egress/0 invalid"},
      {R"({"egress":["puppet.example:443"]})", "/environments/production/base_url egress"},
      {R"({"environments":{"sandbox":{"base_url":"http://puppet.example"}}})",
       "/environments/sandbox/base_url invalid"},
      {R"({"environments":{"sandbox":{"base_url":"https://a@puppet.example"}}})",
       "/environments/sandbox/base_url invalid"},
      {R"({"auth":{"oauth":{"token_url":"https://tokens.example/"}}})",
       "/auth/oauth/token_url egress"},
      {R"({"auth":{"key":{"value":{"$secret":"nobody"}}}})", "/auth/key unknown"},
      {R"({"auth":{"key":{"value":{"$secret":"client_id"}}}})", "/auth/key secret"},
      {R"({"auth":{"basic":{"username":{"$setting":"api_key"}}}})", "/auth/basic secret"},
      {R"({"auth":{"x":{"type":"magic"}}})", "/auth/x form"},
      {R"({"settings":{"schema":{"required":["nobody"]}}})", "/settings/schema/required unknown"},
      {R"({"settings":{"schema":{"properties":{"api_key":{"default":"x"}}}}})",
       "/settings/schema/properties/api_key secret"},
      {R"({"settings":{"schema":{"properties":{"a":{"type":"string",
           "title":"A","pattern":"("}}}}})",
       "/settings/schema/properties/a/pattern schema"},
      {R"({"settings":{"schema":{"properties":{"a":{"type":"string",
           "title":"A","pattern":"a"}}}}})",
       "/settings/schema/properties/a schema"},
  };
  for (const ManifestCase& one : cases) EXPECT_EQ(wrong(one.change), one.wrong) << one.change;
}

TEST(Schemas, KnowEveryOperationAndWhatIsPersonal) {
  EXPECT_NE(find_schema(schema_name("application.submit/1", "result")), nullptr);
  EXPECT_NE(find_schema("product-1"), nullptr);
  EXPECT_EQ(find_schema("application.submit-2.result"), nullptr);
  EXPECT_TRUE(personal_members().contains("email"));
  EXPECT_TRUE(personal_members().contains("ssn"));
  EXPECT_FALSE(personal_members().contains("status"));
  EXPECT_THROW(check_by("nobody", json::parse("{}")), Error);
}

}  // namespace
}  // namespace lendport::connectors
