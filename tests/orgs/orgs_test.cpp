// Orgs through their public class: who is asking, what a key may do, how soon a change is seen.
#include "orgs/orgs.hpp"

#include "crypto/tokens.hpp"
#include "db/versions.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"
#include "orgs/json.hpp"
#include "orgs/rules.hpp"
#include "orgs/stage.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace lendport::orgs {
namespace {

using http::Standing;

class OrgsOnAStore : public testing::TestWithParam<db::Engine> {
 protected:
  Stage stage{GetParam()};
  Orgs& orgs = stage.orgs;
  Org sunrise = stage.org("Sunrise");
  User admin = stage.user(sunrise, Role::org_admin, "admin");
  Deadline soon = Stage::soon();

  // As another process sees and changes the same store.
  Orgs elsewhere{*stage.db, stage.clock, stage.ids};

  std::optional<ErrorCode> failure(const std::function<void()>& call) {
    return db::failure_of(call);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, OrgsOnAStore, db::kEngines, db::engine_name);

TEST_P(OrgsOnAStore, AKeyStandsForItsUserNarrowedByItsScopes) {
  KeyDraft draft = key_draft(admin.id, Environment::production);
  draft.scopes = {Permission::cases_read, Permission::orgs_write};
  const NewKey made = orgs.create_key_now(sunrise.id, draft);
  const http::Identity who = orgs.identify(made.token.expose());
  ASSERT_EQ(who.standing, Standing::known);
  EXPECT_EQ(who.principal.org, sunrise.id);
  EXPECT_EQ(who.principal.user, admin.id);
  EXPECT_EQ(who.principal.key, made.key.id);
  EXPECT_EQ(who.principal.environment, Environment::production);
  EXPECT_TRUE(who.principal.may(Permission::cases_read));
  EXPECT_FALSE(who.principal.may(Permission::orgs_write)) << "the role does not hold it";
  EXPECT_FALSE(who.principal.may(Permission::cases_write)) << "no scope names it";
}

TEST_P(OrgsOnAStore, TextThatIsNoKeyIsRefusedWithoutTheStore) {
  std::string mistyped = stage.token(admin);
  mistyped.back() = mistyped.back() == 'x' ? 'y' : 'x';
  for (const std::string& text :
       {std::string(), std::string("lp_test_"), mistyped, std::string(10'000, 'x')}) {
    EXPECT_EQ(orgs.identify(text).standing, Standing::unknown) << text.substr(0, 60);
    EXPECT_EQ(stage.run(orgs.identify_in_store(text)), std::nullopt);
  }
}

TEST_P(OrgsOnAStore, AnExpiredKeyIsNobodys) {
  KeyDraft draft = key_draft(admin.id);
  draft.expires_at = stage.clock.now() + std::chrono::milliseconds(500);
  const std::string token = orgs.create_key_now(sunrise.id, draft).token.expose();
  EXPECT_EQ(orgs.identify(token).standing, Standing::known);
  stage.clock.advance(std::chrono::milliseconds(500));
  EXPECT_EQ(orgs.identify(token).standing, Standing::unknown);
  EXPECT_EQ(stage.run(orgs.identify_in_store(token)), std::nullopt);
}

TEST_P(OrgsOnAStore, ARevokedKeyIsRefusedAtOnceHereAndWithinASecondElsewhere) {
  const NewKey made = orgs.create_key_now(sunrise.id, key_draft(admin.id));
  const std::string& token = made.token.expose();
  elsewhere.load_now();
  EXPECT_EQ(elsewhere.identify(token).standing, Standing::known);
  stage.run(orgs.revoke_key(principal_of(admin), sunrise.id, made.key.id, 1, soon));
  EXPECT_NE(orgs.identify(token).standing, Standing::known);
  EXPECT_EQ(stage.run(orgs.identify_in_store(token)), std::nullopt);
  // Without a word from the store: sure for 900 ms, then never again.
  stage.clock.advance(kDirectoryFreshFor + std::chrono::milliseconds(1));
  EXPECT_EQ(elsewhere.identify(token).standing, Standing::uncertain);
  EXPECT_EQ(stage.run(elsewhere.identify_in_store(token)), std::nullopt);
  stage.run(elsewhere.refresh());
  EXPECT_NE(elsewhere.identify(token).standing, Standing::known);
}

TEST_P(OrgsOnAStore, AClockSetBackMakesNothingFresh) {
  const std::string token = stage.token(admin);
  stage.clock.advance(-std::chrono::hours(1));
  EXPECT_EQ(orgs.identify(token).standing, Standing::uncertain);
  EXPECT_TRUE(stage.run(orgs.identify_in_store(token)));
}

TEST_P(OrgsOnAStore, AKeyOfAnotherProcessIsFoundInTheStoreAtOnce) {
  elsewhere.load_now();
  const Org fresh = stage.org("Fresh");
  const std::string token = stage.token(stage.user(fresh, Role::rep, "ada"));
  EXPECT_EQ(elsewhere.identify(token).standing, Standing::uncertain);
  const auto caller = stage.run(elsewhere.identify_in_store(token));
  ASSERT_TRUE(caller);
  EXPECT_TRUE(elsewhere.may_act_in(*caller, fresh.id)) << "its org is known with it";
  EXPECT_EQ(elsewhere.identify(token).standing, Standing::known);
}

TEST_P(OrgsOnAStore, AKeyNobodyHasIsAskedForOnce) {
  const std::string never_given = crypto::make_api_key(Environment::sandbox).text.expose();
  EXPECT_EQ(orgs.identify(never_given).standing, Standing::uncertain);
  EXPECT_EQ(stage.run(orgs.identify_in_store(never_given)), std::nullopt);
  EXPECT_EQ(orgs.identify(never_given).standing, Standing::unknown);
}

TEST_P(OrgsOnAStore, ADeactivatedUsersKeysStop) {
  const User rep = stage.user(sunrise, Role::rep, "rep");
  const std::string token = stage.token(rep);
  UserPatch patch;
  patch.status = UserStatus::deactivated;
  const User after =
      stage.run(orgs.change_user(principal_of(admin), sunrise.id, rep.id, 1, patch, soon));
  EXPECT_EQ(after.version, 2);
  EXPECT_NE(orgs.identify(token).standing, Standing::known);
  EXPECT_EQ(stage.run(orgs.identify_in_store(token)), std::nullopt);
}

TEST_P(OrgsOnAStore, ARoleChangeChangesItsKeys) {
  const User rep = stage.user(sunrise, Role::rep, "rep");
  const std::string token = stage.token(rep);
  UserPatch patch;
  patch.role = Role::viewer;
  stage.run(orgs.change_user(principal_of(admin), sunrise.id, rep.id, 1, patch, soon));
  EXPECT_FALSE(orgs.identify(token).principal.may(Permission::cases_write));
}

// Every naughty string is a name that comes back byte for byte, or one that is refused by its rule.
TEST_P(OrgsOnAStore, NamesComeBackAsTheyWereGivenOrAreRefused) {
  std::ifstream file(std::string(LENDPORT_SOURCE_DIR) + "/tests/data/strings/blns.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::map<std::string, int> refused;
  int kept = 0;
  for (const json::Value& one : json::parse(text)) {
    const std::string name = one.get<std::string>();
    if (name.empty() || name.size() > 200) continue;
    const std::string body =
        json::Value{{"name", name}, {"country", "US"}, {"segments", {"residential"}}}.dump();
    try {
      const Org made = orgs.create_org_now(read_org_draft(body));
      EXPECT_EQ(stage.run(orgs.org(made.id, soon)).name, name);
      ++kept;
    } catch (const Error& error) {
      ASSERT_EQ(error.violations().size(), 1U) << error.detail();
      EXPECT_EQ(error.violations()[0].pointer, "/name");
      ++refused[error.violations()[0].code];
    }
  }
  EXPECT_GT(kept, 400);
  EXPECT_EQ(refused["direction_mark"], 4);
  EXPECT_EQ(refused["control_character"], 3);
  EXPECT_LE(refused["blank"], 6);
  EXPECT_EQ(refused.size(), 3U);
}

TEST_P(OrgsOnAStore, TheLastAdminStays) {
  const Principal platform = stage.platform_admin();
  const Principal own = principal_of(admin);
  const UserPatch demote{std::nullopt, Role::rep, std::nullopt};
  const UserPatch demote_platform{std::nullopt, Role::support, std::nullopt};
  const UserPatch leave{std::nullopt, std::nullopt, UserStatus::deactivated};
  const UserPatch rename{"Ada", std::nullopt, std::nullopt};
  std::int64_t version = 1;
  const auto refused = [&](const Principal& by, const UserId& who, const UserPatch& patch) {
    try {
      version = stage
                    .run(orgs.change_user(by, by.org == own.org ? sunrise.id : platform.org, who,
                                          version, patch, soon))
                    .version;
      return false;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::conflict) << error.detail();
      return true;
    }
  };
  EXPECT_TRUE(refused(own, admin.id, demote));
  EXPECT_TRUE(refused(own, admin.id, leave));
  EXPECT_FALSE(refused(own, admin.id, rename));
  version = 1;
  EXPECT_TRUE(refused(platform, platform.user, demote_platform));
  EXPECT_TRUE(refused(platform, platform.user, leave));
  // A deactivated admin and one of another org are none; an active one is.
  const User other = stage.user(sunrise, Role::org_admin, "other");
  stage.user(stage.org("Elsewhere"), Role::org_admin, "foreign");
  version = 1;
  EXPECT_FALSE(refused(own, other.id, leave));
  version = 2;
  EXPECT_TRUE(refused(own, admin.id, demote));
  EXPECT_FALSE(refused(own, other.id, {std::nullopt, std::nullopt, UserStatus::active}));
  version = 2;
  EXPECT_FALSE(refused(own, admin.id, demote));
  version = 3;
  const User by_platform =
      stage.run(orgs.change_user(platform, sunrise.id, other.id, version, leave, soon));
  EXPECT_EQ(by_platform.status, UserStatus::deactivated) << "the platform may";
}

TEST_P(OrgsOnAStore, OfTwoAdminsWhoLeaveSideBySideOneStays) {
  const User other = stage.user(sunrise, Role::org_admin, "other");
  const UserPatch leave{std::nullopt, std::nullopt, UserStatus::deactivated};
  std::atomic<int> stayed{0};
  const auto leaves = [&](const User& user) {
    try {
      stage.run(orgs.change_user(principal_of(user), sunrise.id, user.id, 1, leave, soon));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::conflict) << error.detail();
      ++stayed;
    }
  };
  std::thread one([&] { leaves(admin); });
  std::thread two([&] { leaves(other); });
  one.join();
  two.join();
  EXPECT_EQ(stayed, 1);
}

TEST_P(OrgsOnAStore, LastUsesAreWrittenLater) {
  const NewKey made = orgs.create_key_now(sunrise.id, key_draft(admin.id));
  const auto last_used = [&] {
    return stage.run(orgs.key(principal_of(admin), sunrise.id, made.key.id, soon)).last_used_at;
  };
  orgs.identify(made.token.expose());
  EXPECT_EQ(last_used(), std::nullopt);
  stage.run(orgs.store_last_used());
  EXPECT_EQ(last_used(), stage.clock.now());
  stage.clock.advance(std::chrono::milliseconds(100));
  orgs.identify(made.token.expose());
  stage.org("Another");  // the snapshot is replaced; the use is not lost
  stage.run(orgs.store_last_used());
  EXPECT_EQ(last_used(), stage.clock.now());
}

TEST_P(OrgsOnAStore, NobodyMakesAUserAboveThemselves) {
  struct Attempt {
    Role maker;
    Role made;
    std::optional<ErrorCode> expected;
  };
  const std::vector<Attempt> attempts{
      {Role::org_admin, Role::org_admin, std::nullopt},
      {Role::org_admin, Role::viewer, std::nullopt},
      {Role::org_manager, Role::org_admin, ErrorCode::forbidden},
      {Role::org_admin, Role::platform_admin, ErrorCode::forbidden},
      {Role::org_admin, Role::support, ErrorCode::forbidden},
      {Role::org_admin, Role::partner, ErrorCode::forbidden},
      {Role::platform_admin, Role::org_admin, std::nullopt},
      {Role::platform_admin, Role::platform_admin, ErrorCode::invalid_input},  // not in this org
  };
  int n = 0;
  for (const Attempt& attempt : attempts) {
    User maker = admin;
    maker.role = attempt.maker;
    const UserDraft draft{"u" + std::to_string(n++) + "@example.com", "U", attempt.made};
    EXPECT_EQ(
        failure([&] { stage.run(orgs.create_user(principal_of(maker), sunrise.id, draft, soon)); }),
        attempt.expected)
        << to_string(attempt.maker) << " makes " << to_string(attempt.made);
  }
}

TEST_P(OrgsOnAStore, ANarrowKeyCannotWidenItself) {
  Principal narrow = principal_of(admin);
  narrow.permissions = permissions_of_key(
      Role::org_admin, {Permission::keys_write, Permission::users_write, Permission::users_read});
  const auto make = [&](std::vector<Permission> scopes) {
    KeyDraft draft = key_draft(admin.id);
    draft.scopes = std::move(scopes);
    return failure([&] { stage.run(orgs.create_key(narrow, sunrise.id, draft, soon)); });
  };
  EXPECT_EQ(make({}), ErrorCode::forbidden);
  EXPECT_EQ(make({Permission::connections_write}), ErrorCode::forbidden);
  EXPECT_EQ(make({Permission::keys_write}), std::nullopt);
  const User viewer = stage.user(sunrise, Role::viewer, "viewer");
  UserPatch raise;
  raise.role = Role::org_admin;
  EXPECT_EQ(
      failure([&] { stage.run(orgs.change_user(narrow, sunrise.id, viewer.id, 1, raise, soon)); }),
      ErrorCode::forbidden);
}

TEST_P(OrgsOnAStore, ASandboxKeyHasNothingToDoWithProductionKeys) {
  const NewKey live = orgs.create_key_now(sunrise.id, key_draft(admin.id, Environment::production));
  const NewKey test = orgs.create_key_now(sunrise.id, key_draft(admin.id));
  const Principal sandbox = principal_of(admin, Environment::sandbox);
  const Principal production = principal_of(admin, Environment::production);
  EXPECT_EQ(failure([&] {
              const auto draft = key_draft(admin.id, Environment::production);
              stage.run(orgs.create_key(sandbox, sunrise.id, draft, soon));
            }),
            ErrorCode::forbidden);
  EXPECT_EQ(failure([&] { stage.run(orgs.key(sandbox, sunrise.id, live.key.id, soon)); }),
            ErrorCode::not_found);
  EXPECT_EQ(failure([&] { stage.run(orgs.revoke_key(sandbox, sunrise.id, live.key.id, 1, soon)); }),
            ErrorCode::not_found);
  EXPECT_EQ(stage.run(orgs.keys(sandbox, sunrise.id, std::nullopt, 10, soon)).size(), 1U);
  EXPECT_EQ(stage.run(orgs.keys(production, sunrise.id, std::nullopt, 10, soon)).size(), 2U);
}

TEST_P(OrgsOnAStore, AKeyForAnotherOrgsUserIsAKeyForNobody) {
  const Org other = stage.org("Other");
  const User foreign = stage.user(other, Role::rep, "foreign");
  const auto violations = [&](const UserId& user) {
    try {
      stage.run(orgs.create_key(principal_of(admin), sunrise.id, key_draft(user), soon));
    } catch (const Error& error) {
      return error.violations();
    }
    return std::vector<Violation>();
  };
  EXPECT_EQ(violations(foreign.id), violations(UserId{"user_never"}));
  EXPECT_EQ(violations(foreign.id).size(), 1U);
}

TEST_P(OrgsOnAStore, MissingAndForeignAreTheSameForEverything) {
  const Org other = stage.org("Other");
  const User foreign = stage.user(other, Role::rep, "foreign");
  const NewKey key = orgs.create_key_now(other.id, key_draft(foreign.id));
  const Principal caller = principal_of(admin, Environment::production);
  const std::vector<std::function<void()>> calls{
      [&] { stage.run(orgs.user(sunrise.id, foreign.id, soon)); },
      [&] { stage.run(orgs.change_user(caller, sunrise.id, foreign.id, 1, {}, soon)); },
      [&] { stage.run(orgs.key(caller, sunrise.id, key.key.id, soon)); },
      [&] { stage.run(orgs.revoke_key(caller, sunrise.id, key.key.id, 1, soon)); },
      [&] { stage.run(orgs.org(OrgId{"org_never"}, soon)); },
      [&] { stage.run(orgs.change_org(caller, OrgId{"org_never"}, 1, {}, soon)); },
  };
  for (const auto& call : calls) EXPECT_EQ(failure(call), ErrorCode::not_found);
}

TEST_P(OrgsOnAStore, AChangeNamesTheVersionItSaw) {
  OrgPatch patch;
  patch.plan = Plan::pro;
  const Principal caller = principal_of(admin);
  EXPECT_EQ(failure([&] { stage.run(orgs.change_org(caller, sunrise.id, 2, patch, soon)); }),
            ErrorCode::precondition_failed);
  EXPECT_EQ(stage.run(orgs.change_org(caller, sunrise.id, 1, patch, soon)).version, 2);
  EXPECT_EQ(stage.run(orgs.org(sunrise.id, soon)).plan, Plan::pro);
  EXPECT_EQ(stage.run(orgs.org(sunrise.id, soon)).name, "Sunrise");
}

TEST_P(OrgsOnAStore, ListsTheOrgsTheCallerMayActIn) {
  const Org below = stage.org("Below", sunrise.id);
  stage.org("Other");
  const auto names = [&](const Principal& caller) {
    std::vector<std::string> found;
    for (const Org& org : stage.run(orgs.orgs(caller, std::nullopt, 10, soon))) {
      found.push_back(org.name);
    }
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(principal_of(admin)), (Names{"Sunrise", "Below"}));
  EXPECT_EQ(names(principal_of(stage.user(below, Role::org_admin, "b"))), Names{"Below"});
  EXPECT_EQ(names(principal_of(stage.user(sunrise, Role::rep, "r"))), Names{"Sunrise"});
  EXPECT_EQ(names(stage.platform_admin()), (Names{"Sunrise", "Below", "Other", "Platform"}));
}

TEST_P(OrgsOnAStore, EveryChangeLeavesAnEventAnAuditEntryAndAVersion) {
  Principal caller = principal_of(admin);
  caller.request_id = "req-7";
  std::int64_t version_before = 0;
  stage.db->read_now([&](db::Snapshot& at) { version_before = db::version_of(at, "orgs"); });
  stage.run(orgs.create_user(caller, sunrise.id, {"new@example.com", "New", Role::rep}, soon));
  stage.db->read_now([&](db::Snapshot& at) {
    const auto happened = events::list(at, sunrise.id, 0, 100);
    ASSERT_FALSE(happened.empty());
    EXPECT_EQ(happened.back().type, "user.created");
    EXPECT_EQ(happened.back().actor, admin.id.value);
    EXPECT_EQ(happened.back().payload.find("new@example.com"), std::string::npos);
    const auto audited = events::list_audit(at, sunrise.id, 0, 100);
    EXPECT_EQ(audited.back().action, "user.created");
    EXPECT_EQ(audited.back().request_id, "req-7");
    EXPECT_EQ(events::verify_chain(at, sunrise.id), std::nullopt);
    EXPECT_GT(db::version_of(at, "orgs"), version_before);
  });
}

TEST_P(OrgsOnAStore, WhatIsRefusedLeavesNothing) {
  const auto count = [&] {
    std::int64_t events = 0;
    stage.db->read_now([&](db::Snapshot& at) { events = events::last_sequence(at, sunrise.id); });
    return events;
  };
  const auto before = count();
  const Principal caller = principal_of(admin);
  EXPECT_EQ(failure([&] {
              const UserDraft taken{"ADMIN@example.com", "Again", Role::rep};
              stage.run(orgs.create_user(caller, sunrise.id, taken, soon));
            }),
            ErrorCode::conflict);
  EXPECT_EQ(failure([&] {
              const UserDraft wrong{"nobody", "", Role::rep};
              stage.run(orgs.create_user(caller, sunrise.id, wrong, soon));
            }),
            ErrorCode::invalid_input);
  EXPECT_EQ(failure([&] {
              const OrgDraft lost = org_draft("Lost", OrgId{"org_never"});
              stage.run(orgs.create_org(caller, lost, soon));
            }),
            ErrorCode::invalid_input);
  EXPECT_EQ(count(), before);
}

}  // namespace
}  // namespace lendport::orgs
