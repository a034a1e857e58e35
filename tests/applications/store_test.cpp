// Applications in both databases: whole, bound to their org, changed by one at a time.
#include "applications/store.hpp"

#include "db/migrated.hpp"

namespace lendport::applications_store {
namespace {

using State = ApplicationState;

const Currency kUsd = Currency::parse("USD").value();

Application sample(const std::string& id, Time created_at = db::kTestNow) {
  Application one;
  one.id = ApplicationId{id};
  one.org = OrgId{"org_1"};
  one.case_id = CaseId{"case_1"};
  one.case_generation = 2;
  one.borrower = PersonId{"person_1"};
  one.quote = QuoteId{"quote_1"};
  one.product = ProductId{"prod_1"};
  one.product_version = 3;
  one.connection = ConnectionId{"conn_1"};
  one.plugin_id = "com.example.fake";
  one.lender = "Fake Lender";
  one.environment = Environment::production;
  one.lender_key = "lk_" + id;
  one.owner = UserId{"user_1"};
  one.financed_amount = {2'100'000, kUsd};
  one.amount_sent_to_lender = {2'000'000, kUsd};
  one.term_months = 240;
  one.apr = parse_rate("6.99").value();
  one.consent = {"v3", "en", db::kTestNow};
  one.created_at = one.updated_at = created_at;
  return one;
}

class ApplicationsStore : public testing::TestWithParam<db::Engine> {
 protected:
  void put(const Application& application) {
    store_.write([&](db::Transaction& tx) { insert(tx, application, Blob{"sealed"}); });
  }
  Application changed(Application application) {
    store_.write([&](db::Transaction& tx) { update(tx, application); });
    return got(application.id.value).value();
  }
  std::optional<Application> got(const std::string& id, const std::string& org = "org_1") {
    return store_.read([&](db::Snapshot& at) { return find(at, OrgId{org}, ApplicationId{id}); });
  }
  std::string listed(const Filter& filter) {
    return store_.read([&](db::Snapshot& at) {
      std::string ids;
      for (const Application& one : list(at, OrgId{"org_1"}, filter)) ids += one.id.value;
      return ids;
    });
  }
  int checks(ChecksOf of) {
    return store_.read([&](db::Snapshot& at) { return checks_since(at, of); });
  }
  db::MigratedStore store_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Stores, ApplicationsStore, db::kEngines, db::engine_name);

TEST_P(ApplicationsStore, KeepsAllThatMakesAnApplication) {
  const Application made = sample("a");
  put(made);
  const Application read = got("a").value();
  EXPECT_EQ(read.org, made.org);
  EXPECT_EQ(read.case_id, made.case_id);
  EXPECT_EQ(read.case_generation, 2);
  EXPECT_EQ(read.borrower, made.borrower);
  EXPECT_EQ(read.quote, made.quote);
  EXPECT_EQ(read.product, made.product);
  EXPECT_EQ(read.product_version, 3);
  EXPECT_EQ(read.connection, made.connection);
  EXPECT_EQ(read.plugin_id, made.plugin_id);
  EXPECT_EQ(read.lender, made.lender);
  EXPECT_EQ(read.environment, Environment::production);
  EXPECT_EQ(read.state, State::draft);
  EXPECT_EQ(read.version, 1);
  EXPECT_EQ(read.lender_key, made.lender_key);
  EXPECT_EQ(read.owner, made.owner);
  EXPECT_EQ(read.financed_amount, made.financed_amount);
  EXPECT_EQ(read.amount_sent_to_lender, made.amount_sent_to_lender);
  EXPECT_EQ(read.term_months, 240);
  EXPECT_EQ(read.apr, made.apr);
  EXPECT_EQ(read.consent.text_version, "v3");
  EXPECT_EQ(read.consent.at, made.consent.at);
  EXPECT_EQ(read.created_at, made.created_at);
  EXPECT_FALSE(read.confirmed_at || read.sent_at || read.decided_at || read.routing_since);
  EXPECT_FALSE(read.decision || read.failure);
  EXPECT_EQ(store_
                .read([&](db::Snapshot& at) {
                  return sealed_request(at, OrgId{"org_1"}, ApplicationId{"a"});
                })
                ->bytes,
            "sealed");
}

TEST_P(ApplicationsStore, KeepsAllThatChanges) {
  put(sample("a"));
  Application one = got("a").value();
  one.state = State::approved;
  one.rep = {"R-7", true};
  one.lender_application_id = "L-1";
  one.lender_status = "APPROVED";
  one.portal_url = "https://lender.example";
  one.decision.emplace();
  one.decision->creditor = "Bank";
  one.failure = TechnicalFailure::as_it_came("code", "message");
  one.attention = "look";
  one.attempts = 4;
  one.settled_attempts = 3;
  one.resends = 2;
  one.was_taken = true;
  const Time at = db::kTestNow + std::chrono::hours{1};
  one.routing_since = one.confirmed_at = one.sent_at = one.decided_at = one.updated_at = at;
  const Application read = changed(one);
  EXPECT_EQ(read.version, 2);
  EXPECT_EQ(read.state, State::approved);
  EXPECT_EQ(read.rep.lender_rep_id, "R-7");
  EXPECT_TRUE(read.rep.generic);
  EXPECT_EQ(read.lender_application_id, "L-1");
  EXPECT_EQ(read.lender_status, "APPROVED");
  EXPECT_EQ(read.portal_url, one.portal_url);
  EXPECT_EQ(read.decision, one.decision);
  EXPECT_EQ(read.failure->message, "message");
  EXPECT_EQ(read.attention, "look");
  EXPECT_EQ(read.attempts, 4);
  EXPECT_EQ(read.settled_attempts, 3);
  EXPECT_EQ(read.resends, 2);
  EXPECT_TRUE(read.was_taken);
  for (const auto& time : {read.routing_since, read.confirmed_at, read.sent_at, read.decided_at}) {
    EXPECT_EQ(time, at);
  }
  EXPECT_EQ(read.updated_at, at);
  EXPECT_EQ(read.created_at, db::kTestNow);
}

TEST_P(ApplicationsStore, KeepsWhoAsked) {
  put(sample("a"));
  Application one = got("a").value();
  EXPECT_EQ(one.asked_by, AskedBy{});
  one.asked_by = {"req-7", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
  store_.write([&](db::Transaction& tx) { update(tx, one); });
  one = got("a").value();
  EXPECT_EQ(one.asked_by,
            (AskedBy{"req-7", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}));
  one.asked_by.traceparent.clear();
  store_.write([&](db::Transaction& tx) { update(tx, one); });
  EXPECT_EQ(got("a")->asked_by, (AskedBy{"req-7", ""}));
}

TEST_P(ApplicationsStore, KeepsASilenceWithoutANewVersion) {
  put(sample("a"));
  Application one = got("a").value();
  one.silent_since = db::kTestNow;
  store_.write([&](db::Transaction& tx) { keep_silence(tx, one); });
  EXPECT_EQ(got("a")->silent_since, db::kTestNow);
  EXPECT_EQ(got("a")->version, 1);
  one.silent_since.reset();
  one.org = OrgId{"org_2"};
  store_.write([&](db::Transaction& tx) { keep_silence(tx, one); });
  EXPECT_TRUE(got("a")->silent_since);
}

TEST_P(ApplicationsStore, RefusesAChangeOfAnOldVersion) {
  put(sample("a"));
  Application first = got("a").value();
  Application second = first;
  first.attention = "first";
  changed(first);
  second.attention = "second";
  EXPECT_EQ(db::failure_of([&] { changed(second); }), ErrorCode::precondition_failed);
  EXPECT_EQ(got("a")->attention, "first");
  Application foreign = got("a").value();
  foreign.org = OrgId{"org_2"};
  EXPECT_EQ(db::failure_of([&] { changed(foreign); }), ErrorCode::precondition_failed);
}

TEST_P(ApplicationsStore, BindsEveryStatementToTheOrg) {
  put(sample("a"));
  EXPECT_FALSE(got("a", "org_2"));
  EXPECT_FALSE(store_.read(
      [&](db::Snapshot& at) { return sealed_request(at, OrgId{"org_2"}, ApplicationId{"a"}); }));
  Filter everything;
  everything.environment = Environment::production;
  EXPECT_TRUE(
      store_.read([&](db::Snapshot& at) { return list(at, OrgId{"org_2"}, everything); }).empty());
  EXPECT_EQ(checks({OrgId{"org_2"}, CaseId{"case_1"}, Environment::production, {}, {}}), 0);
}

TEST_P(ApplicationsStore, RefusesAKeyThatIsTaken) {
  put(sample("a"));
  Application other = sample("b");
  other.lender_key = "lk_a";
  EXPECT_EQ(db::failure_of([&] { put(other); }), ErrorCode::conflict);
}

TEST_P(ApplicationsStore, PagesWithoutGapsAmongEqualTimes) {
  for (const char* id : {"a", "b", "c", "d"}) put(sample(id));
  put(sample("e", db::kTestNow + std::chrono::seconds{1}));
  Filter filter;
  filter.environment = Environment::production;
  filter.limit = 2;
  EXPECT_EQ(listed(filter), "ed");
  filter.after = std::pair(db::kTestNow, std::string("d"));
  EXPECT_EQ(listed(filter), "cb");
  filter.after = std::pair(db::kTestNow, std::string("b"));
  EXPECT_EQ(listed(filter), "a");
  filter.environment = Environment::sandbox;
  EXPECT_EQ(listed(filter), "");
}

TEST_P(ApplicationsStore, CountsTheChecksALenderHasMayHaveOrIsAboutToGet) {
  const Time before = db::kTestNow - std::chrono::hours{1};
  const auto with = [&](const char* id, State state, std::optional<Time> confirmed,
                        std::optional<Time> sent, const std::string& plugin = "com.example.fake") {
    Application one = sample(id);
    one.plugin_id = plugin;
    put(one);
    one.state = state;
    one.confirmed_at = confirmed;
    one.sent_at = sent;
    changed(one);
  };
  const Time now = db::kTestNow;
  with("draft", State::draft, {}, {});
  with("confirmed", State::confirmed, now, {});
  with("submitting", State::submitting, now, {});
  with("unknown", State::unknown, now, now);
  with("failed", State::failed, now, {});
  with("approved", State::approved, now, now, "com.example.other");
  with("old", State::approved, before, before);
  with("cancelled by the lender", State::cancelled, now, now);
  ChecksOf of{OrgId{"org_1"}, CaseId{"case_1"}, Environment::production, now, {}};
  EXPECT_EQ(checks(of), 5);
  of.plugin_id = "com.example.fake";
  EXPECT_EQ(checks(of), 4);
  of.since = before;
  EXPECT_EQ(checks(of), 5);
  of.environment = Environment::sandbox;
  EXPECT_EQ(checks(of), 0) << "a check in the sandbox is none";
  of.environment = Environment::production;
  of.case_id = CaseId{"case_2"};
  EXPECT_EQ(checks(of), 0);
}

TEST_P(ApplicationsStore, CountsTheChecksOfAPersonInEveryCaseOfTheOrg) {
  const auto with = [&](const std::string& id, const std::string& of_case, const std::string& mark,
                        std::string_view purpose = kBorrowerMark, const char* org = "org_1") {
    Application one = sample(id);
    one.org = OrgId{org};
    one.case_id = CaseId{of_case};
    put(one);
    one.state = State::approved;
    one.sent_at = db::kTestNow;
    store_.write([&](db::Transaction& tx) {
      update(tx, one);
      if (mark.empty()) return;
      tx.execute(
          "INSERT INTO marks (org, purpose, row_id, owner, mark) VALUES ($1, $2, $3, $4, $5)",
          {one.org, purpose, one.id, one.borrower, Blob{mark}});
    });
  };
  with("here", "case_1", "ada");
  with("there", "case_2", "ada");
  with("unmarked here", "case_1", "");
  with("unmarked there", "case_2", "");
  with("somebody else's", "case_3", "bob");
  with("for another purpose", "case_4", "ada", "other");
  with("in another org", "case_1", "ada", kBorrowerMark, "org_2");
  ChecksOf of{OrgId{"org_1"}, CaseId{"case_1"}, Environment::production, db::kTestNow, {}};
  EXPECT_EQ(checks(of), 2);
  of.mark = Blob{"ada"};
  EXPECT_EQ(checks(of), 3);
  of.plugin_id = "com.example.fake";
  EXPECT_EQ(checks(of), 3);
  of.plugin_id = "com.example.other";
  EXPECT_EQ(checks(of), 0);
  of.plugin_id.reset();
  of.case_id = CaseId{"case_5"};
  EXPECT_EQ(checks(of), 2);
  of.environment = Environment::sandbox;
  EXPECT_EQ(checks(of), 0);
  of.environment = Environment::production;
  of.since = db::kTestNow + std::chrono::hours{1};
  EXPECT_EQ(checks(of), 0);
}

TEST_P(ApplicationsStore, KnowsWhoseAnApplicationOfTheLendersIs) {
  Application first = sample("a");
  put(first);
  first.lender_application_id = "L-1";
  changed(first);
  const Application second = sample("b");
  put(second);
  store_.read([&](db::Snapshot& at) {
    EXPECT_TRUE(is_another_ones(at, second, "L-1"));
    EXPECT_FALSE(is_another_ones(at, second, "L-2"));
    EXPECT_FALSE(is_another_ones(at, first, "L-1"));
    Application sandbox = second;
    sandbox.environment = Environment::sandbox;
    EXPECT_FALSE(is_another_ones(at, sandbox, "L-1"));
  });
}

}  // namespace
}  // namespace lendport::applications_store
