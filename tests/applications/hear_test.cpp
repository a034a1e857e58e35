// What lenders' webhooks make of applications: every state, every word; foreign, early and odd
// ones.
#include "applications/asking.hpp"
#include "connections/inbound_store.hpp"

namespace lendport::applications {
namespace {

class Hearing : public Asking {
 protected:
  // A verified webhook of the connection, as connections leaves it.
  InboundId verified(const std::string& words) {
    const auto id = stage_.ids.next<InboundId>();
    stage_.db->write_now([&](db::Transaction& tx) {
      const Time now = stage_.clock.now();
      const auto sealed = [&](std::string_view column, std::string_view plain) {
        return sealing_.seal(tx, org_.id, crypto::Sealing::kOrgItself,
                             {"inbound_webhooks", id.value, column}, plain, now);
      };
      connections::StoredWebhook stored;
      stored.webhook.id = id;
      stored.webhook.org = org_.id;
      stored.webhook.connection = connection_.id;
      stored.webhook.received_at = now;
      stored.headers = sealed("sealed_headers", "[]");
      stored.body = sealed("sealed_body", "");
      connections::insert(tx, stored);
      stored.webhook.state = InboundState::verified;
      connections::settle(tx, stored.webhook, sealed("sealed_words", words));
      jobs::enqueue(tx,
                    {stage_.ids.next<JobId>(), std::string(kHearWebhookJob), org_.id,
                     R"({"webhook_id":")" + id.value + "\"}", now, id.value},
                    now);
    });
    return id;
  }
  static std::string says(const std::string& state, const std::string& key = "") {
    return R"({"events":[{"type":"application.changed")" +
           (key.empty() ? "" : R"(,"idempotency_key":")" + key + "\"") +
           (state.empty() ? "" : R"(,"application":)" + state) + "}]}";
  }
  // "acted: the lender is asked".
  std::string told(const InboundId& id) {
    return read([&](db::Snapshot& at) {
      const auto row =
          at.find("SELECT state, reason FROM inbound_webhooks WHERE id = $1", {id}).value();
      return row.text("state") + ": " + row.text("reason");
    });
  }
  std::string hear(const std::string& words) {
    const InboundId id = verified(words);
    EXPECT_TRUE(work(kHearWebhookJob));
    return told(id);
  }
  void cannot_be_asked() {
    script_.plugin = std::make_shared<connectors::Manifest>(*script_.plugin);
    script_.plugin->capabilities = {{"application.submit/1", 1, "stable"}};
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, Hearing, db::kEngines, db::engine_name);

TEST_P(Hearing, AsksTheLenderAtOnceInsteadOfTakingItsWord) {
  const Application made = in_review();
  EXPECT_GT(*due(kFollowJob), stage_.clock.now());
  EXPECT_EQ(hear(says(state_json("approved", "OK"))), "acted: the lender is asked");
  EXPECT_EQ(state_of(made), State::in_review) << "what it says is not believed";
  EXPECT_EQ(due(kFollowJob), stage_.clock.now());
  script_.says(done(found_json("needs_info", "ASK")));
  ASSERT_TRUE(work(kFollowJob));
  EXPECT_EQ(state_of(made), State::needs_info) << "what the lender answers is";
  EXPECT_EQ(history(made), "created confirmed submitting in_review webhook_received needs_info");
}

TEST_P(Hearing, AsksWhatBecameOfALostAnswer) {
  const Application made = lost();
  EXPECT_EQ(hear(says(state_json("approved", "OK"), made.lender_key)),
            "acted: the lender is asked");
  EXPECT_EQ(due(kReconcileJob), stage_.clock.now());
}

TEST_P(Hearing, FollowsWhatCouldNotBeFoundOnceItHasAName) {
  use(ReconcileMode::none);
  const Application made = lost();
  ASSERT_TRUE(work_when_due(kReconcileJob));
  EXPECT_FALSE(due(kReconcileJob));
  EXPECT_EQ(hear(says(state_json("in_review", "PENDING"), made.lender_key)),
            "acted: its word was taken");
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work_when_due(kFollowJob));
  EXPECT_EQ(state_of(made), State::approved);
}

TEST_P(Hearing, AsksOnceMoreWhenTheQuestionIsUnderWay) {
  const Application made = in_review();
  stage_.clock.advance(*due(kFollowJob) - stage_.clock.now());
  script_.meanwhile = [&] {
    const auto lease = claim(kHearWebhookJob, "hub-2");
    if (lease) work(applications_, *lease);
  };
  verified(says(state_json("approved", "OK")));
  script_.says(done(found_json("in_review", "PENDING")));
  ASSERT_TRUE(work(kFollowJob));
  script_.says(done(found_json("approved", "OK")));
  ASSERT_TRUE(work(kFollowJob)) << "an answer from before the webhook is not enough";
  EXPECT_EQ(state_of(made), State::approved);
}

