#include "webhooks/json.hpp"

#include "core/text.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"
#include "webhooks/event_types.hpp"
#include "webhooks/rules.hpp"
#include "webhooks/settings.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace lendport::webhooks {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kWordBytesMax = 128;

// The members of an event's payload that are told: ids, states and kinds. A new one is entered on
// purpose, when it can name no person.
constexpr std::array<std::string_view, 21> kTold = {
    "from",       "state",     "status",         "case_id",          "connection_id", "product_id",
    "quote_id",   "plugin_id", "enabled",        "environment",      "role",          "kind",
    "version",    "attempt",   "application_id", "disabled_because", "file_id",       "upload_id",
    "expires_at", "step",      "attention_code"};

Value maybe(const std::optional<Time>& time) {
  return time ? json::write(*time) : Value(nullptr);
}

Written written(Value value) {
  return std::make_shared<const Value>(std::move(value));
}

template <class T, class Show>
Written listed(const std::vector<T>& items, const Show& show) {
  Value list = Value::array();
  for (const T& item : items) list.push_back(show(item));
  return written(std::move(list));
}

bool may_be_told(const Value& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().size() <= kWordBytesMax;
  return value.is_boolean() || value.is_number_integer();
}

void copy_told(const Value& payload, Value& data) {
  if (!payload.is_object()) return;
  for (const std::string_view name : kTold) {
    const auto found = payload.find(name);
    if (found != payload.end() && may_be_told(*found)) data[std::string(name)] = *found;
  }
}

// Events are this program's own, but one that cannot be read must not stop those behind it.
Value payload_of(const events::Event& event) {
  try {  // a value on the spot: nothing is told of it but that it happened
    return json::parse(event.payload);
  } catch (const Error&) {
    return Value::object();
  }
}

std::string message(std::string_view type, Time at, Value data) {
  return json::dump(
      {{"type", std::string(type)}, {"timestamp", json::write(at)}, {"data", std::move(data)}});
}

std::set<std::string> read_types(Reader& body) {
  std::set<std::string> types;
  for (std::string& type : body.texts("event_types", event_types().size())) {
    if (!is_event_type(type)) {
      const std::string meant = nearest(type, event_types());
      body.refuse("event_types", "unknown_choice",
                  "there are no events of type " + type +
                      (meant.empty() ? "" : ": did you mean " + meant + "?"));
    }
    types.insert(std::move(type));
  }
  return types;
}

void read_rest(Reader& body, EndpointChange& change) {
  change.description = body.optional_text("description", kDescriptionBytesMax);
  if (body.is_null("description")) change.description = "";
  if (body.is_null("event_types")) {
    static_cast<void>(body.has("event_types"));
    change.event_types.emplace();
  } else if (body.has("event_types")) {
    change.event_types = read_types(body);
  }
  change.enabled = body.optional_flag("enabled");
}

Value shown(const WebhookEndpoint& endpoint, Time now) {
  const WebhookEndpoint& e = endpoint;
  Value shown{{"id", e.id.value},
              {"url", e.url},
              {"description", e.description},
              {"environment", std::string(to_string(e.environment))},
              {"event_types", e.event_types},
              {"enabled", e.enabled()},
              {"disabled_because", nullptr},
              {"failing_since", maybe(e.failing_since)},
              {"old_secret_until", nullptr},
              {"version", e.version},
              {"created_at", json::write(e.created_at)},
              {"changed_at", json::write(e.changed_at)}};
  if (!e.enabled()) shown["disabled_because"] = std::string(to_string(e.disabled_because));
  if (e.old_secret_until && *e.old_secret_until > now) {
    shown["old_secret_until"] = json::write(*e.old_secret_until);
  }
  return shown;
}

Value shown(const WebhookDelivery& delivery) {
  const WebhookDelivery& d = delivery;
  return Value{{"id", d.id.value},
               {"endpoint_id", d.endpoint.value},
               {"message_id", d.message.value},
               {"type", d.type},
               {"event_sequence", d.event_sequence ? Value(*d.event_sequence) : Value(nullptr)},
               {"state", std::string(to_string(d.state))},
               {"reason", d.reason.empty() ? Value(nullptr) : Value(d.reason)},
               {"attempts", d.attempts},
               {"created_at", json::write(d.created_at)},
               {"next_attempt_at", maybe(d.next_at)},
               {"ended_at", maybe(d.ended_at)}};
}

