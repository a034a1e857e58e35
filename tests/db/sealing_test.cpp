// What is sealed opens in its place alone, and never again once its key is destroyed.
#include "db/sealing.hpp"

#include "crypto/random.hpp"
#include "db/migrated.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace lendport::crypto {
namespace {

constexpr ErrorCode kRefused = ErrorCode::internal;
const OrgId kOrg{"org_1"};
const OrgId kOther{"org_2"};
constexpr Field kIncome = {"applicants", "person_1", "income"};

SealingKey key_encryption(char digit) {
  return key_encryption_key(Secret(std::string(64, digit)), "test");
}

class Sealed : public testing::TestWithParam<db::Engine> {
 protected:
  Blob seal(std::string_view owner, std::string_view plain, const OrgId& org = kOrg) {
    return store_.write([&](db::Transaction& tx) {
      return sealing_.seal(tx, org, owner, kIncome, plain, db::kTestNow);
    });
  }
  std::optional<std::string> opened(const Sealing& sealing, const Blob& sealed,
                                    const OrgId& org = kOrg, const Field& field = kIncome) {
    return store_.read([&](db::Snapshot& at) {
      const auto plain = sealing.unseal(at, org, field, sealed);
      return plain ? std::optional<std::string>(plain->expose()) : std::nullopt;
    });
  }
  std::optional<std::string> opened(const Blob& sealed) { return opened(sealing_, sealed); }
  std::optional<Blob> mark(const Sealing& sealing, std::string_view text, const OrgId& org = kOrg,
                           std::string_view purpose = "people") {
    return store_.read([&](db::Snapshot& at) { return sealing.mark(at, org, purpose, text); });
  }
  std::optional<Blob> mark(std::string_view text) { return mark(sealing_, text); }
  void keep_mark(std::string_view owner, std::string_view row, const OrgId& org = kOrg) {
    store_.write(
        [&](db::Transaction& tx) { sealing_.keep_mark(tx, org, owner, "people", row, {"m"}); });
  }
  std::string marked() {
    return store_.read([](db::Snapshot& at) {
      std::string rows;
      for (const db::Row& row : at.query("SELECT row_id FROM marks ORDER BY row_id")) {
        rows += row.text("row_id");
      }
      return rows;
    });
  }
  std::int64_t keys() {
    return store_.read([](db::Snapshot& at) {
      return at.query("SELECT count(*) AS n FROM keys").front().integer("n");
    });
  }

