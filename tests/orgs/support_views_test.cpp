// The support's look into an org: only with a reason, only for a while, and the org sees it.
#include "orgs/support_views.hpp"

#include "events/audit.hpp"
#include "orgs/stage.hpp"
#include "orgs/support_routes.hpp"

#include <gtest/gtest.h>

namespace lendport::orgs {
namespace {

using std::chrono::minutes;

class Support : public testing::TestWithParam<db::Engine> {
 protected:
  Principal support_of(const std::string& name) {
    Principal caller = stage.platform_admin();
    return caller_of(caller.org, name);
  }
  Principal caller_of(const OrgId& platform, const std::string& name) {
    return principal_of(
        stage.orgs.create_user_now(platform, {name + "@example.com", name, Role::support}));
  }
  SupportViewDraft draft(bool changes = false) const {
    return {sunrise.id, "they cannot confirm", minutes{30}, changes};
  }
  SupportView open(const SupportViewDraft& wanted) {
    return stage.run(views.open(support, wanted, Stage::soon()));
  }
  std::vector<events::AuditedEntry> audit() {
    std::vector<events::AuditedEntry> entries;
    stage.db->read_now(
        [&](db::Snapshot& at) { entries = events::list_audit(at, sunrise.id, 0, 200); });
    std::erase_if(entries, [](const auto& one) { return one.subject.kind != "support_view"; });
    return entries;
  }

  Stage stage{GetParam()};
  SupportViews views{*stage.db, stage.clock, stage.ids};
  Org sunrise = stage.org("Sunrise");
  Org other = stage.org("Other");
  Principal support = support_of("helper");
};
INSTANTIATE_TEST_SUITE_P(Engines, Support, db::kEngines, db::engine_name);

TEST_P(Support, SeesAnOrgForAWhileAndReadsAlone) {
  EXPECT_FALSE(views.lets_see(support, sunrise.id));
  const SupportView view = open(draft());
  EXPECT_TRUE(views.lets_see(support, sunrise.id));
  EXPECT_FALSE(views.lets_change(support, sunrise.id));
  EXPECT_FALSE(views.lets_see(support, other.id));
  EXPECT_TRUE(views.lets_see(support, support.org)) << "its own org";
  const Principal colleague = caller_of(support.org, "colleague");
  EXPECT_FALSE(views.lets_see(colleague, sunrise.id)) << "a view is one person's";

  stage.clock.advance(minutes{30});
  EXPECT_FALSE(views.lets_see(support, sunrise.id));
  EXPECT_EQ(view.until, stage.clock.now());
}

TEST_P(Support, ChangesThingsOnlyWhereItSaidSo) {
  open(draft());
  const SupportView view = open(draft(true));
  EXPECT_TRUE(views.lets_change(support, sunrise.id));
  stage.run(views.end(support, view.id, Stage::soon()));
  EXPECT_FALSE(views.lets_change(support, sunrise.id));
  EXPECT_TRUE(views.lets_see(support, sunrise.id)) << "the other view is open";
}

TEST_P(Support, HasSoManyOpenAtMost) {
  SupportView last;
  for (std::int64_t i = 0; i < kSupportViewsOpenMax; ++i) last = open(draft());
  EXPECT_EQ(db::failure_of([&] { open(draft()); }), ErrorCode::conflict);
  stage.run(views.end(support, last.id, Stage::soon()));
  EXPECT_FALSE(db::failure_of([&] { open(draft()); }));
  stage.clock.advance(kSupportViewMost);  // those that are over count no more
  EXPECT_FALSE(db::failure_of([&] { open(draft()); }));
}

TEST_P(Support, LeavesEverybodyElseAlone) {
  for (Role role : {Role::org_admin, Role::rep, Role::platform_admin}) {
    Principal caller;
    caller.org = other.id;
    caller.role = role;
    EXPECT_TRUE(views.lets_see(caller, sunrise.id)) << "others judge that";
    EXPECT_TRUE(views.lets_change(caller, sunrise.id));
    const auto refused =
        db::failure_of([&] { stage.run(views.open(caller, draft(), Stage::soon())); });
    EXPECT_EQ(refused, ErrorCode::forbidden);
  }
}

TEST_P(Support, IsSeenByTheOrgInItsAudit) {
  const SupportView view = open(draft());
  stage.run(views.end(support, view.id, Stage::soon()));
  stage.run(views.end(support, view.id, Stage::soon()));
  const auto entries = audit();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].action, "support.opened");
  EXPECT_EQ(entries[0].actor, support.user.value);
  const auto said = json::parse(entries[0].after.value());
  EXPECT_EQ(said["reason"], "they cannot confirm");
  EXPECT_EQ(said["changes"], false);
  EXPECT_EQ(entries[1].action, "support.ended");
  const auto listed = stage.run(views.of_org(sunrise.id, std::nullopt, 10, Stage::soon()));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].id, view.id);
  EXPECT_TRUE(listed[0].ended_at);
  EXPECT_TRUE(stage.run(views.of_org(other.id, std::nullopt, 10, Stage::soon())).empty());
}

TEST_P(Support, IsFollowedByOtherProcesses) {
  SupportViews elsewhere(*stage.db, stage.clock, stage.ids);
  const SupportView view = open(draft());
  EXPECT_FALSE(elsewhere.lets_see(support, sunrise.id));
  stage.run(elsewhere.refresh());
  EXPECT_TRUE(elsewhere.lets_see(support, sunrise.id));
  stage.run(views.end(support, view.id, Stage::soon()));
  stage.run(elsewhere.refresh());
  EXPECT_FALSE(elsewhere.lets_see(support, sunrise.id));
}

TEST_P(Support, CannotLookWhereNobodyIs) {
  SupportViewDraft nowhere = draft();
  nowhere.org = OrgId{"org_nobody"};
  EXPECT_EQ(db::failure_of([&] { open(nowhere); }), ErrorCode::not_found);
  const SupportView view = open(draft());
  const Principal colleague = caller_of(support.org, "colleague");
  EXPECT_EQ(db::failure_of([&] { stage.run(views.end(colleague, view.id, Stage::soon())); }),
            ErrorCode::not_found);
}

TEST_P(Support, OverHttp) {
  http::Cursors cursors{[](std::string_view) { return std::string(16, 'm'); }};
  const http::Routes routes = support_routes(views, cursors);
  const auto ask = [&](const Call& call) { return answer(routes, support, call); };
  const std::string org = R"({"org":")" + sunrise.id.value + "\"";
  for (const char* wrong :
       {"}", R"(,"reason":" "})", R"(,"reason":"x","minutes":4})",
        R"(,"reason":"x","minutes":481})", R"(,"reason":"x","forever":true})"}) {
    EXPECT_EQ(ask({"POST /v1/support-views", {}, org + wrong}).error, ErrorCode::invalid_input)
        << wrong;
  }
  const auto made = ask({"POST /v1/support-views", {}, org + R"(,"reason":"they asked"})"});
  ASSERT_EQ(made.response.status, 201U);
  const std::string id = made.body()["id"];
  const auto ended = ask({"POST /v1/support-views/{view}:end", {{"view", id}}});
  EXPECT_FALSE(ended.body()["ended_at"].is_null());
  const auto listed = ask({"GET /v1/orgs/{org}/support-views", {{"org", sunrise.id.value}}}).body();
  EXPECT_EQ(listed["data"].size(), 1U);
  EXPECT_EQ(listed["data"][0]["reason"], "they asked");
}

}  // namespace
}  // namespace lendport::orgs
