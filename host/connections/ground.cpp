#include "connections/ground.hpp"

#include "connections/rules.hpp"
#include "connections/store.hpp"
#include "connections/texts.hpp"
#include "core/error.hpp"
#include "http/message.hpp"

#include <utility>

namespace lendport::connections {
namespace {

[[noreturn]] void throw_changed() {
  throw Error(ErrorCode::precondition_failed,
              said(row_of(connections_texts::kRefusals, "changed_since")));
}

}  // namespace

void throw_missing() {
  http::throw_not_found();
}

Org known_org(db::Snapshot& at, const OrgId& id) {
  auto org = find_org(at, id);
  if (!org) throw_missing();
  return *std::move(org);
}

Connection own(db::Snapshot& at, const Principal& caller, const OrgId& org,
               const ConnectionId& id) {
  auto found = find_own(at, org, caller.environment, id);
  if (!found) throw_missing();
  return *std::move(found);
}

bool is_offered(db::Snapshot& at, const OrgId& org, std::string_view plugin_id) {
  const std::vector<OrgId> upstream = upstream_of(at, org);
  for (const OrgId& above : upstream) {
    const auto offer = find_offer(at, above, plugin_id);
    if (offer && reaches(*offer, org, upstream)) return true;
  }
  return false;
}

void require_version(const Connection& connection, std::int64_t version) {
  if (connection.version != version) throw_changed();
}

void store(db::Transaction& tx, const Connection& connection) {
  if (!update(tx, connection)) throw_changed();
}

}  // namespace lendport::connections
