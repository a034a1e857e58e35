// An org's reps with a lender, cases and quotes, and the applications they make of them.
#pragma once

#include "applications/applications.hpp"
#include "applications/jobs.hpp"
#include "applications/json_connector.hpp"
#include "applications/scripted_lender.hpp"
#include "applications/store.hpp"
#include "db/idempotency.hpp"
#include "events/events.hpp"
#include "http/stored_answer.hpp"
#include "mail/mail.hpp"
#include "quotes/market.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lendport::applications {

using orgs::Stage;
using State = ApplicationState;
using connectors::OutcomeKind;

inline constexpr const char* kConfirmation =
    R"({"first_name":"Ada","last_name":"Quinn","email":"ada@example.com","phone":"(512) 555-0100",
        "address":"1 Sun St, Austin, TX 78701, US"})";

// What a story answered, or why not.
struct Told {
  http::Response response;
  std::optional<ErrorCode> error;
  std::string detail;
  std::vector<std::string> violations;  // "/pointer code"
  std::string details;                  // of all violations
};

class Desk : public quotes::QuoteMarket {
 protected:
  Desk() { open(); }

  void open() { connection_ = open_market(); }

  template <class T>
  T run(Task<T> task) {
    return support::run_task(std::move(task));
  }
  template <class Closure>
  auto read(const Closure& closure) {
    std::optional<std::invoke_result_t<const Closure&, db::Snapshot&>> result;
    stage_.db->read_now([&](db::Snapshot& at) { result = closure(at); });
    return *std::move(result);
  }
  void execute(const std::string& sql, const db::Values& values = {}) {
    stage_.db->write_now([&](db::Transaction& tx) { tx.execute(sql, values); });
  }
  std::int64_t count(const std::string& sql, const db::Values& values = {}) {
    return read([&](db::Snapshot& at) { return at.find(sql, values)->integer("n"); });
  }

  http::Request request(const Principal& caller, const std::string& key = "") {
    http::Request request;
    request.id = "req-1";
    request.language = "en";
    request.principal = caller;
    request.deadline = Stage::soon();
    if (key.empty()) return request;
    request.idempotency_key = key;
    request.keep = [this, key](db::Transaction& tx, const http::Response& answer,
                               const std::vector<std::string>& people) {
      const db::Answer stored{static_cast<int>(answer.status),
                              http::stored_headers(http::stored(answer)),
                              {answer.body}};
      db::remember(tx, sealing_, idempotency_key(key), "print-1", stored, people,
                   stage_.clock.now());
    };
    return request;
  }

  static Told told(const std::function<http::Response()>& story);

  static NewApplication wanted(const Quote& quote) {
    NewApplication wanted;
    wanted.quote = quote.id;
    wanted.consent = {"v3", "en", from_unix_ms(1'780'000'000'000)};
    return wanted;
  }
  Told create(const Quote& quote, const Principal& caller, const std::string& key = "") {
    const http::Request asked = request(caller, key);
    return told([&] { return run(applications_.create(asked, org_.id, wanted(quote))); });
  }
  Told create(const Quote& quote) { return create(quote, rep_); }
  // A draft for a new case; throws what create() throws.
  Application draft(const std::string& body = cases::case_body()) {
    const http::Request asked = request(rep_);
    const Quote quote = quoted(opened(body), "L-20");
    return stored(id_of(run(applications_.create(asked, org_.id, wanted(quote)))));
  }
  Told confirm(const Application& application, const Principal& caller,
               const std::string& body = kConfirmation, const std::string& key = "") {
    const http::Request asked = request(caller, key);
    return told([&] {
      return run(applications_.confirm(asked, org_.id, application.id,
                                       read_confirmation(body, stage_.clock.now())));
    });
  }
  Told confirm(const Application& application, const std::string& body = kConfirmation) {
    return confirm(application, rep_, body);
  }
  Application confirmed() {
    const Application made = draft();
    const Told answer = confirm(made);
    EXPECT_FALSE(answer.error) << answer.detail << answer.details;
    return stored(made.id);
  }
  Told withdraw(const Application& application, const std::string& key = "") {
    const http::Request asked = request(rep_, key);
    return told([&] { return run(applications_.withdraw(asked, org_.id, application.id)); });
  }
  Told decide(const Application& application, const std::string& body) {
    const http::Request asked = request(admin_);
    return told([&] {
      return run(applications_.decide(asked, org_.id, application.id, read_manual_decision(body)));
    });
  }

  void disconnect() {
    const Connection before = run(connections_.get(admin_, org_.id, connection_.id, Stage::soon()));
    run(connections_.disconnect(admin_, org_.id, connection_.id, before.version, Stage::soon()));
  }
  // Although applications are open: what a damaged store or a repair by hand may leave.
  void disconnect_held() {
    execute("DELETE FROM connection_holds");
    disconnect();
  }
  std::optional<ErrorCode> refusal_of_disconnect() {
    return db::failure_of([&] { disconnect(); });
  }

