// Confirming although the agreement says otherwise: who may, where, and what is kept of it.
#include "applications/desk.hpp"
#include "events/audit.hpp"

namespace lendport::applications {
namespace {

constexpr const char* kReason =
    "Ada Quinn signed as Ada Lovett, her maiden name; goes by Addie; passport seen";

class Overriding : public Desk {
 protected:
  void allow(bool allowed) {
    script_.plugin->document = std::make_shared<const json::Value>(
        json::parse(std::string(R"({"application":{"agreement_override":)") +
                    (allowed ? "true" : "false") + "}}"));
  }
  // A draft whose agreement names somebody else.
  Application differing() {
    const Application made = draft();
    const Case subject = run(cases_.get(rep_, org_.id, made.case_id, Stage::soon()));
    run(cases_.change(rep_, org_.id, subject.id, subject.version,
                      cases::read_change(R"({"agreement":{"name":"Ada Lovett"}})"), Stage::soon()));
    return made;
  }
  static std::string accepting(const std::string& reason = kReason) {
    json::Value body = json::parse(kConfirmation);
    body["mismatch"] = {{"accepted", true}, {"reason", reason}};
    return body.dump();
  }
  std::optional<Mismatch> accepted(const Application& application) {
    return run(applications_.mismatch(request(admin_), org_.id, application.id));
  }
  Principal manager_ = orgs::principal_of(stage_.user(org_, Role::org_manager, "manager"));
};
INSTANTIATE_TEST_SUITE_P(Stores, Overriding, db::kEngines, db::engine_name);

TEST_P(Overriding, LetsWhoMayConfirmWithAReason) {
  allow(true);
  const Application made = differing();
  EXPECT_EQ(confirm(made, manager_).error, ErrorCode::invalid_input) << "nothing was accepted";
  const Told answer = confirm(made, manager_, accepting());
  ASSERT_FALSE(answer.error) << answer.detail << answer.details;
  EXPECT_EQ(state_of(made), State::confirmed);
  const auto kept = accepted(made);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->accepted_by, manager_.user);
  EXPECT_EQ(kept->reason, kReason);
  ASSERT_EQ(kept->differences.size(), 1U);
  EXPECT_NE(kept->differences[0].detail.find("Ada Lovett"), std::string::npos);
  EXPECT_NE(kept->differences[0].detail.find("Ada Quinn"), std::string::npos);
}

TEST_P(Overriding, IsAuditedWithoutItsReason) {
  allow(true);
  const Application made = differing();
  ASSERT_FALSE(confirm(made, manager_, accepting()).error);
  int audited = 0;
  for (const auto& entry :
       read([&](db::Snapshot& at) { return lendport::events::list_audit(at, org_.id, 0, 200); })) {
    if (entry.action != "application.accept_mismatch") continue;
    ++audited;
    EXPECT_EQ(entry.actor, manager_.user.value);
    EXPECT_NE(entry.after->find("/case/agreement/name"), std::string::npos);
    for (const char* telling : {"Quinn", "Lovett", "Addie", "passport"}) {
      EXPECT_EQ(entry.after->find(telling), std::string::npos) << *entry.after;
    }
  }
  EXPECT_EQ(audited, 1);
  const auto sealed = read([&](db::Snapshot& at) {
    return applications_store::sealed_mismatch(at, org_.id, made.id).value();
  });
  EXPECT_EQ(sealed.bytes.find("Lovett"), std::string::npos);
}

TEST_P(Overriding, IsForbiddenToOthers) {
  allow(true);
  const Application made = differing();
  EXPECT_EQ(confirm(made, rep_, accepting()).error, ErrorCode::forbidden);
  EXPECT_EQ(state_of(made), State::draft);
  EXPECT_FALSE(accepted(made));
}

TEST_P(Overriding, IsNotThereWhereTheConnectorAllowsNone) {
  const Application made = differing();
  for (const bool says : {false, true}) {
    if (says) allow(false);
    const Told answer = confirm(made, manager_, accepting());
    EXPECT_EQ(answer.error, ErrorCode::invalid_input);
    EXPECT_EQ(answer.violations,
              (std::vector<std::string>{"/case/agreement/name differs_from_agreement"}));
  }
  EXPECT_EQ(state_of(made), State::draft);
}

TEST_P(Overriding, AcceptsNothingButTheAgreement) {
  allow(true);
  const Application made = differing();
  json::Value body = json::parse(accepting());
  body["first_name"] = "Ida";
  const Told answer = confirm(made, manager_, body.dump());
  EXPECT_EQ(answer.error, ErrorCode::invalid_input);
  EXPECT_EQ(answer.violations,
            (std::vector<std::string>{"/first_name differs",
                                      "/case/agreement/name differs_from_agreement"}));
}

TEST_P(Overriding, OfNothingIsNothing) {
  allow(true);
  const Application made = draft();
  EXPECT_FALSE(confirm(made, rep_, accepting()).error) << "the agreement says the same";
  EXPECT_FALSE(accepted(made));
}

TEST(Override, IsSaidWithAReason) {
  const auto read = [](const std::string& mismatch) {
    json::Value body = json::parse(kConfirmation);
    body["mismatch"] = json::parse(mismatch);
    return read_confirmation(body.dump(), Time{}).mismatch_reason;
  };
  EXPECT_EQ(read(R"({"accepted":true,"reason":"r"})"), "r");
  for (const char* wrong : {R"({"accepted":false,"reason":"r"})", R"({"accepted":true})",
                            R"({"accepted":true,"reason":" "})", R"({"reason":"r"})",
                            R"({"accepted":true,"reason":"r","more":1})"}) {
    EXPECT_EQ(db::failure_of([&] { read(wrong); }), ErrorCode::invalid_input) << wrong;
  }
}

}  // namespace
}  // namespace lendport::applications
