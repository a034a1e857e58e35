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
  Desk();
  ~Desk() override;

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
  void execute(const std::string& sql, const db::Values& values = {});
  std::int64_t count(const std::string& sql, const db::Values& values = {});

  http::Request request(const Principal& caller, const std::string& key = "");

  static Told told(const std::function<http::Response()>& story);

  static NewApplication wanted(const Quote& quote);
  Told create(const Quote& quote, const Principal& caller, const std::string& key = "");
  Told create(const Quote& quote) { return create(quote, rep_); }
  // A draft for a new case; throws what create() throws.
  Application draft(const std::string& body = cases::case_body());
  Told confirm(const Application& application, const Principal& caller,
               const std::string& body = kConfirmation, const std::string& key = "");
  Told confirm(const Application& application, const std::string& body = kConfirmation);
  Application confirmed();
  Told withdraw(const Application& application, const std::string& key = "");
  Told decide(const Application& application, const std::string& body);

  void disconnect();
  // Although applications are open: what a damaged store or a repair by hand may leave.
  void disconnect_held();
  std::optional<ErrorCode> refusal_of_disconnect();

  db::IdempotencyKey idempotency_key(const std::string& key) const;
  // What a request repeated with this key is answered.
  std::optional<db::Answer> kept(const std::string& key, const std::string& print = "print-1");

  static ApplicationId id_of(const http::Response& response);
  Application stored(const ApplicationId& id);
  // The code of its technical refusal, or "none".
  std::string refusal_of(const Application& application);
  State state_of(const Application& application) { return stored(application.id).state; }

  // --- Jobs --------------------------------------------------------------------------------------

  // Takes the job of this kind as a worker of `owner` does; nothing when none is due.
  std::optional<jobs::Lease> claim(std::string_view kind, const std::string& owner = "hub-1");
  // The only job there is, due now.
  void only_job(std::string_view kind, const Application& application);
  void work(Applications& applications, const jobs::Lease& lease);
  // Runs the job of this kind that is due; false when there is none.
  bool work(std::string_view kind);
  // When a job of this kind is due next; nothing when there is none.
  std::optional<Time> due(std::string_view kind);
  // Moves the clock to the moment that job is due, and runs it.
  bool work_when_due(std::string_view kind);

  // The events of an application, oldest first: "created confirmed submitting approved".
  std::string history(const Application& application);

  static constexpr std::string_view kOwnEvents = "application.";
  static constexpr std::chrono::milliseconds kLeaseFor{30'000};

  Applications::Needs needs_of_applications();

  Files files_{{*stage_.db, stage_.clock, stage_.ids, sealing_, cases_}, FileSettings{}};
  ScriptedLender script_{*stage_.db, stage_.clock, stage_.ids};
  Mails mails_{{*stage_.db, stage_.clock, stage_.ids, sealing_, nullptr,
                [](std::uint64_t) { return std::uint64_t{0}; }},
               MailSettings{}};
  Applications applications_{needs_of_applications(), ApplicationSettings{}};
  Connection connection_;
};

}  // namespace lendport::applications
