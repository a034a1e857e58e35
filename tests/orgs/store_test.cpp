// Rows of orgs, users and keys, on every engine.
#include "orgs/store.hpp"

#include "crypto/hash.hpp"
#include "crypto/tokens.hpp"
#include "orgs/stage.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lendport::orgs {
namespace {

class OrgsStore : public testing::TestWithParam<db::Engine> {
 protected:
  Stage stage{GetParam()};

  template <class Closure>
  void write(Closure closure) {
    stage.db->write_now([&](db::Transaction& tx) { closure(tx); });
  }
  template <class Closure>
  auto read(Closure closure) {
    std::optional<std::invoke_result_t<Closure&, db::Snapshot&>> result;
    stage.db->read_now([&](db::Snapshot& at) { result = closure(at); });
    return *std::move(result);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, OrgsStore, db::kEngines, db::engine_name);

TEST_P(OrgsStore, GivesAnOrgBackAsItWas) {
  const Org top = stage.org("Top");
  OrgDraft draft = org_draft("Sunrise", top.id);
  draft.segments = {Segment::commercial, Segment::residential};
  draft.plan = Plan::premium;
  draft.care = Care::priority;
  draft.locale = "fr-FR";
  draft.account_manager = "Support desk 2";
  const Org made = stage.orgs.create_org_now(draft);
  const auto found = read([&](db::Snapshot& at) { return find_org(at, made.id); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->parent, top.id);
  EXPECT_EQ(found->segments, draft.segments);
  EXPECT_EQ(found->plan, Plan::premium);
  EXPECT_EQ(found->care, Care::priority);
  EXPECT_EQ(found->locale, "fr-FR");
  EXPECT_EQ(found->time_zone, "America/Denver");
  EXPECT_TRUE(found->sales_mode);
  EXPECT_EQ(found->account_manager, "Support desk 2");
  EXPECT_FALSE(found->platform);
  EXPECT_EQ(found->version, 1);
  EXPECT_EQ(found->created_at, stage.clock.now());
}

TEST_P(OrgsStore, UpdatesOnlyTheVersionBefore) {
  Org org = stage.org("Sunrise");
  org.name = "Sunset";
  org.version = 3;
  write([&](db::Transaction& tx) { EXPECT_FALSE(update(tx, org)); });
  org.version = 2;
  write([&](db::Transaction& tx) { EXPECT_TRUE(update(tx, org)); });
  EXPECT_EQ(read([&](db::Snapshot& at) { return find_org(at, org.id); })->name, "Sunset");
}

TEST_P(OrgsStore, WalksTheTreeBothWays) {
  const Org top = stage.org("Top");
  const Org left = stage.org("Left", top.id);
  const Org right = stage.org("Right", top.id);
  const Org leaf = stage.org("Leaf", left.id);
  const Org other = stage.org("Other");
  using Ids = std::vector<OrgId>;
  EXPECT_EQ(read([&](db::Snapshot& at) { return upstream_of(at, leaf.id); }),
            (Ids{leaf.id, left.id, top.id}));
  EXPECT_EQ(read([&](db::Snapshot& at) { return upstream_of(at, other.id); }), Ids{other.id});
  EXPECT_EQ(read([&](db::Snapshot& at) { return upstream_of(at, OrgId{"org_x"}); }), Ids{});
  EXPECT_EQ(read([&](db::Snapshot& at) { return network_below(at, top.id); }),
            (Ids{top.id, left.id, right.id, leaf.id}));
  EXPECT_EQ(read([&](db::Snapshot& at) { return network_below(at, leaf.id); }), Ids{leaf.id});
}

TEST_P(OrgsStore, ListsInPagesWithoutGapOrRepetition) {
  const Org top = stage.org("Top");
  for (int i = 0; i < 5; ++i) stage.org("Sub " + std::to_string(i), top.id);
  stage.org("Other");
  std::vector<std::string> names;
  std::string after;
  for (;;) {
    const auto page = read([&](db::Snapshot& at) { return list_network(at, top.id, after, 4); });
    if (page.empty()) break;
    for (const Org& org : page) names.push_back(org.name);
    after = page.back().id.value;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"Top", "Sub 0", "Sub 1", "Sub 2", "Sub 3", "Sub 4"}));
}

TEST_P(OrgsStore, AnEmailIsOneUsers) {
  const Org one = stage.org("One");
  const Org two = stage.org("Two");
  const User user = stage.user(one, Role::rep, "ada");
  User same = user;
  same.id = UserId{"user_other"};
  same.org = two.id;
  const auto again = [&] { write([&](db::Transaction& tx) { insert(tx, same); }); };
  EXPECT_EQ(db::failure_of(again), ErrorCode::conflict);
  EXPECT_EQ(read([&](db::Snapshot& at) { return find_by_email(at, "ada@example.com"); })->id,
            user.id);
}

TEST_P(OrgsStore, AUserIsFoundInItsOrgAlone) {
  const Org one = stage.org("One");
  const Org two = stage.org("Two");
  const User user = stage.user(one, Role::rep, "ada");
  EXPECT_TRUE(read([&](db::Snapshot& at) { return find_user(at, one.id, user.id); }));
  EXPECT_FALSE(read([&](db::Snapshot& at) { return find_user(at, two.id, user.id); }));
}

TEST_P(OrgsStore, LiveKeysAreThoseNotRevokedOfActiveUsers) {
  const Org org = stage.org("One");
  const User kept = stage.user(org, Role::rep, "kept");
  const User gone = stage.user(org, Role::viewer, "gone");
  const NewKey live = stage.orgs.create_key_now(org.id, key_draft(kept.id));
  const NewKey revoked = stage.orgs.create_key_now(org.id, key_draft(kept.id));
  stage.orgs.create_key_now(org.id, key_draft(gone.id));
  stage.orgs.revoke_key_now(org.id, revoked.key.id);
  User left = gone;
  left.status = UserStatus::deactivated;
  left.version = 2;
  write([&](db::Transaction& tx) { update(tx, left); });
  const auto keys = read([](db::Snapshot& at) { return live_keys(at); });
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys.begin()->second.principal.key, live.key.id);
  EXPECT_EQ(keys.begin()->second.principal.role, Role::rep);
  EXPECT_EQ(keys.begin()->first, crypto::sha256(live.token.expose()));
}

