#include "simulation/judge.hpp"

#include "connectors/journal.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lendport::simulation {
namespace {

using State = ApplicationState;
using Event = ApplicationEvent;

constexpr std::string_view kOwn = "application.";

// What an application's event says happened, where it is the hub's or a person's.
const std::map<std::string, Event, std::less<>> kOwnEvents = {
    {"confirmed", Event::confirm},       {"submitting", Event::attempt},
    {"answer_lost", Event::answer_lost}, {"failed", Event::refuse_technically},
    {"not_found", Event::not_found},     {"withdrawn", Event::withdraw},
};
// Those that change nothing of the state.
constexpr std::array<std::string_view, 7> kStays = {
    "created",         "retrying",        "waiting",         "refused_step",
    "needs_attention", "attention_ended", "webhook_received"};

std::string read(const json::Value& payload, const char* name) {
  const auto found = payload.find(name);
  return found == payload.end() || !found->is_string() ? "" : found->get<std::string>();
}

}  // namespace

std::int64_t Judge::last_sequence() {
  const db::Rows rows =
      disk_.query("SELECT event_sequence FROM record_heads WHERE org = $1", {ground_.org});
  return rows.empty() ? 0 : rows.front().integer("event_sequence");
}

bool Judge::has_job(std::string_view kind, const std::string& application) {
  return !disk_
              .query("SELECT id FROM jobs WHERE unique_key = $1 AND state <> 'failed'",
                     {std::string(kind) + "/" + application})
              .empty();
}

bool Judge::is_settled(std::string& why) {
  bool settled = true;
  for (const db::Row& row :
       disk_.query("SELECT id, state, attention, lender_key, lender_status, connection_id, "
                   "lender_application_id, documents FROM applications")) {
    settled = is_settled(row, why) && are_documents_settled(row, why) && settled;
  }
  for (const db::Row& row : disk_.query("SELECT kind, state, payload, reason FROM jobs")) {
    if (row.text("state") == "failed") {
      world_.wrong("a job was given up: " + row.text("kind") + " " +
                   row.optional_text("reason").value_or(""));
    }
    const std::string kind = row.text("kind");
    if (kind == kFollowJob || kind == kReconcileJob || kind == kAskDocumentsJob) continue;
    why = kind + " waits";
    settled = false;
  }
  return settled;
}

bool Judge::is_settled(const db::Row& row, std::string& why) {
  const std::string id = row.text("id");
  const State state = parse_application_state(row.text("state")).value();
  const bool is_noted = !row.text("attention").empty();
  const auto without_job = [&](std::string_view kind) {
    why = id + " is " + row.text("state");
    if (has_job(kind, id)) return false;
    world_.wrong(why + " and no job works on it: " + std::string(kind));
    return true;
  };
  if (state == State::confirmed || state == State::submitting) {
    without_job(kSubmitJob);
    return false;
  }
  if (state == State::unknown) {
    if (is_noted) return true;
    without_job(kReconcileJob);
    return false;
  }
  if (!asks_itself(row)) return true;
  if (without_job(kFollowJob)) return false;
  const Loan* loan = books_.find(row.text("lender_key"));
  if (loan == nullptr) {
    world_.wrong(why + " and the lender never had it");
    return false;
  }
  // The lender's latest word has come, or somebody is told to ask for it.
  return loan->asked_at >= calm_since_ && (row.text("lender_status") == loan->own_word || is_noted);
}

// Whether the hub asks the lender about it as long as it is open: nobody else has to.
bool Judge::asks_itself(const db::Row& row) {
  const State state = parse_application_state(row.text("state")).value();
  if (!is_followed(state) || !row.optional_text("connection_id")) return false;
  if (kind_ == Kind::cannot_ask) return false;
  return kind_ != Kind::cannot_find || !row.text("lender_application_id").empty();
}

bool Judge::are_documents_settled(const db::Row& row, std::string& why) {
  const auto text = row.optional_text("documents");
  if (!text) return true;
  const std::string id = row.text("id");
  const std::string state = json::parse(*text).at("state").get<std::string>();
  if (state == "sent" || state == "failed") return true;
  const bool is_to_be_sent = state == "requested" || state == "sending";
  why = "the documents of " + id + " are " + state;
  if (!is_to_be_sent && !row.text("attention").empty()) return true;
  // Nobody asks about them any more.
  const State its = parse_application_state(row.text("state")).value();
  if (!is_to_be_sent && is_final(its) && !has_job(kAskDocumentsJob, id)) return true;
  const std::string_view kind = is_to_be_sent ? kSendDocumentsJob : kAskDocumentsJob;
  if (!has_job(kind, id)) world_.wrong(why + " and no job works on them");
  return false;
}

void Judge::look(const Told& told) {
  look_at_steps(told);
  look_at_journal();
  look_at_audit();
}

void Judge::look_at_steps(const Told& told) {
  std::map<std::string, State> states;
  Told happened;
  for (const db::Row& event : disk_.query(
           "SELECT subject_id, type, payload, actor FROM events WHERE org = $1 AND sequence > $2 "
           "AND subject_kind = 'application' ORDER BY sequence",
           {ground_.org, first_})) {
    take_step(event, states, happened);
  }
  for (const auto& [what, times] : told) {
    if (happened[what] < times) world_.wrong("told, and lost: " + what);
  }
  look_at_applications(states);
}