  db::MigratedStore store_{GetParam()};
  SystemClock clock_;
  RandomIds ids_{clock_};
  Sealing sealing_{Keyring(key_encryption('a')), ids_};
};

INSTANTIATE_TEST_SUITE_P(Engines, Sealed, db::kEngines, db::engine_name);

TEST_P(Sealed, OpensAgain) {
  const Blob person = seal("person_1", "52000");
  const Blob org = seal(Sealing::kOrgItself, "secret");
  EXPECT_EQ(opened(person), "52000");
  EXPECT_EQ(opened(org), "secret");
  EXPECT_EQ(opened(seal("person_1", "")), "");
  EXPECT_EQ(keys(), 2);
}

TEST_P(Sealed, OpensInItsPlaceAlone) {
  const Blob sealed = seal("person_1", "52000");
  seal("person_1", "1", kOther);
  for (const Field& field :
       {Field{"other", "person_1", "income"}, Field{"applicants", "2", "income"},
        Field{"applicants", "person_1", "other"}}) {
    EXPECT_EQ(db::failure_of([&] { opened(sealing_, sealed, kOrg, field); }), kRefused);
  }
  EXPECT_EQ(db::failure_of([&] { opened(sealing_, sealed, kOther); }), kRefused);
}

TEST_P(Sealed, MayBeMadeOutsideATransaction) {
  const auto seal_later = store_.write(
      [&](db::Transaction& tx) { return sealing_.sealer(tx, kOrg, "person_1", db::kTestNow); });
  const Field field{"lender_calls", "call_1", "request_sealed"};
  const Blob sealed = seal_later(field, "{\"ssn\":\"078051120\"}");
  EXPECT_EQ(opened(sealing_, sealed, kOrg, field), "{\"ssn\":\"078051120\"}");
  for (const Field& other : {Field{"lender_calls", "call_2", "request_sealed"},
                             Field{"lender_calls", "call_1", "response_sealed"}}) {
    EXPECT_EQ(db::failure_of([&] { opened(sealing_, sealed, kOrg, other); }), kRefused);
  }
}

TEST_P(Sealed, TellsWhetherTheRingBelongsToTheStore) {
  seal("person_1", "52000");
  seal("person_1", "52000", kOther);
  const auto openable = [&](const Sealing& sealing) {
    return store_.read([&](db::Snapshot& at) { return sealing.openable_orgs(at); });
  };
  EXPECT_EQ(openable(sealing_), 2);
  const Sealing foreign{Keyring(key_encryption('b')), ids_};
  EXPECT_EQ(db::failure_of([&] { openable(foreign); }), kRefused);
}

TEST_P(Sealed, IsErasedWithItsKey) {
  const Blob erased = seal("person_1", "52000");
  const Blob other = seal("person_2", "61000");
  store_.write([&](db::Transaction& tx) { sealing_.destroy(tx, kOrg, "person_1", db::kTestNow); });
  EXPECT_EQ(opened(erased), std::nullopt);
  EXPECT_EQ(opened(other), "61000");
}

// An answer that comes late, say: a new key would keep it, and nobody would ever destroy that one.
TEST_P(Sealed, GivesNoSecondKeyToWhatWasErased) {
  seal("person_1", "52000");
  seal("person_1", "52000", kOther);
  const auto destroy = [&](std::string_view owner) {
    store_.write([&](db::Transaction& tx) { sealing_.destroy(tx, kOrg, owner, db::kTestNow); });
  };
  const auto refusal = [&](std::string_view owner) {
    return db::failure_of([&] { seal(owner, "1"); });
  };
  destroy("person_1");
  EXPECT_EQ(refusal("person_1"), ErrorCode::conflict);
  EXPECT_EQ(db::failure_of([&] {
              store_.write([&](db::Transaction& tx) {
                sealing_.sealer(tx, kOrg, "person_1", db::kTestNow);
              });
            }),
            ErrorCode::conflict);
  seal("person_2", "1");
  destroy(Sealing::kOrgItself);
  for (const std::string_view owner : {std::string_view("person_3"), Sealing::kOrgItself}) {
    EXPECT_EQ(refusal(owner), ErrorCode::conflict) << owner;
  }
  EXPECT_EQ(keys(), 5);
  EXPECT_NO_THROW(seal("person_1", "1", kOther));
}

TEST_P(Sealed, SurvivesANewKeyEncryptionKey) {
  const Blob sealed = seal("person_1", "52000");
  seal("person_1", "1", kOther);
  const Sealing rotating{Keyring(key_encryption('b'), {key_encryption('a')}), ids_};
  EXPECT_EQ(opened(rotating, sealed), "52000");
  const auto rewrap = [&] {
    return store_.write([&](db::Transaction& tx) { return rotating.rewrap(tx); });
  };
  EXPECT_EQ(rewrap(), 2);
  EXPECT_EQ(rewrap(), 0);
  EXPECT_EQ(opened(rotating, sealed), "52000");
  const Sealing rotated{Keyring(key_encryption('b')), ids_};
  EXPECT_EQ(opened(rotated, sealed), "52000");
  EXPECT_EQ(db::failure_of([&] { opened(sealed); }), kRefused);
}

// A node that opened values before, and so keeps the org's key.
TEST_P(Sealed, IsErasedOnEveryNodeAtOnce) {
  const Sealing node{Keyring(key_encryption('a')), ids_};
  const Blob person = seal("person_1", "52000");
  const Blob org = seal(Sealing::kOrgItself, "secret");
  const Blob other = seal("person_1", "61000", kOther);
  EXPECT_EQ(opened(node, person), "52000");
  EXPECT_EQ(opened(node, org), "secret");
  store_.write([&](db::Transaction& tx) { sealing_.destroy(tx, kOrg, "person_1", db::kTestNow); });
  EXPECT_EQ(opened(node, person), std::nullopt);
  store_.write(
      [&](db::Transaction& tx) { sealing_.destroy(tx, kOrg, Sealing::kOrgItself, db::kTestNow); });
  EXPECT_EQ(opened(node, org), std::nullopt);
  EXPECT_EQ(opened(node, other, kOther), "61000");
}

TEST_P(Sealed, MarksTheSameTextOfOneOrgAndPurposeAlike) {
  EXPECT_EQ(mark("078051120"), std::nullopt) << "the org has no key";
  seal("person_1", "1");
  seal("person_1", "1", kOther);
  const Blob marked = mark("078051120").value();
  EXPECT_EQ(marked.bytes.size(), 32U);
  EXPECT_EQ(mark("078051120"), marked);
  EXPECT_NE(mark("078051121"), marked);
  EXPECT_NE(mark(sealing_, "078051120", kOther), marked);
  EXPECT_NE(mark(sealing_, "078051120", kOrg, "companies"), marked);
  const Sealing rotating{Keyring(key_encryption('b'), {key_encryption('a')}), ids_};
  store_.write([&](db::Transaction& tx) { return rotating.rewrap(tx); });
  EXPECT_EQ(mark(rotating, "078051120"), marked);
}

TEST_P(Sealed, ForgetsTheMarksOfWhoIsErased) {
  const auto destroy = [&](std::string_view owner) {
    store_.write([&](db::Transaction& tx) { sealing_.destroy(tx, kOrg, owner, db::kTestNow); });
  };
  for (const char* owner : {"person_1", "person_2"}) seal(owner, "1");
  seal("person_1", "1", kOther);
  keep_mark("person_1", "a");
  keep_mark("person_1", "b");
  keep_mark("person_2", "c");
  keep_mark("person_2", "c");  // the first one stays
  keep_mark("person_1", "d", kOther);
  EXPECT_EQ(marked(), "abcd");
  destroy("person_1");
  EXPECT_EQ(marked(), "cd");
  EXPECT_EQ(db::failure_of([&] { keep_mark("person_1", "e"); }), ErrorCode::conflict);
  destroy(Sealing::kOrgItself);
  EXPECT_EQ(marked(), "d");
}

TEST_P(Sealed, OpensForMoreOrgsThanItKeepsKeysOf) {
  std::vector<Blob> sealed;
  const auto org = [](std::size_t number) { return OrgId{"org_" + std::to_string(number)}; };
  store_.write([&](db::Transaction& tx) {
    sealed.clear();
    for (std::size_t i = 0; i <= Sealing::kOrgKeysMax; ++i) {
      sealed.push_back(
          sealing_.seal(tx, org(i), Sealing::kOrgItself, kIncome, "52000", db::kTestNow));
    }
  });
  for (const std::size_t i : {std::size_t{0}, Sealing::kOrgKeysMax}) {
    EXPECT_EQ(opened(sealing_, sealed[i], org(i)), "52000");
  }
}

TEST_P(Sealed, GivesAnOwnerOneKeyUnderConcurrentFirstUse) {
  std::vector<std::thread> threads;
  std::vector<Blob> sealed(6);
  for (Blob& one : sealed) threads.emplace_back([&] { one = seal("person_1", "52000"); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(keys(), 2);
  for (const Blob& one : sealed) EXPECT_EQ(opened(one), "52000");
}

}  // namespace
}  // namespace lendport::crypto