TEST_P(OrgsStore, HoldsNoKeysText) {
  const Org org = stage.org("One");
  const NewKey made =
      stage.orgs.create_key_now(org.id, key_draft(stage.user(org, Role::rep, "ada").id));
  const auto rows = read([](db::Snapshot& at) { return at.query("SELECT * FROM api_keys"); });
  ASSERT_EQ(rows.size(), 1U);
  const std::string secret = made.token.expose().substr(crypto::kApiKeyShownLength);
  EXPECT_EQ(rows[0].blob("hash").bytes.find(secret), std::string::npos);
  EXPECT_EQ(rows[0].text("prefix"), made.token.expose().substr(0, crypto::kApiKeyShownLength));
}

TEST_P(OrgsStore, ALastUseNeverGoesBack) {
  const Org org = stage.org("One");
  const NewKey made =
      stage.orgs.create_key_now(org.id, key_draft(stage.user(org, Role::rep, "ada").id));
  const auto use = [&](std::int64_t ms) {
    write([&](db::Transaction& tx) { set_last_used(tx, {org.id, made.key.id, ms}); });
    return read([&](db::Snapshot& at) { return find_key(at, org.id, made.key.id); })->last_used_at;
  };
  EXPECT_EQ(use(2000), from_unix_ms(2000));
  EXPECT_EQ(use(1000), from_unix_ms(2000));
  EXPECT_EQ(use(3000), from_unix_ms(3000));
}

TEST_P(OrgsStore, ListsKeysOfOneEnvironmentOrBoth) {
  const Org org = stage.org("One");
  const User user = stage.user(org, Role::rep, "ada");
  stage.token(user, Environment::sandbox);
  stage.token(user, Environment::production);
  const auto count = [&](std::optional<Environment> only) {
    return read([&](db::Snapshot& at) { return list_keys(at, org.id, only, "", 10).size(); });
  };
  EXPECT_EQ(count(std::nullopt), 2U);
  EXPECT_EQ(count(Environment::sandbox), 1U);
  EXPECT_EQ(count(Environment::production), 1U);
}

}  // namespace
}  // namespace lendport::orgs
