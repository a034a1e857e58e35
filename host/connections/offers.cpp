// The platform's step: which plugins an org, or a network, may connect.
#include "connections/connections.hpp"
#include "connections/ground.hpp"
#include "connections/record.hpp"
#include "connections/rules.hpp"
#include "connections/store.hpp"
#include "connections/texts.hpp"

namespace lendport {
namespace {

namespace texts = connections_texts;
using connections::record;

[[noreturn]] void throw_unknown(const std::string& plugin) {
  throw Error({violation("/plugin_id", "unknown", row_of(texts::kRefusals, "unknown_plugin"),
                         {{"plugin", plugin}})});
}

// The offer of this plugin with this scope, made or changed as needed.
Offer made(const Connections::Needs& needs, db::Transaction& tx, const Principal& caller,
           Offer wanted) {
  auto stored = connections::find_offer(tx, wanted.org, wanted.plugin_id);
  if (!stored) {
    if (!connections::insert(tx, wanted)) {
      throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "offer_made")));
    }
    record(needs, tx, caller, "offer.made", wanted);
    return wanted;
  }
  if (stored->scope == wanted.scope) return *stored;
  stored->scope = wanted.scope;
  ++stored->version;
  if (!connections::update(tx, *stored)) {
    throw Error(ErrorCode::conflict, said(row_of(texts::kRefusals, "offer_changed")));
  }
  record(needs, tx, caller, "offer.changed", *stored);
  return *stored;
}

}  // namespace

Task<Offer> Connections::offer(Principal caller, OrgId org, std::string plugin_id, OfferScope scope,
                               Deadline deadline, db::Keep<Offer> keep) {
  if (!needs_.connectors.manifest(plugin_id)) {
    throw_unknown(plugin_id);
  }
  Offer wanted;
  wanted.id = needs_.ids.next<OfferId>();
  wanted.org = org;
  wanted.plugin_id = plugin_id;
  wanted.scope = scope;
  wanted.created_at = needs_.clock.now();
  co_return co_await needs_.db.write(
      [&](db::Transaction& tx) {
        connections::known_org(tx, org);
        Offer offer = made(needs_, tx, caller, wanted);
        if (keep) keep(tx, offer);
        return offer;
      },
      deadline);
}

Task<void> Connections::withdraw_offer(Principal caller, OrgId org, OfferId offer,
                                       std::int64_t version, Deadline deadline) {
  co_await needs_.db.write(
      [&](db::Transaction& tx) {
        const auto stored = connections::find_offer(tx, org, offer);
        if (!stored) connections::throw_missing();
        if (!connections::remove(tx, org, offer, version)) {
          throw Error(ErrorCode::precondition_failed,
                      said(row_of(texts::kRefusals, "offer_changed_since")));
        }
        record(needs_, tx, caller, "offer.withdrawn", *stored);
      },
      deadline);
}

Task<std::vector<Offer>> Connections::offers(OrgId org, Deadline deadline) {
  co_return co_await needs_.db.read(
      [&](db::Snapshot& at) {
        connections::known_org(at, org);
        const std::vector<OrgId> upstream = upstream_of(at, org);
        std::vector<Offer> found;
        for (const OrgId& above : upstream) {
          for (Offer& offer : connections::offers_of(at, above)) {
            if (connections::reaches(offer, org, upstream)) found.push_back(std::move(offer));
          }
        }
        return found;
      },
      deadline);
}

}  // namespace lendport