  db::IdempotencyKey idempotency_key(const std::string& key) const {
    return {org_.id, "POST /v1/orgs/{org}/applications", key};
  }
  // What a request repeated with this key is answered.
  std::optional<db::Answer> kept(const std::string& key, const std::string& print = "print-1") {
    return read([&](db::Snapshot& at) {
      return db::find_answer(at, sealing_, idempotency_key(key), print);
    });
  }

  static ApplicationId id_of(const http::Response& response) {
    return ApplicationId{json::parse(response.body).at("id").get<std::string>()};
  }
  Application stored(const ApplicationId& id) {
    return read(
        [&](db::Snapshot& at) { return applications_store::find(at, org_.id, id).value(); });
  }
  // The code of its technical refusal, or "none".
  std::string refusal_of(const Application& application) {
    const auto failure = stored(application.id).failure;
    return failure ? failure->code : "none";
  }
  State state_of(const Application& application) { return stored(application.id).state; }

  // --- Jobs --------------------------------------------------------------------------------------

  // Takes the job of this kind as a worker of `owner` does; nothing when none is due.
  std::optional<jobs::Lease> claim(std::string_view kind, const std::string& owner = "hub-1") {
    std::optional<jobs::Lease> lease;
    stage_.db->write_now([&](db::Transaction& tx) {
      const auto claimed =
          jobs::claim(tx, {{std::string(kind)}, owner, stage_.clock.now(), kLeaseFor, 1});
      lease = claimed.empty() ? std::nullopt : std::optional(claimed.front());
    });
    return lease;
  }
  // The only job there is, due now.
  void only_job(std::string_view kind, const Application& application) {
    execute("DELETE FROM jobs");
    stage_.db->write_now([&](db::Transaction& tx) {
      const Time now = stage_.clock.now();
      jobs::enqueue(
          tx,
          {stage_.ids.next<JobId>(), std::string(kind), org_.id, write_job(application.id), now,
           std::string(kind) + "/" + application.id.value},
          now);
    });
  }
  void work(Applications& applications, const jobs::Lease& lease) {
    if (lease.kind == kSubmitJob) run(applications.submit(lease, Stage::soon()));
    if (lease.kind == kReconcileJob) run(applications.reconcile(lease, Stage::soon()));
    if (lease.kind == kFollowJob) run(applications.follow(lease, Stage::soon()));
    if (lease.kind == kHearWebhookJob) run(applications.hear(lease, Stage::soon()));
    if (lease.kind == kSendDocumentsJob) run(applications.carry_documents(lease, Stage::soon()));
    if (lease.kind == kAskDocumentsJob) run(applications.ask_documents(lease, Stage::soon()));
  }
  // Runs the job of this kind that is due; false when there is none.
  bool work(std::string_view kind) {
    const auto lease = claim(kind);
    if (lease) work(applications_, *lease);
    return lease.has_value();
  }
  // When a job of this kind is due next; nothing when there is none.
  std::optional<Time> due(std::string_view kind) {
    return read([&](db::Snapshot& at) -> std::optional<Time> {
      const auto row = at.find("SELECT due_at_ms FROM jobs WHERE kind = $1", {kind});
      return row ? std::optional(row->time("due_at_ms")) : std::nullopt;
    });
  }
  // Moves the clock to the moment that job is due, and runs it.
  bool work_when_due(std::string_view kind) {
    const auto at = due(kind);
    if (!at) return false;
    if (*at > stage_.clock.now()) stage_.clock.advance(*at - stage_.clock.now());
    return work(kind);
  }

  // The events of an application, oldest first: "created confirmed submitting approved".
  std::string history(const Application& application) {
    std::string types;
    for (
        const events::Event& event : read([&](db::Snapshot& at) {
          return lendport::events::list(at, org_.id, {"application", application.id.value}, 0, 200);
        })) {
      if (!event.type.starts_with(kOwnEvents)) continue;  // a mail's, say
      types += (types.empty() ? "" : " ") + event.type.substr(kOwnEvents.size());
    }
    return types;
  }

  static constexpr std::string_view kOwnEvents = "application.";
  static constexpr std::chrono::milliseconds kLeaseFor{30'000};

  Applications::Needs needs_of_applications() {
    return {*stage_.db, stage_.clock, stage_.ids, sealing_, connections_, catalog_,
            cases_,     files_,       quotes_,    script_,  mails_};
  }

  Files files_{{*stage_.db, stage_.clock, stage_.ids, sealing_, cases_}, FileSettings{}};
  ScriptedLender script_{*stage_.db, stage_.clock, stage_.ids};
  Mails mails_{{*stage_.db, stage_.clock, stage_.ids, sealing_, nullptr,
                [](std::uint64_t) { return std::uint64_t{0}; }},
               MailSettings{}};
  Applications applications_{needs_of_applications(), ApplicationSettings{}};
  Connection connection_;
};

inline Told Desk::told(const std::function<http::Response()>& story) {
  Told told;
  try {
    told.response = story();
  } catch (const Error& error) {
    told.error = error.code();
    told.detail = error.detail();
    for (const Violation& violation : error.violations()) {
      told.violations.push_back(violation.pointer + " " + violation.code);
      told.details += violation.detail + "\n";
    }
  }
  return told;
}

}  // namespace lendport::applications
