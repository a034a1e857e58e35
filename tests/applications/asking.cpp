#include "applications/asking.hpp"

namespace lendport::applications {

Application Asking::lost() {
  const Application made = confirmed();
  script_.submits(ends(OutcomeKind::unknown_outcome, Reaches::lender));
  EXPECT_TRUE(work(kSubmitJob));
  EXPECT_EQ(state_of(made), State::unknown);
  return stored(made.id);
}

Application Asking::in_review() {
  const Application made = confirmed();
  script_.submits(done(state_json("in_review", "PENDING")));
  EXPECT_TRUE(work(kSubmitJob));
  return stored(made.id);
}

void Asking::use(ReconcileMode mode) {
  script_.plugin = std::make_shared<connectors::Manifest>(*script_.plugin);
  script_.plugin->reconcile = mode;
}

void Asking::put(const Application& application, State state, std::string_view kind) {
  execute("UPDATE applications SET state = $1 WHERE id = $2", {to_string(state), application.id});
  only_job(kind, application);
}

void Asking::erase_meanwhile(const Application& made) {
  script_.meanwhile = [this, case_id = made.case_id] {
    execute("UPDATE applications SET state = 'cancelled'");
    execute("DELETE FROM case_holds");
    const Case subject = run(cases_.get(rep_, org_.id, case_id, Stage::soon()));
    run(cases_.remove(rep_, org_.id, subject.id, subject.version, Stage::soon()));
  };
}

}  // namespace lendport::applications
