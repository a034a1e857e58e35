// An org's use of one plugin, and the offer that allows it: what they are.
#pragma once

#include "connectors/switches.hpp"
#include "core/ids.hpp"
#include "core/principal.hpp"
#include "core/time.hpp"
#include "core/violation.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// Every state of an onboarding; direct connects know connected, needs_attention and disabled.
enum class ConnectionStatus {
  draft,
  requested,
  awaiting_lender,
  configuring,
  uat,
  connected,
  needs_attention,  // the lender refuses the credentials: `status_reason` says why; reconnect
  disabled,         // switched off by the org, or disconnected
  winding_down,     // the lender stops lending (the plugin's switch says so, while it does): open
                    // applications are followed, none are new; `successors` take its place
};

std::string_view to_string(ConnectionStatus status);
std::optional<ConnectionStatus> parse_connection_status(std::string_view text);

// How a sales rep is named to the lender. Both try the rep's login e-mail first.
enum class RepMode {
  match_or_create,   // without a match the rep's account is created
  match_or_generic,  // without a match the application goes under `generic_account`
};

std::string_view to_string(RepMode mode);
std::optional<RepMode> parse_rep_mode(std::string_view text);

struct RepPolicy {
  RepMode mode = RepMode::match_or_create;
  std::optional<std::string> generic_account;  // the lender's name of it; with match_or_generic

  friend bool operator==(const RepPolicy&, const RepPolicy&) = default;
};

// The lender collects its fee in any case. On: financed = sent = amount with the fee. Off: financed
// = sent = amount without it, and the fee is the org's own cost.
struct DealerFeePolicy {
  bool include_in_amount_sent = true;

  friend bool operator==(const DealerFeePolicy&, const DealerFeePolicy&) = default;
};

// When the lender is asked to send the loan documents: on a person's click, or by itself once it
// has approved and nothing is open.
struct DocumentsPolicy {
  bool at_approval = false;

  friend bool operator==(const DocumentsPolicy&, const DocumentsPolicy&) = default;
};

// Bounds of an org's own maximum age of a catalogue.
inline constexpr std::chrono::hours kCatalogAgeLeast{1};
inline constexpr std::chrono::hours kCatalogAgeMost{24 * 365};

struct Connection {
  ConnectionId id;
  OrgId org;
  std::string plugin_id;  // "com.example.mosaic"
  std::string label;
  Environment environment = Environment::sandbox;
  ConnectionStatus status = ConnectionStatus::draft;
  std::string status_reason;                      // one sentence; empty while connected
  std::vector<connectors::Successor> successors;  // while winding down
  std::string settings = "{}";         // JSON object text without the secrets, as it was given
  std::set<std::string> secret_names;  // the secrets that are stored
  std::int64_t settings_revision = 1;  // rises with each change of settings or secrets
  DealerFeePolicy dealer_fee;
  RepPolicy rep_policy;
  DocumentsPolicy documents;
  // Past this age of the last good catalogue its products are not quoted; none: the hub's setting.
  std::optional<std::chrono::hours> catalog_age_max;
  bool enabled = true;         // the org's own switch
  bool with_sub_orgs = false;  // orgs below use it too
  std::string account_id;      // who the lender says this is; compared at a reconnect
  std::string account_name;
  std::optional<Time> credentials_expire_at;  // as the lender's connector said at the last check
  std::int64_t version = 1;
  Time created_at{};
  Time changed_at{};
  std::optional<Time> checked_at;       // last successful connection.check
  std::optional<Time> disconnected_at;  // kept for what is open; shown in no list

  // New quotes and applications may use it.
  bool usable() const { return enabled && status == ConnectionStatus::connected; }
  // Its lender may be asked for its products, although none of them may be new business.
  bool answers() const { return usable() || (enabled && status == ConnectionStatus::winding_down); }
  // What is open at the lender may still be followed.
  bool followable() const { return !disconnected_at; }
};

enum class OfferScope { org, network };

std::string_view to_string(OfferScope scope);
std::optional<OfferScope> parse_offer_scope(std::string_view text);

// A platform admin lets an org, or an org and all below it, connect a plugin.
struct Offer {
  OfferId id;
  OrgId org;
  std::string plugin_id;
  OfferScope scope = OfferScope::org;
  std::int64_t version = 1;
  Time created_at{};
};

}  // namespace lendport
