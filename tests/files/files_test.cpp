// Documents of a case: kept as they came and sealed, seen by who sees the case, gone with it.
#include "files/files.hpp"

#include "crypto/hash.hpp"
#include "db/beside.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"
#include "files/desk.hpp"
#include "support/scanner.hpp"

namespace lendport::files {
namespace {

using support::Scanner;

class CaseDocuments : public testing::TestWithParam<db::Engine> {
 protected:
  std::optional<ErrorCode> refusal_of(const std::string& body, const std::string& name = "a.pdf") {
    return db::failure_of([&] { desk_.added(body, name); });
  }
  std::int64_t count(const std::string& table) {
    return desk_.count("SELECT COUNT(*) AS n FROM " + table);
  }
  void held(const FileId& id, const char* holder) {
    desk_.store.write([&](db::Transaction& tx) {
      hold(tx, {desk_.org, id, holder}, desk_.clock.now());
    });
  }
  void released(const char* holder) {
    desk_.store.write([&](db::Transaction& tx) { release(tx, desk_.org, holder); });
  }

  FilesDesk desk_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Engines, CaseDocuments, db::kEngines, db::engine_name);

TEST_P(CaseDocuments, AreKeptAsTheyCame) {
  std::string bytes = kPdf;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * 31);
  const FileId id = desk_.added(bytes, "Lohn März.pdf");
  const auto listed = desk_.listed(desk_.rep);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].id, id);
  EXPECT_EQ(listed[0].name, "Lohn März.pdf");
  EXPECT_EQ(listed[0].type, FileType::pdf);
  EXPECT_EQ(listed[0].size_bytes, static_cast<std::int64_t>(bytes.size()));
  EXPECT_EQ(listed[0].sha256, crypto::hex(crypto::sha256(bytes)));
  EXPECT_EQ(listed[0].added_by, desk_.rep.user);
  EXPECT_FALSE(listed[0].scanned);
  EXPECT_EQ(desk_.content(desk_.rep, id).bytes, bytes);
}

TEST_P(CaseDocuments, AreSealedAtRest) {
  desk_.added(kPdf + "the secret", "Ada Quinn.pdf");
  desk_.store.read([&](db::Snapshot& at) {
    const auto row = at.query("SELECT sealed_bytes FROM case_file_bytes").front();
    EXPECT_EQ(row.blob("sealed_bytes").bytes.find("the secret"), std::string::npos);
    const auto name = at.query("SELECT sealed_name FROM case_files").front();
    EXPECT_EQ(name.blob("sealed_name").bytes.find("Quinn"), std::string::npos);
    for (const auto& event : events::list(at, desk_.org, 0, 200)) {
      EXPECT_EQ(event.payload.find("Quinn.pdf"), std::string::npos) << event.payload;
    }
    for (const auto& entry : events::list_audit(at, desk_.org, 0, 200)) {
      EXPECT_EQ(entry.after.value_or("").find("Quinn.pdf"), std::string::npos);
    }
  });
}

TEST_P(CaseDocuments, GoWithTheirCaseAndSoDoesTheirKey) {
  const FileId id = desk_.added();
  desk_.removed(desk_.rep, desk_.the_case);
  EXPECT_EQ(count("case_files"), 0);
  EXPECT_EQ(count("case_file_bytes"), 0);
  EXPECT_EQ(desk_.count("SELECT COUNT(*) AS n FROM keys WHERE wrapped IS NULL AND owner = '" +
                        desk_.the_case.id.value + "'"),
            1);
  EXPECT_EQ(db::failure_of([&] { desk_.content(desk_.rep, id); }), ErrorCode::not_found);
}

TEST_P(CaseDocuments, OfACaseThatIsNotSeenAreNotThere) {
  const FileId id = desk_.added();
  const Case other = desk_.opened(desk_.other_rep);
  EXPECT_EQ(db::failure_of([&] { desk_.listed(desk_.other_rep); }), ErrorCode::not_found);
  EXPECT_EQ(db::failure_of([&] { desk_.content(desk_.other_rep, id); }), ErrorCode::not_found);
  EXPECT_EQ(desk_.content(desk_.admin, id).bytes, kPdf);
  // Through another case of the caller's own.
  EXPECT_EQ(db::failure_of([&] {
              support::run_task(
                  desk_.files.open(desk_.request(desk_.other_rep), desk_.org, other.id, id));
            }),
            ErrorCode::not_found);
  EXPECT_EQ(db::failure_of([&] {
              support::run_task(desk_.files.add(desk_.request(desk_.other_rep, kPdf), desk_.org,
                                                desk_.the_case.id, "a.pdf"));
            }),
            ErrorCode::not_found);
}

