#include "applications/desk.hpp"

namespace lendport::applications {

Desk::Desk() {
  connection_ = open_market();
}

Desk::~Desk() = default;

void Desk::execute(const std::string& sql, const db::Values& values) {
  stage_.db->write_now([&](db::Transaction& tx) { tx.execute(sql, values); });
}

std::int64_t Desk::count(const std::string& sql, const db::Values& values) {
  return read([&](db::Snapshot& at) { return at.find(sql, values)->integer("n"); });
}

http::Request Desk::request(const Principal& caller, const std::string& key) {
  http::Request request;
  request.id = "req-1";
  request.language = "en";
  request.principal = caller;
  request.deadline = Stage::soon();
  if (key.empty()) return request;
  request.idempotency_key = key;
  request.keep = [this, key](db::Transaction& tx, const http::Response& answer,
                             const std::vector<std::string>& people) {
    const db::Answer stored{
        static_cast<int>(answer.status), http::stored_headers(http::stored(answer)), {answer.body}};
    db::remember(tx, sealing_, idempotency_key(key), "print-1", stored, people, stage_.clock.now());
  };
  return request;
}

NewApplication Desk::wanted(const Quote& quote) {
  NewApplication wanted;
  wanted.quote = quote.id;
  wanted.consent = {"v3", "en", from_unix_ms(1'780'000'000'000)};
  return wanted;
}

Told Desk::create(const Quote& quote, const Principal& caller, const std::string& key) {
  const http::Request asked = request(caller, key);
  return told([&] { return run(applications_.create(asked, org_.id, wanted(quote))); });
}

Application Desk::draft(const std::string& body) {
  const http::Request asked = request(rep_);
  const Quote quote = quoted(opened(body), "L-20");
  return stored(id_of(run(applications_.create(asked, org_.id, wanted(quote)))));
}

Told Desk::confirm(const Application& application, const Principal& caller, const std::string& body,
                   const std::string& key) {
  const http::Request asked = request(caller, key);
  return told([&] {
    return run(applications_.confirm(asked, org_.id, application.id,
                                     read_confirmation(body, stage_.clock.now())));
  });
}

Told Desk::confirm(const Application& application, const std::string& body) {
  return confirm(application, rep_, body);
}

Application Desk::confirmed() {
  const Application made = draft();
  const Told answer = confirm(made);
  EXPECT_FALSE(answer.error) << answer.detail << answer.details;
  return stored(made.id);
}

Told Desk::withdraw(const Application& application, const std::string& key) {
  const http::Request asked = request(rep_, key);
  return told([&] { return run(applications_.withdraw(asked, org_.id, application.id)); });
}

Told Desk::decide(const Application& application, const std::string& body) {
  const http::Request asked = request(admin_);
  return told([&] {
    return run(applications_.decide(asked, org_.id, application.id, read_manual_decision(body)));
  });
}

void Desk::disconnect() {
  const Connection before = run(connections_.get(admin_, org_.id, connection_.id, Stage::soon()));
  run(connections_.disconnect(admin_, org_.id, connection_.id, before.version, Stage::soon()));
}

void Desk::disconnect_held() {
  execute("DELETE FROM connection_holds");
  disconnect();
}

std::optional<ErrorCode> Desk::refusal_of_disconnect() {
  return db::failure_of([&] { disconnect(); });
}

db::IdempotencyKey Desk::idempotency_key(const std::string& key) const {
  return {org_.id, "POST /v1/orgs/{org}/applications", key};
}

std::optional<db::Answer> Desk::kept(const std::string& key, const std::string& print) {
  return read(
      [&](db::Snapshot& at) { return db::find_answer(at, sealing_, idempotency_key(key), print); });
}

ApplicationId Desk::id_of(const http::Response& response) {
  return ApplicationId{json::parse(response.body).at("id").get<std::string>()};
}

Application Desk::stored(const ApplicationId& id) {
  return read([&](db::Snapshot& at) { return applications_store::find(at, org_.id, id).value(); });
}

std::string Desk::refusal_of(const Application& application) {
  const auto failure = stored(application.id).failure;
  return failure ? failure->code : "none";
}

std::optional<jobs::Lease> Desk::claim(std::string_view kind, const std::string& owner) {
  std::optional<jobs::Lease> lease;
  stage_.db->write_now([&](db::Transaction& tx) {
    const auto claimed =
        jobs::claim(tx, {{std::string(kind)}, owner, stage_.clock.now(), kLeaseFor, 1});
    lease = claimed.empty() ? std::nullopt : std::optional(claimed.front());
  });
  return lease;
}

void Desk::only_job(std::string_view kind, const Application& application) {
  execute("DELETE FROM jobs");
  stage_.db->write_now([&](db::Transaction& tx) {
    const Time now = stage_.clock.now();
    jobs::enqueue(tx,
                  {stage_.ids.next<JobId>(), std::string(kind), org_.id, write_job(application.id),
                   now, std::string(kind) + "/" + application.id.value},
                  now);
  });
}

void Desk::work(Applications& applications, const jobs::Lease& lease) {
  if (lease.kind == kSubmitJob) run(applications.submit_jobs().run(lease, Stage::soon()));
  if (lease.kind == kReconcileJob) run(applications.ask_jobs().reconcile(lease, Stage::soon()));
  if (lease.kind == kFollowJob) run(applications.ask_jobs().follow(lease, Stage::soon()));
  if (lease.kind == kHearWebhookJob) run(applications.hear_jobs().run(lease, Stage::soon()));
  if (lease.kind == kSendDocumentsJob)
    run(applications.document_jobs().carry(lease, Stage::soon()));
  if (lease.kind == kAskDocumentsJob) run(applications.document_jobs().ask(lease, Stage::soon()));
}

bool Desk::work(std::string_view kind) {
  const auto lease = claim(kind);
  if (lease) work(applications_, *lease);
  return lease.has_value();
}

std::optional<Time> Desk::due(std::string_view kind) {
  return read([&](db::Snapshot& at) -> std::optional<Time> {
    const auto row = at.find("SELECT due_at_ms FROM jobs WHERE kind = $1", {kind});
    return row ? std::optional(row->time("due_at_ms")) : std::nullopt;
  });
}

bool Desk::work_when_due(std::string_view kind) {
  const auto at = due(kind);
  if (!at) return false;
  if (*at > stage_.clock.now()) stage_.clock.advance(*at - stage_.clock.now());
  return work(kind);
}

std::string Desk::history(const Application& application) {
  std::string types;
  for (const events::Event& event : read([&](db::Snapshot& at) {
         return lendport::events::list(at, org_.id, {"application", application.id.value}, 0, 200);
       })) {
    if (!event.type.starts_with(kOwnEvents)) continue;  // a mail's, say
    types += (types.empty() ? "" : " ") + event.type.substr(kOwnEvents.size());
  }
  return types;
}

Applications::Needs Desk::needs_of_applications() {
  return {*stage_.db, stage_.clock, stage_.ids, sealing_, connections_, catalog_,
          cases_,     files_,       quotes_,    script_,  mails_};
}

Told Desk::told(const std::function<http::Response()>& story) {
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
