// What the rows keep: every text byte for byte, sealed; numbers; pages.
#include "cases/store.hpp"

#include "cases/desk.hpp"
#include "cases/rules.hpp"

#include <nlohmann/json.hpp>

#include <fstream>

namespace lendport::cases {
namespace {

class CaseRows : public testing::TestWithParam<db::Engine> {
 protected:
  Desk desk_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Engines, CaseRows, db::kEngines, db::engine_name);

TEST_P(CaseRows, KeepEveryField) {
  const std::string full = case_body(R"(,"kind":"client","number":"A/1 ünïcode")");
  json::Value body = json::parse(full);
  body["project"]["adders"] = {{{"label", "Battery"}, {"amount", body["project"]["system_cost"]}}};
  body["project"]["discounts"] = body["project"]["adders"];
  body["project"]["incentives"] = body["project"]["adders"];
  body["project"]["down_payment"] = body["project"]["system_cost"];
  body["project"]["production_kwh"] = 12'000;
  body["applicants"].push_back({{"first_name", "Sam"}, {"last_name", "Roe"}});
  const Case made = desk_.opened(desk_.rep, json::dump(body));
  const Case kept = desk_.got(desk_.rep, made.id);
  EXPECT_EQ(changed_fields(made, kept), std::vector<std::string>{});
  EXPECT_EQ(json::dump(*write(made)), json::dump(*write(kept)));
  EXPECT_EQ(kept.applicants[0].ssn.expose(), "123456789");
  EXPECT_EQ(kept.applicants[0].income->amount.expose(), usd("84000"));
  EXPECT_EQ(kept.applicants[1].first_name, "Sam");
}

TEST_P(CaseRows, HoldNoPersonalTextInClear) {
  desk_.opened(desk_.rep);
  desk_.store.read([](db::Snapshot& at) {
    std::string everything;
    for (const db::Row& row : at.query("SELECT sealed FROM case_people")) {
      everything += row.blob("sealed").bytes;
    }
    for (const db::Row& row : at.query("SELECT project_sealed FROM cases")) {
      everything += row.blob("project_sealed").bytes;
    }
    for (const char* table : {"events", "audit"}) {
      const bool audit = table == std::string("audit");
      for (const db::Row& row : at.query(std::string("SELECT ") + (audit ? "after" : "payload") +
                                         " AS text FROM " + table)) {
        everything += row.optional_text("text").value_or("");
      }
    }
    // Long enough not to come about by chance in what is sealed or in an id.
    for (const char* secret : {"Quinn", "123456789", "123-45-6789", "1980-02-29", "84000.00",
                               "8400000", "1 Sun St", "ada@"}) {
      EXPECT_EQ(everything.find(secret), std::string::npos) << secret;
    }
  });
}

TEST_P(CaseRows, KeepNaughtyNamesByteForByte) {
  std::ifstream file(std::string(LENDPORT_SOURCE_DIR) + "/tests/data/strings/blns.json");
  ASSERT_TRUE(file.good());
  int kept = 0;
  int refused = 0;
  for (const auto& naughty : nlohmann::json::parse(file)) {
    const auto name = naughty.get<std::string>();
    json::Value body = json::parse(case_body());
    body["applicants"][0]["first_name"] = name;
    body["agreement"]["name"] = name;
    std::optional<Case> made;
    const auto failure = db::failure_of([&] { made = desk_.opened(desk_.rep, json::dump(body)); });
    if (failure) {
      EXPECT_EQ(failure, ErrorCode::invalid_input) << name;
      ++refused;
      continue;
    }
    const Case found = desk_.got(desk_.rep, made->id);
    EXPECT_EQ(found.applicants[0].first_name, name);
    EXPECT_EQ(found.agreement->name, name);
    ++kept;
  }
  EXPECT_GT(kept, 450);
  EXPECT_LT(refused, 40);  // empty, control characters, over 128 bytes
}

TEST_P(CaseRows, GiveTheNextFreeNumber) {
  EXPECT_EQ(desk_.opened(desk_.rep).number, "C-000001");
  desk_.opened(desk_.rep, case_body(R"(,"number":"C-000002")"));
  EXPECT_EQ(desk_.opened(desk_.rep).number, "C-000003");
  const Case elsewhere = support::run_task(
      desk_.cases.create(desk_.rep, desk_.other_org, read_change(case_body()), soon()));
  EXPECT_EQ(elsewhere.number, "C-000001");
}

TEST_P(CaseRows, RefuseATakenNumberOnInsertAndUpdate) {
  desk_.opened(desk_.rep, case_body(R"(,"number":"A-1")"));
  const Case second = desk_.opened(desk_.rep, case_body(R"(,"number":"A-2")"));
  EXPECT_EQ(db::failure_of([&] { desk_.opened(desk_.rep, case_body(R"(,"number":"A-1")")); }),
            ErrorCode::conflict);
  EXPECT_EQ(db::failure_of([&] { desk_.changed(desk_.rep, second, R"({"number":"A-1"})"); }),
            ErrorCode::conflict);
  EXPECT_EQ(desk_.changed(desk_.rep, second, R"({"number":"A-2"})").version, 2);
}

TEST_P(CaseRows, ComeInPagesOldestFirst) {
  std::vector<CaseId> made;
  for (int i = 0; i < 5; ++i) made.push_back(desk_.opened(desk_.rep).id);
  std::vector<CaseId> seen;
  std::optional<CaseId> after;
  for (int pages = 0; pages < 4; ++pages) {
    const auto page = desk_.store.read([&](db::Snapshot& at) {
      return list(at, desk_.sealing, {desk_.org, std::nullopt}, {}, after, 2);
    });
    for (const Case& subject : page) seen.push_back(subject.id);
    if (!page.empty()) after = page.back().id;
  }
  EXPECT_EQ(seen, made);
}

TEST_P(CaseRows, DropThePersonAndTheKeyTogether) {
  json::Value body = json::parse(case_body());
  body["applicants"].push_back({{"first_name", "Sam"}, {"last_name", "Roe"}});
  const Case made = desk_.opened(desk_.rep, json::dump(body));
  const std::string keys = "SELECT count(*) AS n FROM keys WHERE wrapped IS NOT NULL";
  const std::int64_t before = desk_.count(keys);
  const Case alone = desk_.changed(desk_.rep, made,
                                   R"({"applicants":[{"first_name":"Ada","last_name":"Quinn"}]})");
  EXPECT_EQ(desk_.count(keys), before - 1);
  EXPECT_EQ(alone.applicants[0].id, made.applicants[0].id);
  desk_.removed(desk_.rep, alone);
  EXPECT_EQ(desk_.count(keys), before - 2);
  EXPECT_EQ(desk_.count("SELECT count(*) AS n FROM case_people"), 0);
}

TEST_P(CaseRows, StayReadableWhenAPersonWasErased) {
  const Case made = desk_.opened(desk_.rep);
  desk_.store.write([&](db::Transaction& tx) {
    desk_.sealing.destroy(tx, desk_.org, made.applicants[0].id.value, desk_.clock.now());
  });
  const Case erased = desk_.got(desk_.rep, made.id);
  EXPECT_EQ(erased.applicants[0].first_name, "");
  EXPECT_EQ(erased.project_address, Address{});
  EXPECT_EQ(erased.number, made.number);
}

}  // namespace
}  // namespace lendport::cases
