#include "connections/json_inbound.hpp"

#include "core/text.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace lendport::connections {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kIdBytesMax = 128 * 4;  // plugin-api/schema counts characters
constexpr std::size_t kTypeBytesMax = 64 * 4;
constexpr std::size_t kReasonSaidBytesMax = 256 * 4;
constexpr std::size_t kEventsMax = 64;
constexpr std::array<std::string_view, 3> kCredentials{"authorization", "proxy-authorization",
                                                       "cookie"};

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= ' ' && c <= '~') || c == '\t'; });
}

bool is_kept(std::string_view name, std::string_view value) {
  if (std::find(kCredentials.begin(), kCredentials.end(), lower(name)) != kCredentials.end()) {
    return false;
  }
  return value.size() <= kWebhookHeaderBytesMax && is_plain(value);
}

}  // namespace

Written with_address(const Written& connection, const std::optional<WebhookAddress>& address) {
  if (!address) return connection;
  Value shown = *connection;
  shown["webhook"] = {{"path", std::string(kWebhookPath) + address->token.expose()},
                      {"created_at", json::write(address->created_at)},
                      {"previous_until", json::time_or_null(address->previous_until)},
                      {"refused_last_day", address->refused_last_day}};
  return std::make_shared<const Value>(std::move(shown));
}

Written write(const std::vector<InboundWebhook>& webhooks) {
  Value list = Value::array();
  for (const InboundWebhook& webhook : webhooks) {
    list.push_back({{"id", webhook.id.value},
                    {"state", std::string(to_string(webhook.state))},
                    {"reason", webhook.reason},
                    {"event_id", json::text_or_null(webhook.event_id)},
                    {"event_type", json::text_or_null(webhook.event_type)},
                    {"bytes", webhook.body_bytes},
                    {"received_at", json::write(webhook.received_at)},
                    {"settled_at", json::time_or_null(webhook.settled_at)}});
  }
  return std::make_shared<const Value>(std::move(list));
}

std::string headers_text(const Delivery& delivery) {
  Value kept = Value::array();
  for (const auto& [name, value] : delivery.headers) {
    if (is_kept(name, value)) kept.push_back({name, value});
  }
  return json::dump(kept);
}

std::string webhook_request(std::string_view headers_text, Time received_at) {
  return json::dump(
      {{"headers", json::parse(headers_text)}, {"received_at", json::write(received_at)}});
}

Result<Verified> read_verified(const Value& result) {
  Reader at(result);
  Verified read;
  read.verified = at.flag("verified");
  read.event_id = at.optional_text("event_id", kIdBytesMax).value_or("");
  read.reason = at.optional_text("reason", kReasonSaidBytesMax).value_or("");
  at.ignore_unknown();
  if (!at.sound()) return Error(at.violations(), "the connector's answer cannot be read");
  return read;
}

Result<Parsed> read_parsed(const Value& result) {
  Reader at(result);
  Parsed read;
  read.event_id = at.optional_text("event_id", kIdBytesMax).value_or("");
  for (Reader& event : at.objects("events", kEventsMax)) {
    const std::string type = event.text("type", kTypeBytesMax);
    if (read.event_type.empty()) read.event_type = type;
    event.ignore_unknown();
  }
  at.ignore_unknown();
  if (!at.sound()) return Error(at.violations(), "the connector's answer cannot be read");
  return read;
}

std::string refused_text(const InboundWebhook& last) {
  return json::dump({{"connection_id", last.connection.value},
                     {"refused_within_an_hour", kRefusedMany},
                     {"last_reason", last.reason}});
}

std::string webhook_payload(const InboundId& webhook) {
  return json::dump({{"webhook_id", webhook.value}});
}

InboundId webhook_in(std::string_view payload) {
  const Value document = json::parse(payload);
  Reader at(document);
  return {at.text("webhook_id", 64)};
}

}  // namespace lendport::connections
