#include "catalog/record.hpp"

#include "catalog/json.hpp"
#include "catalog/snapshots.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"

namespace lendport::catalog {
namespace {

struct Recorded {
  std::string_view action;
  events::Subject subject;
  std::string payload;
  std::optional<std::string> before;
  std::string after;
};

void put(const Catalog::Needs& needs, db::Transaction& tx, const ProductAct& act,
         const Recorded& recorded) {
  const Time now = needs.clock.now();
  events::NewEvent event;
  event.id = needs.ids.next<EventId>();
  event.org = act.org;
  event.subject = recorded.subject;
  event.type = recorded.action;
  event.payload = recorded.payload;
  event.actor = act.caller.user.value;
  event.at = now;
  events::append(tx, event);

  events::Entry entry;
  entry.org = act.org;
  entry.actor = act.caller.user.value;
  entry.action = recorded.action;
  entry.subject = recorded.subject;
  entry.before = recorded.before;
  entry.after = recorded.after;
  entry.request_id = act.caller.request_id;
  entry.at = now;
  events::audit(tx, entry);
  db::bump(tx, catalog_topic(act.org));
}

}  // namespace

void record(const Catalog::Needs& needs, db::Transaction& tx, const ProductAct& act,
            std::string_view action, const Product* before, const Product& after) {
  Recorded recorded;
  recorded.action = action;
  recorded.subject = {"product", after.id.value};
  recorded.payload = change_text(after);
  if (before != nullptr) recorded.before = audit_text(*before);
  recorded.after = audit_text(after);
  put(needs, tx, act, recorded);
}

void record_selection(const Catalog::Needs& needs, db::Transaction& tx, const ProductAct& act,
                      const std::string& before, const std::string& after) {
  Recorded recorded;
  recorded.action = "catalog.selection_changed";
  recorded.subject = {"catalog", act.org.value};
  recorded.payload = after;
  recorded.before = before;
  recorded.after = after;
  put(needs, tx, act, recorded);
}

void note(const Catalog::Needs& needs, db::Transaction& tx, const Connection& connection,
          std::string_view type, std::string payload) {
  events::NewEvent event;
  event.id = needs.ids.next<EventId>();
  event.org = connection.org;
  event.subject = {"connection", connection.id.value};
  event.type = type;
  event.payload = std::move(payload);
  event.actor = "hub";
  event.at = needs.clock.now();
  events::append(tx, event);
}

}  // namespace lendport::catalog
