// Documents are opened and sealed outside the write: what happens between the two.
#include "db/overtaken.hpp"
#include "events/audit.hpp"
#include "files/desk.hpp"

#include <functional>
#include <utility>

namespace lendport::files {
namespace {

using Faster = std::function<void(int write)>;

db::OvertakenDatabase::Faster as_task(const Faster& faster) {
  return [faster](int write) -> Task<void> {
    faster(write);
    co_return;
  };
}

class Meanwhile : public testing::TestWithParam<db::Engine> {
 protected:
  std::string opened_while(const FileId& id, const Faster& faster) {
    db::OvertakenDatabase database(*desk_.store, as_task(faster));
    Files files({database, desk_.clock, desk_.ids, desk_.sealing, desk_.cases}, {});
    return support::run_task(files.open(desk_.request(desk_.rep), desk_.org, desk_.the_case.id, id))
        .bytes;
  }
  void added_while(const Faster& faster) {
    db::OvertakenDatabase database(*desk_.store, as_task(faster));
    Files files({database, desk_.clock, desk_.ids, desk_.sealing, desk_.cases}, {});
    support::run_task(
        files.add(desk_.request(desk_.rep, kPdf), desk_.org, desk_.the_case.id, "a.pdf"));
  }
  void key_destroyed() {
    desk_.store.write([&](db::Transaction& tx) {
      desk_.sealing.destroy(tx, desk_.org, desk_.the_case.id.value, desk_.clock.now());
    });
  }
  void without_bytes(const FileId& id) {
    desk_.store.write([&](db::Transaction& tx) {
      tx.execute("DELETE FROM case_file_bytes WHERE file_id = $1", {id});
    });
  }
  int openings() {
    int audited = 0;
    desk_.store.read([&](db::Snapshot& at) {
      for (const auto& entry : events::list_audit(at, desk_.org, 0, 200)) {
        if (entry.action == "case.file_opened") ++audited;
      }
    });
    return audited;
  }
  std::int64_t count(const std::string& table) {
    return desk_.count("SELECT COUNT(*) AS n FROM " + table);
  }

  FilesDesk desk_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Engines, Meanwhile, db::kEngines, db::engine_name);

TEST_P(Meanwhile, WhatIsOpenedWasReadBeforeTheWrite) {
  const FileId id = desk_.added();
  EXPECT_EQ(opened_while(id, [&](int) { without_bytes(id); }), kPdf);
  EXPECT_EQ(openings(), 1);
}

TEST_P(Meanwhile, WhatWentIsHandedToNobody) {
  const auto refused = [&](const FileId& id, const std::function<void()>& faster) {
    EXPECT_EQ(db::failure_of([&] { opened_while(id, [&](int) { faster(); }); }),
              ErrorCode::not_found);
    EXPECT_EQ(openings(), 0);
  };
  const FileId deleted = desk_.added();
  refused(deleted, [&] { desk_.deleted(deleted); });
  refused(desk_.added(), [&] { key_destroyed(); });
}

TEST_P(Meanwhile, WhatWentWithItsCaseIsHandedToNobody) {
  const FileId id = desk_.added();
  EXPECT_EQ(db::failure_of(
                [&] { opened_while(id, [&](int) { desk_.removed(desk_.rep, desk_.the_case); }); }),
            ErrorCode::not_found);
  EXPECT_EQ(openings(), 0);
}

TEST_P(Meanwhile, WhatIsNotAuditedIsHandedToNobody) {
  const FileId id = desk_.added();
  EXPECT_EQ(db::failure_of([&] {
              opened_while(id, [](int) {
                throw Error(ErrorCode::database_unavailable, "the disk is full");
              });
            }),
            ErrorCode::database_unavailable);
  EXPECT_EQ(openings(), 0);
}

TEST_P(Meanwhile, WhatWasSealedForAnErasedCaseIsNotKept) {
  const auto added = [&](const std::function<void()>& faster) {
    return db::failure_of([&] {
      added_while([&](int write) {
        if (write == 2) faster();
      });
    });
  };
  EXPECT_FALSE(added([] {}));
  EXPECT_EQ(count("case_files"), 1);
  EXPECT_EQ(added([&] { key_destroyed(); }), ErrorCode::conflict);
  EXPECT_EQ(count("case_file_bytes"), 1);
  EXPECT_EQ(added([] {}), ErrorCode::conflict) << "its key does not come back";
}

TEST_P(Meanwhile, WhatWasSealedForADeletedCaseIsNotKept) {
  EXPECT_EQ(db::failure_of([&] {
              added_while([&](int write) {
                if (write == 2) desk_.removed(desk_.rep, desk_.the_case);
              });
            }),
            ErrorCode::not_found);
  EXPECT_EQ(count("case_file_bytes"), 0);
}

TEST_P(Meanwhile, TwoUploadsTogetherKeepTheLimitOfTheCase) {
  FileSettings settings;
  settings.case_bytes_max = static_cast<std::int64_t>(kPdf.size());
  const Faster faster = [&](int write) {
    if (write == 2) desk_.added();
  };
  db::OvertakenDatabase database(*desk_.store, as_task(faster));
  Files files({database, desk_.clock, desk_.ids, desk_.sealing, desk_.cases}, settings);
  EXPECT_EQ(db::failure_of([&] {
              support::run_task(
                  files.add(desk_.request(desk_.rep, kPdf), desk_.org, desk_.the_case.id, "a.pdf"));
            }),
            ErrorCode::invalid_input);
  EXPECT_EQ(count("case_files"), 1);
}

}  // namespace
}  // namespace lendport::files
