// Mails reach the relay once; with a lost answer once more under the same id; never not at all.
#include "mail/post.hpp"

#include <functional>
#include <optional>
#include <set>
#include <utility>

namespace lendport::mail {
namespace {

using namespace std::chrono_literals;

class Delivery : public testing::TestWithParam<db::Engine> {
 protected:
  RelayServer relay_;
  Post post_{GetParam(), &relay_};
};
INSTANTIATE_TEST_SUITE_P(Engines, Delivery, db::kEngines, db::engine_name);

// Something happens at the last moment before a mail leaves: when its leaving is written down.
class BusyDatabase final : public db::Database {
 public:
  BusyDatabase(db::Database& database, std::function<void()> meanwhile)
      : database_(database), meanwhile_(std::move(meanwhile)) {}

  void write_now(const db::Unit& unit) override {
    meanwhile_();
    database_.write_now(unit);
  }
  void read_now(const db::Look& look) override { database_.read_now(look); }

 protected:
  Task<void> run(const db::Unit& unit, Deadline deadline) override {
    const auto write = [&](db::Transaction& tx) { unit(tx); };
    co_await database_.write(write, deadline);
  }
  Task<void> run(const db::Look& look, Deadline deadline) override {
    const auto read = [&](db::Snapshot& at) { look(at); };
    co_await database_.read(read, deadline);
  }

