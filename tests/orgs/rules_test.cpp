// Who may make which user and key, and what an org, a user or a key may be.
#include "orgs/rules.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lendport::orgs {
namespace {

constexpr Role kAllRoles[] = {Role::org_admin,      Role::org_manager, Role::rep,    Role::viewer,
                              Role::platform_admin, Role::support,     Role::partner};

Principal caller_of(Role role) {
  Principal caller;
  caller.role = role;
  caller.permissions = permissions_of(role);
  return caller;
}

std::vector<std::string> pointers(const std::vector<Violation>& violations) {
  std::vector<std::string> found;
  for (const Violation& violation : violations) found.push_back(violation.pointer);
  return found;
}

OrgDraft sound_org() {
  OrgDraft draft;
  draft.name = "Sunrise Solar";
  draft.country = "US";
  draft.segments = {Segment::residential};
  draft.time_zone = "America/Denver";
  return draft;
}

TEST(ProblemsOfOrg, AreCodesThatNoStandardListsAndNamesNobodyCanRead) {
  struct Row {
    const char* field;
    std::string value;
    bool sound;
  };
  for (const Row& row :
       {Row{"/country", "FR", true}, Row{"/country", "XX", false}, Row{"/country", "us", false},
        Row{"/locale", "fr-CA", true}, Row{"/locale", "fr-XX", false}, Row{"/locale", "es", false},
        Row{"/name", "O'Brien \u05d0\u05d1", true}, Row{"/name", " ", false},
        Row{"/name", "\u200b", false}, Row{"/name", "a\u2066b", false},
        Row{"/name", "a\nb", false}}) {
    OrgDraft draft = sound_org();
    const std::string field = row.field;
    (field == "/country"  ? draft.country
     : field == "/locale" ? draft.locale
                          : draft.name) = row.value;
    const std::vector<std::string> expected{field};
    EXPECT_EQ(pointers(problems_of(draft)), row.sound ? std::vector<std::string>() : expected)
        << field << " " << row.value;
  }
}

TEST(MayGrant, NeverARoleAboveOnesOwn) {
  EXPECT_TRUE(may_grant(Role::org_admin, Role::org_admin));
  EXPECT_TRUE(may_grant(Role::org_admin, Role::viewer));
  EXPECT_TRUE(may_grant(Role::org_manager, Role::rep));
  EXPECT_FALSE(may_grant(Role::org_manager, Role::org_admin));
  EXPECT_FALSE(may_grant(Role::rep, Role::org_manager));
}

TEST(MayGrant, PlatformRolesAndPartnersArePlatformAdminsAlone) {
  for (Role maker : kAllRoles) {
    for (Role role : {Role::platform_admin, Role::support, Role::partner}) {
      EXPECT_EQ(may_grant(maker, role), maker == Role::platform_admin)
          << to_string(maker) << " " << to_string(role);
    }
  }
  for (Role role : kAllRoles) EXPECT_TRUE(may_grant(Role::platform_admin, role));
}

TEST(PermissionsOfKey, AreTheRolesNarrowedByTheScopes) {
  EXPECT_EQ(permissions_of_key(Role::rep, {}), permissions_of(Role::rep));
  const Permissions narrow =
      permissions_of_key(Role::rep, {Permission::cases_read, Permission::connections_write});
  EXPECT_EQ(narrow.count(), 1U);
  EXPECT_TRUE(narrow.test(static_cast<std::size_t>(Permission::cases_read)));
}

TEST(MayHandOut, OnlyAPartOfWhatTheCallerHolds) {
  const Principal admin = caller_of(Role::org_admin);
  EXPECT_TRUE(may_hand_out(admin, Role::rep, permissions_of(Role::rep)));
  EXPECT_FALSE(may_hand_out(admin, Role::support, permissions_of(Role::viewer)));
  Principal narrowed = admin;
  narrowed.permissions = permissions_of_key(Role::org_admin, {Permission::keys_write});
  EXPECT_FALSE(may_hand_out(narrowed, Role::org_admin, permissions_of(Role::org_admin)));
  EXPECT_TRUE(may_hand_out(narrowed, Role::org_admin,
                           permissions_of_key(Role::org_admin, {Permission::keys_write})));
}

TEST(MayHandOut, APlatformAdminMakesKeysOfOrgsButNoPlatformKeyBeyondItsOwn) {
  Principal platform = caller_of(Role::platform_admin);
  EXPECT_TRUE(may_hand_out(platform, Role::org_admin, permissions_of(Role::org_admin)));
  platform.permissions = permissions_of_key(Role::platform_admin, {Permission::keys_write});
  EXPECT_FALSE(may_hand_out(platform, Role::platform_admin, permissions_of(Role::platform_admin)));
}

TEST(LoginOf, IsTheAddressInLowerCase) {
  EXPECT_EQ(login_of(" Ada.L@Example.COM "), "ada.l@example.com");
  EXPECT_EQ(login_of("a+b@x-y.example.org"), "a+b@x-y.example.org");
}

TEST(LoginOf, RefusesWhatIsNoAddress) {
  for (const char* text : {"", " ", "ada", "@example.com", "ada@", "ada@example", "a b@example.com",
                           "a@b@example.com", "ada@.com", "ada@example..com", "ada@example.com\n",
                           "ada@-example.com", "ad\xc3\xa9@example.com"}) {
    EXPECT_FALSE(login_of(text)) << '"' << text << '"';
  }
  EXPECT_FALSE(login_of(std::string(300, 'a') + "@example.com"));
}

TEST(ProblemsOfOrg, SaysAllAtOnce) {
  EXPECT_TRUE(problems_of(sound_org()).empty());
  OrgDraft draft = sound_org();
  draft.name = "";
  draft.country = "us";
  draft.segments = {};
  draft.locale = "de";
  draft.time_zone = "Mars/Olympus";
  EXPECT_EQ(pointers(problems_of(draft)),
            (std::vector<std::string>{"/name", "/country", "/segments", "/locale", "/time_zone"}));
}

TEST(ProblemsOfOrg, TakesALocaleWithItsRegion) {
  OrgDraft draft = sound_org();
  for (const char* locale : {"en", "fr", "fr-FR", "en-US"}) {
    draft.locale = locale;
    EXPECT_TRUE(problems_of(draft).empty()) << locale;
  }
  for (const char* locale : {"fr-fr", "fr_FR", "fr-", "frx", "f"}) {
    draft.locale = locale;
    EXPECT_FALSE(problems_of(draft).empty()) << locale;
  }
}

TEST(ProblemsOfPatch, LooksAtWhatIsThere) {
  EXPECT_TRUE(problems_of(OrgPatch{}).empty());
  OrgPatch patch;
  patch.segments = std::vector<Segment>{};
  patch.time_zone = "nowhere";
  EXPECT_EQ(pointers(problems_of(patch)), (std::vector<std::string>{"/segments", "/time_zone"}));
}

TEST(ProblemsOfKey, AnExpiryIsInTheFuture) {
  const Time now = from_unix_ms(1'000'000);
  KeyDraft draft;
  EXPECT_TRUE(problems_of(draft, now).empty());
  draft.expires_at = now;
  EXPECT_FALSE(problems_of(draft, now).empty());
  draft.expires_at = from_unix_ms(1'000'001);
  EXPECT_TRUE(problems_of(draft, now).empty());
}

}  // namespace
}  // namespace lendport::orgs
