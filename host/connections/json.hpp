// The spelling of offers, connections and plugins on the wire; of a check's answer; of stored
// secrets.
#pragma once

#include "connections/connections.hpp"
#include "connections/plugins.hpp"
#include "connectors/connectors.hpp"
#include "connectors/switches.hpp"
#include "http/message.hpp"
#include "json/value.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connections {

// What a plugin shows of itself is limited by its manifest; labels and reasons are ours.
inline constexpr std::size_t kLabelBytesMax = 200;
inline constexpr std::size_t kReasonBytesMax = 500;

// A document made for an answer; `*written` is what http::ok() and its like take.
using Written = std::shared_ptr<const json::Value>;

// --- Requests. Throw Error{malformed_request} or Error{invalid_input} with all that is wrong. ---

// A connection as it is shown may be sent back as it is: what cannot be written is ignored.
ConnectionDraft read_draft(std::string_view body);
struct TestRequest {
  ConnectionDraft draft;
  std::optional<ConnectionId> stored;  // "connection": whose secrets stand behind "***"
};
TestRequest read_test(std::string_view body);
// "settings" only; absent = the stored ones again. Plugin and environment stay empty.
ConnectionDraft read_reconnect(std::string_view body);
struct OfferRequest {
  std::string plugin_id;
  OfferScope scope = OfferScope::org;
};
OfferRequest read_offer(std::string_view body);
std::string read_disable(std::string_view body);  // the reason
bool read_enable(std::string_view body);          // with_sub_orgs
std::string read_stop(std::string_view body);     // the reason
WindDownRequest read_wind_down(std::string_view body);

// --- Answers ---

Written write(const Connection& connection, std::string_view language);
Written write(const Offer& offer);
Written write(const std::vector<Connection>& connections, std::string_view language);
Written write(const std::vector<Offer>& offers);
Written write(const ConnectionTested& tested);
Written write(const LenderHealth& health, std::string_view language);
// For the audit: the settings as shown, secrets as "***", those of `changed_secrets` as
// "changed".
std::string record_text(const Connection& connection, const std::set<std::string>& changed_secrets);
std::string record_text(const Offer& offer);
// For events, which webhooks carry on: which connection, and how it stands.
std::string event_text(const Connection& connection);
// Of a lender that went down or came back.
std::string outage_text(const Connection& connection, bool down);
// A problem with two members beyond the usual ones: `submitted` and `become_partner_url`.
http::Response problem_of(const ConnectionRefused& refused, const http::Request& request);
// Why a plugin was refused, and its file, are the operator's to see.
Written write(const connectors::PluginView& plugin, bool for_operator);
Written write(const std::vector<connectors::PluginView>& plugins, bool for_operator);
// With form, icon and help; how it is switched is the operator's to see.
Written write_whole(const connectors::PluginView& plugin, const connectors::Switch* of_operator);
Written write(const connectors::Switch& plugin);
std::string record_text(const connectors::Switch& plugin);

// --- Settings and secrets ---

// Settings as they may be shown: the stored text with "***" for every stored secret.
Written masked(std::string_view settings, const std::set<std::string>& secret_names);
// A form with its secrets masked; what is no secret stays as it was sent, wrong or not.
Written masked_form(const json::Value& form, const std::set<std::string>& secret_fields);

Secret<std::string> secrets_text(const connectors::Secrets& secrets);
connectors::Secrets read_secrets(std::string_view text);

// --- The answer of connection.check/1 ---

enum class CheckStatus { ready, auth_failed, misconfigured, unknown };
struct Check {
  CheckStatus status = CheckStatus::unknown;
  std::vector<Violation> field_errors;  // pointers into the settings
  std::string message;
  std::string account_id;
  std::string account_name;
  std::optional<std::string> become_partner_url;
  std::optional<Time> credentials_expire_at;
};
Check read_check(const json::Value& result);

}  // namespace lendport::connections
