// The published schemas: one profile, one meaning per definition, and the SDK's types beside them.
#include "testing/case.hpp"

#include <gtest/gtest.h>
#include <lendport/sdk/models/application.hpp>
#include <lendport/sdk/models/catalog.hpp>
#include <lendport/sdk/models/connection.hpp>
#include <lendport/sdk/models/documents.hpp>
#include <lendport/sdk/models/webhook.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <set>

namespace {

using lendport::sdk::Json;
using Names = std::set<std::string>;

const std::filesystem::path kSchemas = LENDPORT_SOURCE_DIR "/plugin-api/schema";

Json schema(const std::string& name) {
  return Json::parse(lendport::testing::read_file(kSchemas / (name + ".json")));
}

std::map<std::string, Json> all_schemas() {
  std::map<std::string, Json> schemas;
  for (const auto& entry : std::filesystem::directory_iterator(kSchemas)) {
    std::string name = entry.path().stem();
    if (entry.path().extension() == ".json") schemas[name] = schema(name);
  }
  return schemas;
}

// Calls `visit` for every object of the document.
void walk(const Json& node, const std::function<void(const Json&)>& visit) {
  if (node.is_object()) visit(node);
  for (const Json& child : node) {
    if (child.is_structured()) walk(child, visit);
  }
}

TEST(Schemas, KeepTheProfile) {
  for (const auto& [name, document] : all_schemas()) {
    SCOPED_TRACE(name);
    EXPECT_EQ(document["$schema"], "https://json-schema.org/draft/2020-12/schema");
    const Json& root = document;
    walk(document, [&root](const Json& node) {
      EXPECT_FALSE(node.contains("$id"));
      if (node.contains("$ref") && node["$ref"].is_string()) {
        std::string ref = node["$ref"];
        ASSERT_TRUE(ref.starts_with("#/")) << ref;
        EXPECT_TRUE(root.contains(Json::json_pointer(ref.substr(1)))) << ref;
      }
      if (node.contains("pattern") && node["pattern"].is_string()) {
        EXPECT_LE(node.value("maxLength", 99999), 1024) << node.dump();
      }
    });
  }
}

TEST(Schemas, ADefinitionMeansTheSameInEveryFile) {
  std::map<std::string, Json> first;
  for (const auto& [name, document] : all_schemas()) {
    Json definitions = document.value("$defs", Json::object());
    for (const auto& [word, meaning] : definitions.items()) {
      auto [at, is_new] = first.try_emplace(word, meaning);
      EXPECT_EQ(at->second, meaning) << word << " in " << name;
    }
  }
}

TEST(Schemas, EveryFileIsInTheIndex) {
  std::string index = lendport::testing::read_file(kSchemas / "README.md");
  for (const auto& [name, document] : all_schemas()) {
    EXPECT_NE(index.find("(" + name + ".json)"), std::string::npos) << name;
  }
}

TEST(Schemas, SayWhatIsPersonalAndWhatIsSecret) {
  Json applicant = schema("application.submit-1.request")["$defs"]["applicant"]["properties"];
  for (const char* member : {"first_name", "last_name", "email", "phone", "ssn", "date_of_birth"}) {
    EXPECT_EQ(applicant[member]["x-pii"], true) << member;
  }
  EXPECT_EQ(applicant["ssn"]["x-secret"], true);
}

struct NamesOf {
  Names all;
  template <class T>
  void operator()(const char* key, const T&) {
    all.insert(key);
  }
  template <class T>
  void always(const char* key, const T&) {
    all.insert(key);
  }
};

template <class T>
Names members_of() {
  T value;
  NamesOf names;
  T::fields(value, names);
  return names.all;
}

Names properties_of(const Json& object) {
  Names names;
  Json properties = object.at("properties");
  for (const auto& [key, value] : properties.items()) names.insert(key);
  return names;
}

// The SDK's types and the schemas are written by hand, both: they may not drift apart.
TEST(Models, HaveTheMembersOfTheirSchemas) {
  namespace sdk = lendport::sdk;
  Json submit = schema("application.submit-1.request");
  Json submitted = schema("application.submit-1.result");
  Json status = schema("application.status-1.request");
  Json check = schema("connection.check-1.result");
  Json rep = schema("rep.ensure-1.request");
  Json product = schema("product-1");
  auto of = [](const Json& document, const char* member) { return document["properties"][member]; };
  auto defined = [](const Json& document, const char* word) { return document["$defs"][word]; };

  EXPECT_EQ(members_of<sdk::Money>(), properties_of(defined(submit, "money")));
  EXPECT_EQ(members_of<sdk::Address>(), properties_of(defined(submit, "address")));
  EXPECT_EQ(members_of<sdk::Applicant>(), properties_of(defined(submit, "applicant")));
  EXPECT_EQ(members_of<sdk::Submission>(), properties_of(submit));
  EXPECT_EQ(members_of<sdk::QuotedProduct>(), properties_of(of(submit, "product")));
  EXPECT_EQ(members_of<sdk::QuotedTerms>(), properties_of(of(submit, "quote")));
  EXPECT_EQ(members_of<sdk::Project>(), properties_of(of(submit, "project")));
  EXPECT_EQ(members_of<sdk::SubmittingRep>(), properties_of(of(submit, "rep")));
  EXPECT_EQ(members_of<sdk::Consent>(), properties_of(of(submit, "consent")));
  EXPECT_EQ(members_of<sdk::ApplicationState>(), properties_of(submitted));
  EXPECT_EQ(members_of<sdk::Decision>(), properties_of(defined(submitted, "decision")));
  EXPECT_EQ(members_of<sdk::Reason>(), properties_of(defined(submitted, "reason")));
  EXPECT_EQ(members_of<sdk::StatusQuestion>(), properties_of(status));
  EXPECT_EQ(members_of<sdk::ApplicationSearch>(), properties_of(of(status, "search")));
  EXPECT_EQ(members_of<sdk::StatusAnswer>(), properties_of(schema("application.status-1.result")));
  EXPECT_EQ(members_of<sdk::ConnectionQuestion>(),
            properties_of(schema("connection.check-1.request")));
  EXPECT_EQ(members_of<sdk::ConnectionAnswer>(), properties_of(check));
  EXPECT_EQ(members_of<sdk::SettingError>(), properties_of(defined(check, "field_error")));
  EXPECT_EQ(members_of<sdk::LenderAccount>(), properties_of(of(check, "account")));
  EXPECT_EQ(members_of<sdk::RepQuestion>(), properties_of(rep));
  EXPECT_EQ(members_of<sdk::Rep>(), properties_of(of(rep, "rep")));
  EXPECT_EQ(members_of<sdk::RepAnswer>(), properties_of(schema("rep.ensure-1.result")));
  EXPECT_EQ(members_of<sdk::CatalogQuestion>(), properties_of(schema("catalog.list-1.request")));
  EXPECT_EQ(members_of<sdk::CatalogPage>(), properties_of(schema("catalog.list-1.result")));
  EXPECT_EQ(members_of<sdk::LenderProduct>(), properties_of(product));
  EXPECT_EQ(members_of<sdk::DealerFee>(), properties_of(of(product, "dealer_fee")));
  EXPECT_EQ(members_of<sdk::Promo>(), properties_of(of(product, "promo")));
  EXPECT_EQ(members_of<sdk::ItcPaydown>(), properties_of(of(product, "itc_paydown")));
}

TEST(Models, OfWebhooksAndDocumentsHaveTheMembersOfTheirSchemas) {
  namespace sdk = lendport::sdk;
  Json parsed = schema("webhook.parse-1.result");
  EXPECT_EQ(members_of<sdk::WebhookHead>(), properties_of(schema("webhook.verify-1.request")));
  EXPECT_EQ(members_of<sdk::WebhookHead>(), properties_of(schema("webhook.parse-1.request")));
  EXPECT_EQ(members_of<sdk::WebhookVerdict>(), properties_of(schema("webhook.verify-1.result")));
  EXPECT_EQ(members_of<sdk::WebhookReading>(), properties_of(parsed));
  EXPECT_EQ(members_of<sdk::WebhookEvent>(),
            properties_of(parsed["properties"]["events"]["items"]));
  EXPECT_EQ(members_of<sdk::DocumentsRequest>(), properties_of(schema("documents.send-1.request")));
  EXPECT_EQ(members_of<sdk::DocumentsReceipt>(), properties_of(schema("documents.send-1.result")));
  EXPECT_EQ(members_of<sdk::DocumentsQuestion>(),
            properties_of(schema("documents.status-1.request")));
  EXPECT_EQ(members_of<sdk::DocumentsAnswer>(), properties_of(schema("documents.status-1.result")));
  const Json upload = schema("documents.upload-1.request");
  EXPECT_EQ(members_of<sdk::UploadRequest>(), properties_of(upload));
  EXPECT_EQ(members_of<sdk::StipulationName>(), properties_of(upload["properties"]["stipulation"]));
  EXPECT_EQ(members_of<sdk::UploadDocument>(),
            properties_of(upload["properties"]["documents"]["items"]));
  EXPECT_EQ(members_of<sdk::UploadReceipt>(), properties_of(schema("documents.upload-1.result")));
  EXPECT_EQ(members_of<sdk::UploadQuestion>(),
            properties_of(schema("documents.uploaded-1.request")));
  EXPECT_EQ(members_of<sdk::UploadAnswer>(), properties_of(schema("documents.uploaded-1.result")));
}

template <class Enum>
Names words_of() {
  constexpr auto kWords = enum_names(Enum{});
  return {kWords.begin(), kWords.end()};
}

TEST(Models, HaveTheWordsOfTheirSchemas) {
  namespace sdk = lendport::sdk;
  Json status = schema("application.submit-1.result")["properties"]["status"]["x-values"];
  Json check = schema("connection.check-1.result")["properties"]["status"]["x-values"];
  Json match = schema("rep.ensure-1.result")["properties"]["match"]["x-values"];
  EXPECT_EQ(words_of<sdk::ApplicationStatus>(), status.get<Names>());
  EXPECT_EQ(words_of<sdk::CheckStatus>(), check.get<Names>());
  EXPECT_EQ(words_of<sdk::RepMatch>(), match.get<Names>());
  Json sent = schema("documents.send-1.result")["properties"]["status"]["x-values"];
  Json standing = schema("documents.status-1.result")["properties"]["status"]["x-values"];
  Json event = schema(
      "webhook.parse-1.result")["properties"]["events"]["items"]["properties"]["type"]["x-values"];
  EXPECT_EQ(words_of<sdk::DocumentsSending>(), sent.get<Names>());
  EXPECT_EQ(words_of<sdk::DocumentsStanding>(), standing.get<Names>());
  Json upload = schema("documents.upload-1.result")["properties"]["status"]["x-values"];
  Json uploaded = schema("documents.uploaded-1.result")["properties"]["status"]["x-values"];
  Json stipulation =
      schema("application.status-1.result")["$defs"]["decision"]["properties"]["stipulations"]
                                           ["items"]["properties"]["status"]["x-values"];
  EXPECT_EQ(words_of<sdk::UploadStatus>(), upload.get<Names>());
  EXPECT_EQ(words_of<sdk::UploadStanding>(), uploaded.get<Names>());
  EXPECT_EQ(words_of<sdk::StipulationStatus>(), stipulation.get<Names>());
  EXPECT_EQ(words_of<sdk::WebhookEventType>(), event.get<Names>());
}

TEST(Models, AWebhooksHeadIsReadAsItCame) {
  lendport::sdk::WebhookHead head;
  head.headers = {{"X-Sig", "first"}, {"x-sig", "second"}, {"Other", ""}};
  EXPECT_EQ(head.header("x-SIG"), "first");
  EXPECT_EQ(head.header("X-Si"), "");
  struct Row {
    const char* text;
    std::optional<std::int64_t> seconds;
  };
  for (const Row& row :
       {Row{"1970-01-01T00:00:01.999Z", 1}, Row{"2026-03-01T11:00:02Z", 1772362802},
        Row{"2026-02-30T11:00:02Z", std::nullopt}, Row{"soon", std::nullopt}}) {
    head.received_at = row.text;
    EXPECT_EQ(head.received_unix_s(), row.seconds) << row.text;
  }
}

TEST(Models, ReadWhatTheyWriteAndPassOverWhatTheyDoNotKnow) {
  namespace sdk = lendport::sdk;
  Json json = {{"lender_application_id", "L-1"},
               {"status", "a word of later"},
               {"lender_status", "ODD"},
               {"decision", {{"amount", {{"amount", "1.00"}, {"currency", "USD"}}}}},
               {"later", {1, 2}}};
  auto state = sdk::read<sdk::ApplicationState>(json);
  EXPECT_EQ(state.status, sdk::ApplicationStatus::unknown);
  json["status"] = "unknown";
  json.erase("later");
  EXPECT_EQ(sdk::write(state), json);
  EXPECT_THROW(sdk::read<sdk::ApplicationState>(Json::object()), sdk::Failure);
  EXPECT_EQ(sdk::write(sdk::CatalogPage{}).dump(), R"({"products":[]})");
}

}  // namespace
