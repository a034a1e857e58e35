// How much the documents of a case, and of an org, may have together.
#include "files/desk.hpp"

namespace lendport::files {
namespace {

constexpr std::int64_t kDocuments = 3;

class Quota : public testing::TestWithParam<db::Engine> {
 protected:
  // Documents of kPdf's size that fit into a case and into an org.
  Files files_for(std::int64_t of_case, std::int64_t of_org) {
    const auto size = static_cast<std::int64_t>(kPdf.size());
    FileSettings settings;
    settings.case_bytes_max = of_case * size;
    settings.org_bytes_max = of_org * size;
    return desk_.files_with(settings);
  }
  // Empty when it was taken; else the rule, and what to do.
  std::string refusal(Files& files, const Principal& caller, const Case& subject,
                      const std::string& body = kPdf) {
    try {
      support::run_task(files.add(desk_.request(caller, body), caller.org, subject.id, "a.pdf"));
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_input) << error.detail();
      if (error.violations().size() != 1) return error.detail();
      const Violation& violation = error.violations().front();
      EXPECT_EQ(violation.pointer, "");
      EXPECT_NE(violation.detail.find("no longer needed"), std::string::npos) << violation.detail;
      return std::string(violation.code);
    }
  }
  Principal of_another_org() {
    Principal principal = desk_.admin;
    principal.org = desk_.other_org;
    principal.user = desk_.orgs
                         .create_user_now(desk_.other_org,
                                          {"else@example.com", "Somebody Else", Role::org_admin})
                         .id;
    return principal;
  }

  FilesDesk desk_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Engines, Quota, db::kEngines, db::engine_name);

TEST_P(Quota, OfACaseIsOfItsDocumentsTogether) {
  Files files = files_for(kDocuments, 100);
  for (int i = 0; i < kDocuments; ++i) {
    EXPECT_EQ(refusal(files, desk_.rep, desk_.the_case), "");
  }
  EXPECT_EQ(refusal(files, desk_.rep, desk_.the_case), "case_full");
  EXPECT_EQ(refusal(files, desk_.rep, desk_.opened(desk_.rep)), "") << "another case";
  desk_.deleted(desk_.listed(desk_.rep)[0].id);
  EXPECT_EQ(refusal(files, desk_.rep, desk_.the_case, kPdf + "x"), "case_full");
  EXPECT_EQ(refusal(files, desk_.rep, desk_.the_case), "");
}

TEST_P(Quota, OfAnOrgIsOfAllItsCases) {
  Files files = files_for(100, kDocuments);
  const Case second = desk_.opened(desk_.other_rep);
  EXPECT_EQ(refusal(files, desk_.rep, desk_.the_case), "");
  EXPECT_EQ(refusal(files, desk_.rep, desk_.the_case), "");
  EXPECT_EQ(refusal(files, desk_.other_rep, second), "");
  EXPECT_EQ(refusal(files, desk_.other_rep, second), "org_full");
  EXPECT_EQ(refusal(files, desk_.rep, desk_.the_case), "org_full");

  const Principal elsewhere = of_another_org();
  const Case others = support::run_task(desk_.cases.create(
      elsewhere, desk_.other_org, cases::read_change(cases::case_body()), cases::soon()));
  EXPECT_EQ(refusal(files, elsewhere, others), "") << "another org";

  desk_.removed(desk_.rep, desk_.the_case);
  EXPECT_EQ(refusal(files, desk_.other_rep, second), "") << "what went makes room";
}

TEST_P(Quota, LeavesWhatIsThere) {
  const FileId id = desk_.added();
  Files files = files_for(0, 0);
  EXPECT_EQ(refusal(files, desk_.rep, desk_.the_case), "case_full");
  EXPECT_EQ(
      support::run_task(files.open(desk_.request(desk_.rep), desk_.org, desk_.the_case.id, id))
          .bytes,
      kPdf);
}

}  // namespace
}  // namespace lendport::files