void Judge::take_step(const db::Row& event, std::map<std::string, State>& states, Told& happened) {
  const std::string id = event.text("subject_id");
  const std::string type = event.text("type").substr(kOwn.size());
  ++happened[(type == "created" ? std::string("an") : id) + " " + event.text("type")];
  if (type == "webhook_received") return;
  const json::Value payload = json::parse(event.text("payload"));
  const auto from = parse_application_state(read(payload, "from"));
  const auto to = parse_application_state(read(payload, "state"));
  const std::string told =
      id + " " + type + ": " + read(payload, "from") + " to " + read(payload, "state");
  if (!from || !to || (type != "created" && states[id] != *from)) {
    world_.wrong("it was not there: " + told);
  }
  states[id] = to.value_or(State::draft);
  const bool is_word = lender_event(type).mapped;
  const bool stays = std::find(kStays.begin(), kStays.end(), type) != kStays.end() ||
                     type.starts_with("documents_");
  if (stays && !is_word) {
    if (from != to) world_.wrong("a step that should be none: " + told);
    return;
  }
  const auto own = kOwnEvents.find(type);
  LenderEvent taken{Event::confirm, true};
  if (own != kOwnEvents.end()) {
    taken.event = own->second;
  } else {
    taken = lender_event(type);
    if (!taken.mapped) world_.wrong("an event of no name: " + told);
  }
  const auto next = next_state(*from, taken.event);
  if (next != to) world_.wrong("not by the table: " + told);
  const auto at = static_cast<std::size_t>(*from);
  ++world_.tally().steps.at(at).at(static_cast<std::size_t>(taken.event));
}

void Judge::look_at_applications(const std::map<std::string, State>& states) {
  for (const db::Row& row : disk_.query(
           "SELECT id, state, attention, lender_key, failure_code, connection_id, documents, "
           "lender_application_id FROM applications")) {
    const std::string id = row.text("id");
    const auto found = states.find(id);
    const State state = parse_application_state(row.text("state")).value();
    if (state != (found == states.end() ? State::draft : found->second)) {
      world_.wrong(id + " is " + row.text("state") + ", and its events say otherwise");
    }
    if (state == State::failed && !row.optional_text("failure_code")) {
      world_.wrong(id + " failed, and nothing says why");
    }
    const Loan* loan = books_.find(row.text("lender_key"));
    if (asks_itself(row) && row.text("attention").empty() &&
        (loan == nullptr || loan->word != row.text("state"))) {
      world_.wrong(id + " is " + row.text("state") + ", the lender says " +
                   (loan == nullptr ? "nothing" : loan->word) + ", and nobody is told to look");
    }
    if (state == State::unknown && row.text("attention").empty()) {
      world_.wrong(id + " is unknown, and nobody is told to look");
    }
    if (state == State::draft || state == State::confirmed || state == State::failed) {
      if (loan != nullptr) world_.wrong(id + " is at the lender and still " + row.text("state"));
    }
  }
}

void Judge::look_at_journal() {
  for (const auto& [key, loan] : books_.loans()) {
    const auto rows = disk_.query(
        "SELECT id FROM lender_calls WHERE idempotency_key = $1 AND effect = 'create'", {key});
    if (rows.empty()) world_.wrong("the lender has what no journal knows: " + key);
  }
  for (const db::Row& row :
       disk_.query("SELECT DISTINCT a.id, a.lender_key FROM events e JOIN applications a ON a.id = "
                   "e.subject_id WHERE e.org = $1 AND e.sequence > $2 AND e.type = "
                   "'application.answer_lost'",
                   {ground_.org, first_})) {
    const auto rows =
        disk_.query("SELECT id FROM lender_calls WHERE idempotency_key = $1 AND effect = 'create'",
                    {row.text("lender_key")});
    if (rows.empty()) world_.wrong(row.text("id") + " was unknown, and nothing can have left");
  }
}

void Judge::look_at_audit() {
  std::optional<std::int64_t> broken;
  disk_.look([&](db::Snapshot& at) { broken = events::verify_chain(at, ground_.org); });
  if (broken) world_.wrong("the audit breaks at " + std::to_string(*broken));
  const db::Rows counted = disk_.query(
      "SELECT action, count(*) AS n FROM audit WHERE org = $1 AND subject_kind = 'application' "
      "GROUP BY action",
      {ground_.org});
  const std::map<std::string, std::string> event_of = {
      {"application.create", "application.created"},
      {"application.confirm", "application.confirmed"},
      {"application.withdraw", "application.withdrawn"},
      {"application.send_documents", "application.documents_requested"}};
  for (const db::Row& row : counted) {
    const auto event = event_of.find(row.text("action"));
    if (event == event_of.end()) continue;
    const auto events = disk_.query("SELECT count(*) AS n FROM events WHERE org = $1 AND type = $2",
                                    {ground_.org, event->second});
    if (events.front().integer("n") != row.integer("n")) {
      world_.wrong("the audit and the events differ: " + event->second);
    }
  }
}

std::string Judge::record() {
  std::string text;
  const auto add = [&](const char* sql, const db::Values& values) {
    for (const db::Row& row : disk_.query(sql, values)) text += row.text("line") + '\n';
  };
  add("SELECT sequence || ' ' || at_ms || ' ' || id || ' ' || subject_id || ' ' || type || ' ' || "
      "actor || ' ' || payload AS line FROM events WHERE org = $1 AND sequence > $2 ORDER BY "
      "sequence",
      {ground_.org, first_});
  add("SELECT started_at_ms || ' ' || id || ' ' || operation || ' ' || attempt || ' ' || state || "
      "' ' || phase || ' ' || fault AS line FROM lender_calls ORDER BY id",
      {});
  add("SELECT id || ' ' || kind || ' ' || payload || ' ' || state || ' ' || due_at_ms || ' ' || "
      "attempts || ' ' || epoch AS line FROM jobs ORDER BY id",
      {});
  return text;
}

}  // namespace lendport::simulation
