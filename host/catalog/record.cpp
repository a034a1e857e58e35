#include "catalog/record.hpp"

#include "catalog/json.hpp"
#include "catalog/snapshots.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"

namespace lendport::catalog {
namespace {

events::Subject subject_of(const Product& product) {
  return {"product", product.id.value};
}

}  // namespace

void record(const Catalog::Needs& needs, db::Transaction& tx, const ProductAct& act,
            std::string_view action, const Product* before, const Product& after) {
  const Time now = needs.clock.now();
  events::NewEvent event;
  event.id = needs.ids.next<EventId>();
  event.org = act.org;
  event.subject = subject_of(after);
  event.type = action;
  event.payload = change_text(after);
  event.actor = act.caller.user.value;
  event.at = now;
  events::append(tx, event);

  events::Entry entry;
  entry.org = act.org;
  entry.actor = act.caller.user.value;
  entry.action = action;
  entry.subject = subject_of(after);
  if (before != nullptr) entry.before = audit_text(*before);
  entry.after = audit_text(after);
  entry.request_id = act.caller.request_id;
  entry.at = now;
  events::audit(tx, entry);
  db::bump(tx, catalog_topic(act.org));
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
