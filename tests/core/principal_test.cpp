// Callers and the two worlds they belong to.
#include "core/principal.hpp"

#include <gtest/gtest.h>

namespace lendport {
namespace {

TEST(Environment, NamesRoundTrip) {
  EXPECT_EQ(parse_environment(to_string(Environment::sandbox)), Environment::sandbox);
  EXPECT_EQ(parse_environment(to_string(Environment::production)), Environment::production);
  EXPECT_FALSE(parse_environment("test"));
}

TEST(Principal, MayDoWhatItsPermissionsHold) {
  Principal principal;
  EXPECT_FALSE(principal.may(Permission::cases_read));
  principal.permissions = permissions_of(Role::rep);
  EXPECT_TRUE(principal.may(Permission::cases_write));
  EXPECT_FALSE(principal.may(Permission::connections_write));
}

}  // namespace
}  // namespace lendport
