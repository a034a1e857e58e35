// Where a caller may act, and what a snapshot of keys keeps.
#include "orgs/directory.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace lendport {
namespace {

OrgId org(const std::string& name) {
  return OrgId{"org_" + name};
}

// top ─┬─ left ── leaf        other, platform
//      └─ right
Directory::Parents tree() {
  return {{org("top"), std::nullopt},   {org("left"), org("top")},
          {org("right"), org("top")},   {org("leaf"), org("left")},
          {org("other"), std::nullopt}, {org("platform"), std::nullopt}};
}

Directory directory() {
  return {1, {}, tree()};
}

Principal caller(Role role, const std::string& of) {
  Principal caller;
  caller.org = org(of);
  caller.role = role;
  return caller;
}

TEST(DirectoryTree, KnowsWhoStandsBelowWhom) {
  const Directory found = directory();
  EXPECT_TRUE(found.is_within(org("leaf"), org("top")));
  EXPECT_TRUE(found.is_within(org("top"), org("top")));
  EXPECT_FALSE(found.is_within(org("top"), org("leaf")));
  EXPECT_FALSE(found.is_within(org("right"), org("left")));
  EXPECT_FALSE(found.is_within(org("nobody"), org("top")));
  EXPECT_EQ(found.parent_of(org("leaf")), org("left"));
  EXPECT_EQ(found.parent_of(org("top")), std::nullopt);
}

TEST(DirectoryTree, EndsOnAParentThatIsItsOwnChild) {
  const Directory loop(1, {}, {{org("a"), org("b")}, {org("b"), org("a")}});
  EXPECT_FALSE(loop.is_within(org("a"), org("c")));
}

TEST(MayActIn, NetworkRolesReachTheOrgsBelow) {
  const Directory found = directory();
  for (Role role : {Role::org_admin, Role::org_manager, Role::rep, Role::viewer}) {
    const bool network = visibility_of(role) == Visibility::network;
    EXPECT_TRUE(found.may_act_in(caller(role, "top"), org("top"))) << to_string(role);
    EXPECT_EQ(found.may_act_in(caller(role, "top"), org("leaf")), network) << to_string(role);
    EXPECT_FALSE(found.may_act_in(caller(role, "leaf"), org("top"))) << to_string(role);
    EXPECT_FALSE(found.may_act_in(caller(role, "left"), org("right"))) << to_string(role);
    EXPECT_FALSE(found.may_act_in(caller(role, "top"), org("other"))) << to_string(role);
  }
}

TEST(MayActIn, PlatformRolesReachEveryOrgThatIsThere) {
  const Directory found = directory();
  for (Role role : {Role::platform_admin, Role::support}) {
    for (const char* name : {"top", "leaf", "other", "platform"}) {
      EXPECT_TRUE(found.may_act_in(caller(role, "platform"), org(name))) << name;
    }
    EXPECT_FALSE(found.may_act_in(caller(role, "platform"), org("nobody")));
  }
}

TEST(MayActIn, AnOrgThatIsNotThereIsNobodys) {
  EXPECT_FALSE(directory().may_act_in(caller(Role::org_admin, "nobody"), org("nobody")));
}

TEST(KeepUsesOf, CountsOnWhereTheSnapshotBeforeStood) {
  DirectoryKey key;
  key.last_used_ms = std::make_shared<std::atomic<std::int64_t>>(7);
  DirectoryKey again;
  again.last_used_ms = std::make_shared<std::atomic<std::int64_t>>(0);
  const KeyHash hash{1, 2, 3};
  const Directory before(1, {{hash, key}}, {});
  Directory after(2, {{hash, again}, {KeyHash{9}, again}}, {});
  after.keep_uses_of(before);
  before.find(hash)->last_used_ms->store(8);
  EXPECT_EQ(after.find(hash)->last_used_ms->load(), 8);
  EXPECT_EQ(after.find(KeyHash{9})->last_used_ms->load(), 0);
  EXPECT_EQ(after.find(KeyHash{4}), nullptr);
}

}  // namespace
}  // namespace lendport