TEST_P(Hearing, IgnoresWhatIsNotThisConnections) {
  const Application made = in_review();
  struct Row {
    const char* name;
    std::string words;
    const char* told;
  };
  execute(
      "UPDATE applications SET lender_application_id = 'L-2', connection_id = NULL, id = $2 "
      "WHERE id = $1",
      {made.id, made.id});
  for (const Row& row :
       {Row{"another connection's", says(state_json("approved", "OK", "", "L-2")),
            "ignored: it names no application of this connection"},
        Row{"another's key", says("", made.lender_key),
            "ignored: it names no application of this connection"},
        Row{"nobody's", says(state_json("approved", "OK", "", "L-77")),
            "ignored: it names no application of this connection"},
        Row{"nothing", R"({"events":[{"type":"unknown"}]})", "ignored: it names no application"},
        Row{"no event", R"({"events":[]})", "ignored: it says nothing"}}) {
    const InboundId id = verified(row.words);
    for (int look = 0; look < 40 && due(kHearWebhookJob); ++look) {
      ASSERT_TRUE(work_when_due(kHearWebhookJob)) << row.name;
    }
    EXPECT_EQ(told(id), row.told) << row.name;
  }
  EXPECT_EQ(history(made), "created confirmed submitting in_review");
}

TEST_P(Hearing, WaitsForTheAnswerToTheSubmission) {
  const Application made = confirmed();
  const InboundId by_id = verified(says(state_json("approved", "OK")));
  ASSERT_TRUE(work(kHearWebhookJob));
  EXPECT_EQ(told(by_id), "verified: ") << "nobody has that id yet";
  script_.submits(done(state_json("in_review", "PENDING")));
  ASSERT_TRUE(work(kSubmitJob));
  ASSERT_TRUE(work_when_due(kHearWebhookJob));
  EXPECT_EQ(told(by_id), "acted: the lender is asked");
  EXPECT_EQ(state_of(made), State::in_review);
}

TEST_P(Hearing, WaitsForTheAnswerToTheSubmissionThatItNames) {
  const Application made = confirmed();
  const InboundId by_key = verified(says("", made.lender_key));
  ASSERT_TRUE(work(kHearWebhookJob));
  EXPECT_EQ(told(by_key), "verified: ") << "it is on its way there";
  script_.submits(done(state_json("in_review", "PENDING")));
  ASSERT_TRUE(work(kSubmitJob));
  ASSERT_TRUE(work_when_due(kHearWebhookJob));
  EXPECT_EQ(told(by_key), "acted: the lender is asked");
}

TEST_P(Hearing, DoesNothingByHalfWhileOneOfItsApplicationsIsOnTheWay) {
  const Application followed = in_review();
  execute("DELETE FROM jobs");
  const Application on_the_way = confirmed();
  const std::string words = R"({"events":[{"type":"a","idempotency_key":")" + followed.lender_key +
                            R"("},{"type":"b","idempotency_key":")" + on_the_way.lender_key +
                            "\"}]}";
  const InboundId id = verified(words);
  ASSERT_TRUE(work(kHearWebhookJob));
  EXPECT_EQ(told(id), "verified: ");
  EXPECT_EQ(history(followed), "created confirmed submitting in_review");
  EXPECT_FALSE(due(kFollowJob));
}

TEST_P(Hearing, DoesNotWaitForEver) {
  const Application made = confirmed();
  const InboundId id = verified(says("", made.lender_key));
  const Time begun = stage_.clock.now();
  while (due(kHearWebhookJob)) ASSERT_TRUE(work_when_due(kHearWebhookJob));
  EXPECT_EQ(told(id), "ignored: the application is still on its way to the lender");
  EXPECT_LT(stage_.clock.now() - begun, 2 * kHearPatience);
}

TEST_P(Hearing, NamesTwoApplicationsAndMeansNone) {
  const Application first = in_review();
  execute("DELETE FROM jobs");
  const Application second = lost();
  EXPECT_EQ(hear(says(state_json("approved", "OK"), second.lender_key)),
            "ignored: it names two applications");
  EXPECT_EQ(state_of(first), State::in_review);
  EXPECT_EQ(state_of(second), State::unknown);
}

TEST_P(Hearing, TakesAWordThatCannotBeReadAsAReasonToAsk) {
  in_review();
  EXPECT_EQ(hear(R"({"events":[{"type":"x","application":{"lender_application_id":"L-1",
                     "status":7,"lender_status":"?"}}]})"),
            "acted: the lender is asked");
}

