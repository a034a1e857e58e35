#include "orgs/record.hpp"

#include "db/versions.hpp"
#include "events/audit.hpp"
#include "orgs/json.hpp"

#include <string>
#include <utility>

namespace lendport::orgs {
namespace {

// What was done to what; texts are JSON without secrets or personal data.
struct Change {
  OrgId org;
  std::string_view action;
  events::Subject subject;
  std::optional<std::string> before;
  std::string after;
};

std::string actor_of(const Principal& caller) {
  return caller.user.value.empty() ? "operator" : caller.user.value;
}

void record_change(const Needs& needs, db::Transaction& tx, const Principal& caller,
                   const Change& change) {
  events::NewEvent event;
  event.id = needs.ids.next<EventId>();
  event.org = change.org;
  event.subject = change.subject;
  event.type = change.action;
  event.payload = change.after;
  event.actor = actor_of(caller);
  event.at = needs.clock.now();
  events::record(tx, event, change.before, change.after, caller.request_id);
  db::bump(tx, kTopic);
}

template <class T>
std::optional<std::string> text_before(const T* before) {
  if (before == nullptr) return std::nullopt;
  return record_text(*before);
}

}  // namespace

void record(const Needs& needs, db::Transaction& tx, const Principal& caller,
            std::string_view action, const Org* before, const Org& after) {
  record_change(
      needs, tx, caller,
      {after.id, action, {"org", after.id.value}, text_before(before), record_text(after)});
}

void record(const Needs& needs, db::Transaction& tx, const Principal& caller,
            std::string_view action, const User* before, const User& after) {
  record_change(
      needs, tx, caller,
      {after.org, action, {"user", after.id.value}, text_before(before), record_text(after)});
}

void record(const Needs& needs, db::Transaction& tx, const Principal& caller,
            std::string_view action, const ApiKey& key) {
  record_change(needs, tx, caller,
                {key.org, action, {"key", key.id.value}, std::nullopt, record_text(key)});
}

}  // namespace lendport::orgs