TEST_P(CaseDocuments, AreDocumentsWithAName) {
  EXPECT_EQ(refusal_of(""), ErrorCode::invalid_input);
  EXPECT_EQ(refusal_of("MZ\x90"), ErrorCode::unsupported_media_type);
  EXPECT_EQ(refusal_of(kPdf, "../a.pdf"), ErrorCode::invalid_input);
  EXPECT_EQ(count("case_files"), 0);
  desk_.added("\x89PNG\r\n\x1a\n", "roof.pdf");
  EXPECT_EQ(desk_.listed(desk_.rep)[0].name, "roof.pdf.png");
}

TEST_P(CaseDocuments, AreFiftyAtMost) {
  for (int i = 0; i < kFilesPerCaseMax; ++i) desk_.added();
  EXPECT_EQ(refusal_of(kPdf), ErrorCode::conflict);
  desk_.deleted(desk_.listed(desk_.rep)[0].id);
  EXPECT_FALSE(refusal_of(kPdf));
}

TEST_P(CaseDocuments, StayWhileALenderHasThemUnderWay) {
  const FileId id = desk_.added();
  held(id, "upload_1");
  held(id, "upload_1");
  held(id, "upload_2");
  EXPECT_EQ(db::failure_of([&] { desk_.deleted(id); }), ErrorCode::conflict);
  released("upload_1");
  EXPECT_EQ(db::failure_of([&] { desk_.deleted(id); }), ErrorCode::conflict);
  released("upload_2");
  desk_.deleted(id);
  EXPECT_TRUE(desk_.listed(desk_.rep).empty());
  EXPECT_EQ(db::failure_of([&] { held(id, "upload_3"); }), ErrorCode::not_found);
  EXPECT_EQ(db::failure_of([&] { desk_.deleted(id); }), ErrorCode::not_found);
}

TEST_P(CaseDocuments, TellWhoPutOpenedAndDeletedThem) {
  const FileId id = desk_.added();
  desk_.content(desk_.admin, id);
  desk_.deleted(id);
  std::string actions;
  desk_.store.read([&](db::Snapshot& at) {
    for (const auto& entry : events::list_audit(at, desk_.org, 0, 200)) {
      if (entry.action.starts_with("case.file_"))
        actions += entry.action + " " + entry.actor + "\n";
    }
  });
  EXPECT_EQ(actions, "case.file_added " + desk_.rep.user.value + "\ncase.file_opened " +
                         desk_.admin.user.value + "\ncase.file_removed " + desk_.rep.user.value +
                         "\n");
}

TEST_P(CaseDocuments, AreLookedAtByTheScanner) {
  const support::TempDir folder;
  const Scanner scanner(folder);
  Files files = desk_.files_with({scanner.path(), std::chrono::seconds{10}});
  const auto put = [&](const std::string& body) {
    support::run_task(
        files.add(desk_.request(desk_.rep, body), desk_.org, desk_.the_case.id, "a.pdf"));
  };
  put(kPdf);
  EXPECT_TRUE(desk_.listed(desk_.rep)[0].scanned);
  EXPECT_EQ(scanner.scanned(), std::vector<std::string>{kPdf});
  EXPECT_EQ(db::failure_of([&] { put(kPdf + support::kEicar); }), ErrorCode::invalid_input);
  EXPECT_EQ(count("case_files"), 1);
}

TEST_P(CaseDocuments, AreRefusedWhileTheScannerGivesNoVerdict) {
  const support::TempDir folder;
  const Scanner scanner(folder, Scanner::Manner::garbles);
  for (const std::string& path : {scanner.path(), std::string("/nowhere/clamd")}) {
    Files files = desk_.files_with({path, std::chrono::seconds{10}});
    EXPECT_EQ(db::failure_of([&] {
                support::run_task(files.add(desk_.request(desk_.rep, kPdf), desk_.org,
                                            desk_.the_case.id, "a.pdf"));
              }),
              ErrorCode::scanner_unavailable);
  }
  EXPECT_EQ(count("case_files"), 0);
}

}  // namespace
}  // namespace lendport::files
