// The command line's way in: the first admin, then orgs, users and keys.
#include "orgs/stage.hpp"

#include <gtest/gtest.h>

namespace lendport::orgs {
namespace {

class Operator : public testing::TestWithParam<db::Engine> {
 protected:
  Stage stage{GetParam()};
  Orgs& orgs = stage.orgs;
};
INSTANTIATE_TEST_SUITE_P(Engines, Operator, db::kEngines, db::engine_name);

TEST_P(Operator, MakesThePlatformOnce) {
  const User root = orgs.bootstrap_now({"Root@example.com", "Root", Role::viewer});
  EXPECT_EQ(root.role, Role::platform_admin);
  EXPECT_EQ(root.email, "root@example.com");
  EXPECT_TRUE(orgs.orgs_now().front().platform);
  EXPECT_EQ(db::failure_of([&] {
              orgs.bootstrap_now({"b@example.com", "B", Role::viewer});
            }),
            ErrorCode::conflict);
  EXPECT_EQ(orgs.orgs_now().size(), 1U);
}

TEST_P(Operator, GoesFromNothingToAKeyThatWorks) {
  const User root = orgs.bootstrap_now({"root@example.com", "Root", Role::platform_admin});
  const Org org = orgs.create_org_now(org_draft("Sunrise"));
  const User admin = orgs.create_user_now(org.id, {"a@example.com", "A", Role::org_admin});
  for (const User& user : {root, admin}) {
    const NewKey key = orgs.create_key_now(user.org, key_draft(user.id, Environment::production));
    const http::Identity who = orgs.identify(key.token.expose());
    ASSERT_EQ(who.standing, http::Standing::known);
    EXPECT_EQ(who.principal.permissions, permissions_of(user.role));
    EXPECT_TRUE(orgs.may_act_in(who.principal, org.id));
  }
  EXPECT_EQ(orgs.users_now(org.id).size(), 1U);
  EXPECT_EQ(orgs.keys_now(org.id).size(), 1U);
  EXPECT_EQ(orgs.user_by_email_now("a@example.com")->id, admin.id);
  EXPECT_EQ(orgs.user_by_email_now("nobody@example.com"), std::nullopt);
}

TEST_P(Operator, RevokesAKeyWhateverItsVersion) {
  const Org org = stage.org("Sunrise");
  const User user = stage.user(org, Role::rep, "ada");
  const NewKey key = orgs.create_key_now(org.id, key_draft(user.id));
  orgs.revoke_key_now(org.id, key.key.id);
  orgs.revoke_key_now(org.id, key.key.id);  // again is the same
  EXPECT_TRUE(orgs.keys_now(org.id).front().revoked_at);
  EXPECT_EQ(db::failure_of([&] { orgs.revoke_key_now(org.id, KeyId{"key_never"}); }),
            ErrorCode::not_found);
}

TEST_P(Operator, PutsPlatformRolesIntoThePlatformsOrgAlone) {
  const User root = orgs.bootstrap_now({"root@example.com", "Root", Role::platform_admin});
  const Org org = stage.org("Sunrise");
  const auto made = [&](const OrgId& where, Role role, const char* email) {
    return db::failure_of([&] { orgs.create_user_now(where, {email, "U", role}); });
  };
  EXPECT_EQ(made(root.org, Role::support, "s@example.com"), std::nullopt);
  EXPECT_EQ(made(org.id, Role::partner, "p@example.com"), std::nullopt);
  EXPECT_EQ(made(org.id, Role::support, "x@example.com"), ErrorCode::invalid_input);
  EXPECT_EQ(made(root.org, Role::rep, "y@example.com"), ErrorCode::invalid_input);
}

}  // namespace
}  // namespace lendport::orgs
