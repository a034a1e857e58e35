// Which clocks begin on a store that is older than they are, and of what is heard late.
#include "db/migrations.hpp"
#include "notices/office.hpp"

namespace lendport::notices {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class LateClocks : public Office {
 protected:
  // Decided on a store of before the notices, which is then upgraded.
  Application decided_before_the_upgrade(const std::string& status, const std::string& more = "") {
    const Application made = decided_unheard(status, more);
    execute("DELETE FROM event_followers");
    stage_.db->write_now([&](db::Transaction& tx) {
      for (const db::Migration& migration : db::built_in_migrations()) {
        if (migration.name != "0077_followers_begin") continue;
        for (const std::string& sql : db::statements_of(migration.sql)) tx.execute(sql, {});
      }
    });
    follow();
    return stored(made.id);
  }
  // The lender says of a decline what it said before, in other words.
  Application says_it_again(const Application& application) {
    stage_.db->write_now([&](db::Transaction& tx) {
      events::append(tx, {stage_.ids.next<EventId>(),
                          org_.id,
                          {"application", application.id.value},
                          "application.declined",
                          R"({"from":"declined","state":"declined"})",
                          "hub",
                          stage_.clock.now()});
    });
    follow();
    return stored(application.id);
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, LateClocks, db::kEngines, db::engine_name);

TEST_P(LateClocks, DoNotBeginWithWhatWasLongPastBeforeTheUpgrade) {
  sends("hub");
  Application application = decided_before_the_upgrade("conditional", kOffer);
  ASSERT_EQ(owed_by(application), "none");
  stage_.clock.advance(days{98});
  application = says(application, "conditional", R"(,"decision":{"reasons":[{"text":"y"}]})");
  EXPECT_EQ(application.decision->reasons.front().text, "y");
  EXPECT_EQ(owed_by(application), "none");

  sync(connection_);
  run(catalog_.refresh());
  Application declined = decided_before_the_upgrade("declined", kReasons);
  stage_.clock.advance(days{38});
  declined = after(days{1}, says_it_again(declined));
  EXPECT_EQ(owed_by(declined), "none");
  EXPECT_EQ(declined.attention, "");
  EXPECT_FALSE(due(kNoticeClockJob));
  EXPECT_TRUE(letters().empty());
  EXPECT_EQ(count("SELECT COUNT(*) AS n FROM staff_notices"), 0);
}

TEST_P(LateClocks, BeginWithWhatIsNotOverAtTheUpgrade) {
  Application application = decided_before_the_upgrade("declined", kReasons);
  stage_.clock.advance(days{10});
  application = says_it_again(application);
  EXPECT_EQ(owed_by(application), "decline due");
  EXPECT_EQ(application.notice->due_at, *application.sent_at + days{30});
}

// The hub was off: nobody has kept this clock, and it was ours to keep.
TEST_P(LateClocks, BeginWithADecisionThatIsHeardLate) {
  const Application made = decided_unheard("declined", kReasons);
  stage_.clock.advance(days{100});
  follow();
  EXPECT_EQ(owed_by(after(0s, made)), "decline overdue");
}

}  // namespace
}  // namespace lendport::notices