TEST_P(Hearing, SpeaksOfSeveralApplications) {
  const Application first = in_review();
  EXPECT_EQ(hear(R"({"events":[{"type":"a","application":)" + state_json("approved", "OK") +
                 R"(},{"type":"unknown"},{"type":"b","application":)" +
                 state_json("approved", "OK") + "}]}"),
            "acted: the lender is asked");
  EXPECT_EQ(history(first), "created confirmed submitting in_review webhook_received");
}

// Every state and every word of a lender that cannot be asked go through the table; that of one
// that can be asked changes nothing by itself.
TEST_P(Hearing, GoesThroughTheTableFromEveryState) {
  const Application made = in_review();
  constexpr std::array kWords{"in_review", "needs_info",    "prequalified",   "conditional",
                              "approved",  "declined",      "documents_sent", "signed",
                              "funded",    "countersigned", "cancelled",      "expired"};
  cannot_be_asked();
  for (std::size_t i = 0; i < kApplicationStateCount; ++i) {
    const auto state = static_cast<State>(i);
    if (state == State::confirmed || state == State::submitting) continue;
    for (const char* word : kWords) {
      execute(
          "UPDATE applications SET state = $1, lender_status = 'X', attention = '' WHERE id = $2",
          {to_string(state), made.id});
      const std::string answer = hear(says(state_json(word, "Y")));
      const auto next = next_state(state, lender_event(word).event);
      EXPECT_EQ(state_of(made), next.value_or(state)) << to_string(state) << " " << word;
      EXPECT_EQ(answer, next ? "acted: its word was taken"
                             : "ignored: it does not follow from " + std::string(to_string(state)))
          << to_string(state) << " " << word;
      EXPECT_EQ(stored(made.id).attention.empty(), next.has_value());
    }
  }
}

TEST_P(Hearing, ChangesNothingByItselfWhereTheLenderCanBeAsked) {
  const Application made = in_review();
  for (std::size_t i = 0; i < kApplicationStateCount; ++i) {
    const auto state = static_cast<State>(i);
    if (state == State::confirmed || state == State::submitting) continue;
    execute("UPDATE applications SET state = $1, attention = '' WHERE id = $2",
            {to_string(state), made.id});
    execute("DELETE FROM jobs");
    const std::string answer = hear(says(state_json("signed", "Y")));
    EXPECT_EQ(state_of(made), state);
    const bool asked = is_followed(state) || state == State::unknown;
    EXPECT_EQ(answer.starts_with("acted"), asked) << to_string(state) << ": " << answer;
    EXPECT_EQ(due(kFollowJob).has_value(), is_followed(state)) << to_string(state);
    EXPECT_EQ(due(kReconcileJob).has_value(), state == State::unknown);
  }
}

// Its case may be deleted once it ended; the lender that cannot be asked may say something all the
// same, and nothing of it comes to stay in clear.
TEST_P(Hearing, LearnsNothingMoreAboutWhoWasErased) {
  for (const bool erased : {false, true}) {
    execute("DELETE FROM jobs");
    const Application made = confirmed();
    script_.submits(done(state_json("declined", "NO", "", made.id.value)));
    ASSERT_TRUE(work(kSubmitJob));
    if (erased) {
      const Case subject = run(cases_.get(rep_, org_.id, made.case_id, Stage::soon()));
      run(cases_.remove(rep_, org_.id, subject.id, subject.version, Stage::soon()));
    }
    const std::string words = says(state_json(
        "declined", "LATE PAYMENTS",
        R"(,"decision":{"reasons":[{"code":"R1","text":"late payments"}]})", made.id.value));
    EXPECT_EQ(hear(words),
              erased ? "ignored: the applicant's data was erased" : "acted: its word was taken");
    EXPECT_EQ(stored(made.id).lender_status, erased ? "NO" : "LATE PAYMENTS");
    EXPECT_EQ(stored(made.id).decision.has_value(), !erased);
    EXPECT_EQ(stored(made.id).attention, "");
    const auto told = read([&](db::Snapshot& at) {
      return lendport::events::list(at, org_.id, {"application", made.id.value}, 0, 200);
    });
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.back().type, "application.webhook_received");
    EXPECT_EQ(told.back().payload.find("LATE PAYMENTS") == std::string::npos, erased);
  }
}

TEST_P(Hearing, RunsAgainAfterADeathWithoutHarm) {
  const Application made = in_review();
  verified(says(state_json("approved", "OK")));
  const auto lease = claim(kHearWebhookJob);
  ASSERT_TRUE(lease);
  work(applications_, *lease);
  EXPECT_EQ(db::failure_of([&] { work(applications_, *lease); }), ErrorCode::lease_lost);
  EXPECT_EQ(history(made), "created confirmed submitting in_review webhook_received");
}

}  // namespace
}  // namespace lendport::applications
