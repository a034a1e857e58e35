// A repeated request is answered once more, never done once more.
#include "db/idempotency.hpp"

#include "crypto/random.hpp"
#include "db/migrated.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace lendport::db {
namespace {

const IdempotencyKey kKey = {OrgId{"org_1"}, "POST /v1/things", "k1"};
const Answer kAnswer = {201, "Location: /v1/things/1", Blob{std::string("\0{}", 3)}};

class Idempotency : public testing::TestWithParam<Engine> {
 protected:
  void keep(const IdempotencyKey& key, Time at = kTestNow) {
    store_.write([&](Transaction& tx) { remember(tx, sealing_, key, "print", kAnswer, {}, at); });
  }
  std::optional<Answer> found(const IdempotencyKey& key, std::string_view fingerprint = "print") {
    return store_.read([&](Snapshot& at) { return find_answer(at, sealing_, key, fingerprint); });
  }
  std::string stored_body() {
    return store_.read([](Snapshot& at) {
      return at.find("SELECT body FROM idempotency", {})->blob("body").bytes;
    });
  }

  SystemClock clock_;
  crypto::RandomIds ids_{clock_};
  crypto::Sealing sealing_{crypto::Keyring(crypto::make_sealing_key("kek-1")), ids_};
  MigratedStore store_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Engines, Idempotency, kEngines, engine_name);

TEST_P(Idempotency, GivesTheAnswerThatWasKept) {
  EXPECT_FALSE(found(kKey));
  keep(kKey);
  const auto answer = found(kKey);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->headers, kAnswer.headers);
  EXPECT_EQ(answer->body, kAnswer.body);
}

TEST_P(Idempotency, KeepsKeysOfOthersApart) {
  keep(kKey);
  for (const IdempotencyKey& other : {IdempotencyKey{OrgId{"org_2"}, kKey.route, kKey.key},
                                      IdempotencyKey{kKey.org, "POST /v1/others", kKey.key},
                                      IdempotencyKey{kKey.org, kKey.route, "k2"}}) {
    EXPECT_FALSE(found(other));
    keep(other);
  }
}

TEST_P(Idempotency, RefusesAnotherRequestUnderTheSameKey) {
  keep(kKey);
  EXPECT_EQ(failure_of([&] { found(kKey, "another"); }), ErrorCode::idempotency_mismatch);
}

TEST_P(Idempotency, KeepsNothingInClear) {
  const Answer secret = {201, "", {R"({"token":"lp_test_secret"})"}};
  for (const AnswerOwners& owners : {AnswerOwners{}, AnswerOwners{"person_1", "person_2"}}) {
    const IdempotencyKey key{kKey.org, kKey.route, std::to_string(owners.size())};
    store_.write([&](Transaction& tx) {
      tx.execute("DELETE FROM idempotency");
      remember(tx, sealing_, key, "print", secret, owners, kTestNow);
    });
    EXPECT_EQ(stored_body().find("secret"), std::string::npos);
    EXPECT_EQ(found(key)->body, secret.body);
  }
}

TEST_P(Idempotency, OpensAnAnswerForItsOwnKeyOnly) {
  keep(kKey);
  store_.write([](Transaction& tx) { tx.execute("UPDATE idempotency SET key = 'k2'"); });
  EXPECT_EQ(failure_of([&] { found({kKey.org, kKey.route, "k2"}); }), ErrorCode::internal);
}

TEST_P(Idempotency, LosesAnAnswerWithEachOfThePeopleItShows) {
  const std::vector<AnswerOwners> pairs = {{"person_1", "person_2"}, {"person_3", "person_4"}};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::string& erased = pairs[i][i];
    const IdempotencyKey key{kKey.org, kKey.route, erased};
    store_.write([&](Transaction& tx) {
      remember(tx, sealing_, key, "print", kAnswer, pairs[i], kTestNow);
    });
    EXPECT_TRUE(found(key));
    store_.write([&](Transaction& tx) { sealing_.destroy(tx, key.org, erased, kTestNow); });
    EXPECT_EQ(failure_of([&] { found(key); }), ErrorCode::conflict);
    EXPECT_EQ(failure_of([&] { keep(key); }), ErrorCode::idempotency_in_flight) << "it stays used";
  }
}

TEST_P(Idempotency, ReadsWhatWasKeptInClearBefore) {
  store_.write([](Transaction& tx) {
    tx.execute(
        "INSERT INTO idempotency (org, route, key, fingerprint, status, headers, body, "
        "stored_at_ms) VALUES ($1, $2, $3, 'print', 200, '', $4, $5)",
        {kKey.org, kKey.route, kKey.key, Blob{"{}"}, kTestNow});
  });
  EXPECT_EQ(found(kKey)->body.bytes, "{}");
}

TEST_P(Idempotency, LetsOneOfTwoStoriesHappen) {
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  const auto story = [&] {
    const auto code = failure_of([&] {
      store_->write_now([&](Transaction& tx) {
        tx.execute(
            "INSERT INTO versions (topic, number) VALUES ('story', 1) ON CONFLICT (topic) DO "
            "UPDATE SET number = versions.number + 1");
        remember(tx, sealing_, kKey, "print", kAnswer, {}, kTestNow);
      });
    });
    ++(code ? refused : done);
    EXPECT_EQ(code.value_or(ErrorCode::idempotency_in_flight), ErrorCode::idempotency_in_flight);
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back(story);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(refused, 5);
  const auto stories = store_.read([](Snapshot& at) {
    return at.query("SELECT number FROM versions WHERE topic = 'story'").front().integer("number");
  });
  EXPECT_EQ(stories, 1);
}

TEST_P(Idempotency, ForgetsAfterSevenDays) {
  keep(kKey, kTestNow);
  const IdempotencyKey later = {kKey.org, kKey.route, "later"};
  keep(later, kTestNow + std::chrono::hours(1));
  const auto purge = [&](Time now) {
    return store_.write([&](Transaction& tx) { return purge_answers(tx, now); });
  };
  EXPECT_EQ(purge(kTestNow + kAnswersKept), 0);
  EXPECT_EQ(purge(kTestNow + kAnswersKept + std::chrono::minutes(1)), 1);
  EXPECT_FALSE(found(kKey));
  EXPECT_TRUE(found(later));
}

}  // namespace
}  // namespace lendport::db