 private:
  db::Database& database_;
  const std::function<void()> meanwhile_;
};

json::Value taken(RelayServer& relay) {
  const std::string line = relay.taken();
  return line.empty() ? json::Value() : json::parse(line);
}

TEST_P(Delivery, CarriesAMailToTheRelay) {
  const MailId id = post_.put("ada");
  EXPECT_EQ(post_.state(id), "queued");
  post_.work();
  const Mail mail = post_.stored(id);
  EXPECT_EQ(to_string(mail.state), "sent") << mail.answer;
  EXPECT_EQ(mail.attempts, 1);
  EXPECT_EQ(mail.answer_code, 250);
  EXPECT_EQ(mail.sent_at, post_.desk.clock.now());
  EXPECT_EQ(post_.told(), "mail.queued mail.sent");
  const json::Value got = taken(relay_);
  EXPECT_EQ(got.at("id"), "<" + id.value + "@hub.example>");
  EXPECT_EQ(got.at("from"), "loans@hub.example");
  EXPECT_EQ(got.at("to"), "ada@example.com");
  post_.work();
  EXPECT_EQ(relay_.taken(100ms), "");
}

TEST_P(Delivery, WaitsLongerEachTimeForARelayThatIsNotReady) {
  const MailId id = post_.put("later-3");
  post_.work();
  EXPECT_EQ(post_.state(id), "queued");
  EXPECT_EQ(post_.stored(id).answer_code, 451);
  std::vector<std::chrono::milliseconds> waits;
  while (post_.state(id) == "queued" && waits.size() < 9) waits.push_back(post_.work_later(id));
  EXPECT_EQ(post_.state(id), "sent");
  EXPECT_EQ(waits, (std::vector<std::chrono::milliseconds>{30s, 60s, 120s}));
  EXPECT_EQ(post_.stored(id).attempts, 4);
  EXPECT_EQ(taken(relay_).at("count"), 1);
}

TEST_P(Delivery, GivesUpAfterThreeDaysAndSaysSo) {
  const MailId id = post_.put("greylist");
  int attempts = 0;
  post_.work();
  const Time begun = post_.desk.clock.now();
  std::chrono::milliseconds longest{0};
  while (post_.state(id) == "queued" && ++attempts < 200) {
    longest = std::max(longest, post_.work_later(id));
  }
  EXPECT_EQ(post_.state(id), "refused");
  EXPECT_GE(post_.desk.clock.now() - begun, 72h);
  EXPECT_LT(post_.desk.clock.now() - begun, 74h);
  EXPECT_EQ(longest, 1h);
  EXPECT_NE(post_.stored(id).answer.find("given up: 450"), std::string::npos);
  EXPECT_EQ(post_.told(), "mail.queued mail.refused");
}

TEST_P(Delivery, GivesUpAMailThatMayHaveArrivedAsUnknown) {
  const MailId id = post_.put("cut-1");
  post_.desk.store.write([&](db::Transaction& tx) {
    tx.execute("UPDATE mails SET trying_since_ms = $1 WHERE id = $2",
               {post_.desk.clock.now() - 73h, id});
  });
  post_.work();
  EXPECT_EQ(post_.state(id), "unknown");
  EXPECT_EQ(taken(relay_).at("count"), 1);
}

TEST_P(Delivery, EndsWithTheRelaysNo) {
  const MailId id = post_.put("refused");
  post_.work();
  const Mail mail = post_.stored(id);
  EXPECT_EQ(to_string(mail.state), "refused");
  EXPECT_EQ(mail.answer_code, 550);
  EXPECT_EQ(mail.answer.find("refused@example.com"), std::string::npos) << mail.answer;
  EXPECT_NE(mail.answer.find("***"), std::string::npos) << mail.answer;
  EXPECT_EQ(post_.told(), "mail.queued mail.refused");
  post_.desk.clock.advance(100h);
  post_.work();
  EXPECT_EQ(post_.stored(id).attempts, 1);
}

TEST_P(Delivery, SendsOnceMoreWithTheSameIdWhenTheAnswerWasLost) {
  const MailId taken_twice = post_.put("cut-1");
  post_.work();
  EXPECT_EQ(post_.state(taken_twice), "queued");
  EXPECT_EQ(post_.stored(taken_twice).doubts, 1);
  post_.work_later(taken_twice);
  EXPECT_EQ(post_.state(taken_twice), "sent");
  const json::Value first = taken(relay_);
  const json::Value second = taken(relay_);
  EXPECT_EQ(second.at("count"), 2);
  EXPECT_EQ(first.at("sha256"), second.at("sha256"));

  const MailId never_taken = post_.put("drop-1");
  post_.work();
  post_.work_later(never_taken);
  EXPECT_EQ(post_.state(never_taken), "sent");
  EXPECT_EQ(taken(relay_).at("count"), 1);
}

TEST_P(Delivery, AsksAPersonWhenTheAnswerIsLostTwice) {
  const MailId id = post_.put("cut-9");
  post_.work();
  for (int i = 0; i < 5; ++i) {
    post_.work_later(id);
    post_.desk.clock.advance(1h);
    post_.work();
  }
  EXPECT_EQ(post_.state(id), "unknown");
  EXPECT_EQ(taken(relay_).at("count"), 1);
  EXPECT_EQ(taken(relay_).at("count"), 2);
  EXPECT_EQ(relay_.taken(100ms), "");
  EXPECT_EQ(post_.told(), "mail.queued mail.unknown");
}

// What a process that died in the middle leaves.
TEST_P(Delivery, TakesAMailOnTheWireForOneThatMayHaveArrived) {
  const MailId id = post_.put("ada");
  const auto die_sending = [&] {
    post_.desk.store.write([&](db::Transaction& tx) {
      EXPECT_TRUE(mail_store::start_sending(tx, post_.desk.org, id, post_.desk.clock.now()));
      EXPECT_FALSE(mail_store::start_sending(tx, post_.desk.org, id, post_.desk.clock.now()));
    });
    post_.open();
  };
  die_sending();
  post_.work();
  EXPECT_EQ(post_.state(id), "sent");
  EXPECT_EQ(post_.stored(id).doubts, 1);
  EXPECT_EQ(taken(relay_).at("count"), 1);

  const MailId again = post_.put("later-1");
  post_.work();
  post_.desk.store.write([&](db::Transaction& tx) {
    tx.execute("UPDATE mails SET state = 'sending', doubts = 1 WHERE id = $1", {again});
  });
  post_.open();
  post_.work_later(again);
  EXPECT_EQ(post_.state(again), "unknown");
  EXPECT_EQ(relay_.taken(100ms), "");
}

TEST_P(Delivery, KeepsAMailWhoseJobIsAnothersByNow) {
  const MailId id = post_.put("ada");
  const auto lease = [&](const std::string& owner) {
    const jobs::Claim claim{{std::string(kDeliverMailJob)}, owner, post_.desk.clock.now(), 1s, 1};
    return post_.desk.store.write([&](db::Transaction& tx) { return jobs::claim(tx, claim); })
        .at(0);
  };
  const jobs::Lease first = lease("first");
  post_.desk.clock.advance(1min);
  const jobs::Lease second = lease("second");
  EXPECT_EQ(db::failure_of([&] {
              support::run_task(post_.mails->deliver(first, std::chrono::steady_clock::now() + 5s));
            }),
            ErrorCode::lease_lost);
  EXPECT_EQ(relay_.taken(100ms), "");
  support::run_task(post_.mails->deliver(second, std::chrono::steady_clock::now() + 5s));
  EXPECT_EQ(post_.state(id), "sent");
}

// The worker hung while it spoke to the relay, and another one has the job.
TEST_P(Delivery, DoesNotLetAMailLeaveForAWorkerThatLostItsJob) {
  const MailId id = post_.put("ada");
  const auto lease = [&] {
    const jobs::Claim claim{{std::string(kDeliverMailJob)}, "one", post_.desk.clock.now(), 1s, 1};
    return post_.desk.store.write([&](db::Transaction& tx) { return jobs::claim(tx, claim); })
        .at(0);
  };
  const jobs::Lease mine = lease();
  std::optional<jobs::Lease> anothers;
  BusyDatabase busy(*post_.desk.store, [&] {
    post_.desk.clock.advance(1min);
    anothers = lease();
  });
  Mails mails({busy, post_.desk.clock, post_.desk.ids, post_.desk.sealing, post_.sender.get(),
               [](std::uint64_t bound) { return bound - 1; }},
              post_.settings);
  EXPECT_EQ(db::failure_of([&] {
              support::run_task(mails.deliver(mine, std::chrono::steady_clock::now() + 5s));
            }),
            ErrorCode::lease_lost);
  EXPECT_EQ(relay_.taken(100ms), "");
  support::run_task(post_.mails->deliver(anothers.value(), std::chrono::steady_clock::now() + 5s));
  EXPECT_EQ(post_.state(id), "sent");
}

TEST_P(Delivery, OutlivesARelayThatIsNotThere) {
  post_.settings.relay.url = "smtp://127.0.0.1:1";
  post_.open();
  const MailId id = post_.put("ada");
  post_.work();
  EXPECT_EQ(post_.state(id), "queued");
  EXPECT_NE(post_.stored(id).answer, "");
  post_.settings.relay.url = "smtp://127.0.0.1:" + relay_.port();
  post_.open();
  post_.work_later(id);
  EXPECT_EQ(post_.state(id), "sent");
}

TEST_P(Delivery, SendsNothingToAPersonWhoWasErased) {
  const NewMail wanted = post_.to("ada");
  const MailId id = post_.put(wanted);
  post_.desk.store.write([&](db::Transaction& tx) {
    post_.desk.sealing.destroy(tx, post_.desk.org, wanted.person.value, post_.desk.clock.now());
  });
  post_.work();
  EXPECT_EQ(post_.state(id), "refused");
  EXPECT_EQ(relay_.taken(100ms), "");
}

TEST_P(Delivery, LeavesMailsWaitingWhereMailIsOff) {
  post_.settings.relay.url.clear();
  post_.open();
  const MailId id = post_.put("ada");
  post_.work();
  EXPECT_EQ(post_.state(id), "queued");
  EXPECT_EQ(post_.stored(id).attempts, 0);
  EXPECT_NE(post_.mails->why_off(), "");
  post_.settings.relay.url = "smtp://127.0.0.1:" + relay_.port();
  post_.open();
  post_.work();
  EXPECT_EQ(post_.state(id), "sent");
}

TEST(ManyMails, EachCarryTheirOwn) {
  constexpr int kMails = 1000;
  RelayServer relay;
  Post post(db::Engine::sqlite, &relay);
  post.settings.at_once = 32;
  post.open();
  for (int i = 0; i < kMails; ++i) {
    NewMail wanted = post.to("person" + std::to_string(i));
    const std::string mark = "for person" + std::to_string(i) + "@example.com\n";
    std::string content;
    while (content.size() < 3000) content += mark;
    wanted.attachments = {{"terms " + std::to_string(i) + ".txt", "text/plain", content}};
    wanted.facts["applicant"] = "Person " + std::to_string(i) + "!";
    post.put(wanted);
  }
  post.work();
  std::set<std::string> ids;
  std::set<std::string> recipients;
  for (int i = 0; i < kMails; ++i) {
    const json::Value got = taken(relay);
    ASSERT_FALSE(got.is_null()) << i;
    const std::string to = got.at("to");
    ids.insert(got.at("id").get<std::string>());
    recipients.insert(to);
    EXPECT_EQ(got.at("about"), to);
  }
  EXPECT_EQ(ids.size(), kMails);
  EXPECT_EQ(recipients.size(), kMails);
  EXPECT_EQ(post.desk.count("SELECT COUNT(*) AS n FROM mails WHERE state = 'sent'"), kMails);
}

}  // namespace
}  // namespace lendport::mail
