// The table of roles: names round-trip, and each role holds exactly what it should.
#include "core/permission.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

bool holds(Role role, Permission permission) {
  return permissions_of(role).test(static_cast<std::size_t>(permission));
}

TEST(Permission, NamesRoundTrip) {
  for (std::size_t i = 0; i < kPermissionCount; ++i) {
    const auto permission = static_cast<Permission>(i);
    EXPECT_EQ(parse_permission(to_string(permission)), permission);
  }
  EXPECT_FALSE(parse_permission("everything"));
}

TEST(Role, OnlyAnOrgAdminConnectsLenders) {
  for (Role role : {Role::org_manager, Role::rep, Role::viewer, Role::platform_admin, Role::support,
                    Role::partner}) {
    EXPECT_FALSE(holds(role, Permission::connections_write)) << to_string(role);
  }
  EXPECT_TRUE(holds(Role::org_admin, Permission::connections_write));
}

TEST(Role, PlatformPermissionsAreHeldByThePlatformAdminAlone) {
  for (Permission permission :
       {Permission::orgs_write, Permission::offers_write, Permission::plugins_operate}) {
    for (Role role : {Role::org_admin, Role::org_manager, Role::rep, Role::viewer, Role::support,
                      Role::partner}) {
      EXPECT_FALSE(holds(role, permission)) << to_string(role);
    }
    EXPECT_TRUE(holds(Role::platform_admin, permission));
  }
}

TEST(Role, OnlyAnOrgAdminManagesWebhooksAndSupportReadsTheirLog) {
  for (Role role : {Role::org_manager, Role::rep, Role::viewer, Role::platform_admin, Role::support,
                    Role::partner}) {
    EXPECT_FALSE(holds(role, Permission::webhooks_write)) << to_string(role);
    EXPECT_EQ(holds(role, Permission::webhooks_read), role == Role::support) << to_string(role);
  }
  EXPECT_TRUE(holds(Role::org_admin, Permission::webhooks_read));
  EXPECT_TRUE(holds(Role::org_admin, Permission::webhooks_write));
}

TEST(Role, OnlyTheSupportOpensAnOrgsView) {
  for (Role role : {Role::org_admin, Role::org_manager, Role::rep, Role::viewer,
                    Role::platform_admin, Role::partner}) {
    EXPECT_FALSE(holds(role, Permission::support_open)) << to_string(role);
  }
  EXPECT_TRUE(holds(Role::support, Permission::support_open));
}

TEST(Role, AViewerWritesNothing) {
  for (std::size_t i = 0; i < kPermissionCount; ++i) {
    const auto permission = static_cast<Permission>(i);
    if (!holds(Role::viewer, permission)) continue;
    EXPECT_TRUE(to_string(permission).ends_with("_read")) << to_string(permission);
  }
}

TEST(Role, SeesCasesAsFarAsItsJobGoes) {
  EXPECT_EQ(visibility_of(Role::rep), Visibility::own);
  EXPECT_EQ(visibility_of(Role::org_admin), Visibility::network);
  EXPECT_TRUE(is_platform(Role::support));
  EXPECT_FALSE(is_platform(Role::org_admin));
  EXPECT_EQ(parse_role(to_string(Role::org_manager)), Role::org_manager);
  EXPECT_FALSE(parse_role("root"));
}

}  // namespace
}  // namespace lendport