Value shown(const DeliveryAttempt& attempt) {
  const DeliveryAttempt& a = attempt;
  return Value{{"number", a.number},
               {"started_at", json::write(a.started_at)},
               {"duration_ms", a.duration ? Value(a.duration->count()) : Value(nullptr)},
               {"status", a.status ? Value(*a.status) : Value(nullptr)},
               {"error", a.error.empty() ? Value(nullptr) : Value(a.error)},
               {"answer", a.answer}};
}

}  // namespace

std::string message_of(const events::Event& event) {
  Value data{{"event_id", event.id.value},
             {"sequence", event.sequence},
             {"org_id", event.org.value},
             {"subject", {{"kind", event.subject.kind}, {"id", event.subject.id}}}};
  copy_told(payload_of(event), data);
  return message(event.type, event.at, std::move(data));
}

std::string ping_of(const WebhookEndpoint& endpoint, const MessageId& id, Time now) {
  return message(kPingType, now,
                 {{"org_id", endpoint.org.value},
                  {"subject", {{"kind", "webhook_endpoint"}, {"id", endpoint.id.value}}},
                  {"message_id", id.value}});
}

EndpointChange read_draft(std::string_view body) {
  const Value document = json::parse(body);
  Reader reader(document);
  EndpointChange draft;
  draft.url = reader.text("url", kUrlBytesMax);
  read_rest(reader, draft);
  reader.finish();
  return draft;
}

EndpointChange read_patch(std::string_view body) {
  const Value document = json::parse(body);
  Reader reader(document);
  EndpointChange patch;
  if (reader.is_null("url") || reader.has("url")) patch.url = reader.text("url", kUrlBytesMax);
  read_rest(reader, patch);
  reader.finish();
  return patch;
}

Time read_since(std::string_view body) {
  const Value document = json::parse(body);
  Reader reader(document);
  const Time since = reader.time("since");
  reader.finish();
  return since;
}

Written write(const WebhookEndpoint& endpoint, Time now) {
  return written(shown(endpoint, now));
}

Written write(const NewEndpoint& made, Time now) {
  Value body = shown(made.endpoint, now);
  body["secret"] = made.secret.expose();
  return written(std::move(body));
}

Written write(const std::vector<WebhookEndpoint>& endpoints, Time now) {
  return listed(endpoints, [&](const WebhookEndpoint& one) { return shown(one, now); });
}

Written write(const WebhookDelivery& delivery) {
  return written(shown(delivery));
}

Written write(const std::vector<WebhookDelivery>& deliveries) {
  return listed(deliveries, [](const WebhookDelivery& one) { return shown(one); });
}

Written write(const WebhookDelivery& delivery, const std::vector<DeliveryAttempt>& attempts) {
  Value body = shown(delivery);
  body["message"] = json::parse(delivery.body);
  body["attempt_log"] = Value::array();
  for (const DeliveryAttempt& attempt : attempts) body["attempt_log"].push_back(shown(attempt));
  return written(std::move(body));
}

Written write(const Recovered& recovered) {
  return written({{"queued", recovered.queued}, {"more", recovered.more}});
}

std::string record_text(const WebhookEndpoint& endpoint) {
  return json::dump({{"id", endpoint.id.value},
                     {"host", host_of(endpoint.url)},
                     {"environment", std::string(to_string(endpoint.environment))},
                     {"event_types", endpoint.event_types},
                     {"enabled", endpoint.enabled()},
                     {"disabled_because", std::string(to_string(endpoint.disabled_because))},
                     {"version", endpoint.version}});
}

std::string record_text(Time since, const Recovered& recovered) {
  return json::dump(
      {{"since", json::write(since)}, {"queued", recovered.queued}, {"more", recovered.more}});
}

std::string write_job(const DeliveryJob& job) {
  return json::dump({{"endpoint", job.endpoint.value}, {"delivery", job.delivery.value}});
}

DeliveryJob read_job(std::string_view payload) {
  const Value document = json::parse(payload);
  Reader reader(document);
  return {EndpointId{reader.text("endpoint")}, DeliveryId{reader.text("delivery")}};
}

std::string shown_answer(std::string_view bytes) {
  std::string text(bytes.substr(0, kAnswerBytesMax));
  for (char& byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if ((code < 32 && byte != '\n' && byte != '\t') || code == 127) byte = '?';
  }
  // What is no UTF-8, half a character at the end included, becomes U+FFFD.
  const std::string quoted = Value(text).dump(-1, ' ', false, Value::error_handler_t::replace);
  return cut(json::parse(quoted).get<std::string>(), kAnswerBytesMax);
}

}  // namespace lendport::webhooks
