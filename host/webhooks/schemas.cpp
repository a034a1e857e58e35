// What requests and answers about webhooks look like.
#include "webhooks/event_types.hpp"
#include "webhooks/routes.hpp"

namespace lendport {
namespace {

constexpr const char* kTypesSchema = R"({"type":"array","uniqueItems":true,
"description":"Empty or null: every type, also those to come",
"items":{"$ref":"#/components/schemas/WebhookEventType"}})";

constexpr const char* kEndpointFields = R"(
"id":{"type":"string"},"url":{"type":"string"},"description":{"type":"string"},
"environment":{"enum":["sandbox","production"],"description":"That of the key that made it"},
"event_types":TYPES,"enabled":{"type":"boolean"},
"disabled_because":{"type":["string","null"],"enum":["by_hand","gone","failing",null],
"description":"gone: it answered 410. failing: every request failed for days"},
"failing_since":{"type":["string","null"],"format":"date-time",
"description":"The first failure after the last success"},
"old_secret_until":{"type":["string","null"],"format":"date-time",
"description":"Until then the secret before the last rotation signs too"},
"version":{"type":"integer"},"created_at":{"type":"string","format":"date-time"},
"changed_at":{"type":"string","format":"date-time"})";

constexpr const char* kWritable = R"(
"url":{"type":"string","format":"uri","maxLength":2048,
"description":"https, and public once its name is resolved"},
"description":{"type":["string","null"],"maxLength":500},
"event_types":{"oneOf":[{"type":"null"},TYPES]},"enabled":{"type":"boolean"})";

constexpr const char* kDeliveryFields = R"(
"id":{"type":"string"},"endpoint_id":{"type":"string"},
"message_id":{"type":"string","description":"The header webhook-id"},
"type":{"type":"string"},"event_sequence":{"type":["integer","null"],
"description":"The event's number in the org; null for a test message"},
"state":{"enum":["pending","delivered","failed"]},
"reason":{"type":["string","null"],
"description":"Why the last attempt failed: status_500, timeout; or what kept it: too_many"},
"attempts":{"type":"integer"},"created_at":{"type":"string","format":"date-time"},
"next_attempt_at":{"type":["string","null"],"format":"date-time"},
"ended_at":{"type":["string","null"],"format":"date-time"})";

constexpr const char* kDetail = R"(,
"message":{"$ref":"#/components/schemas/WebhookMessage"},
"attempt_log":{"type":"array","description":"The latest hundred","items":{"type":"object",
"required":["number","started_at","duration_ms","status","error","answer"],
"properties":{"number":{"type":"integer"},"started_at":{"type":"string","format":"date-time"},
"duration_ms":{"type":["integer","null"],"description":"null while it runs, or was interrupted"},
"status":{"type":["integer","null"]},"error":{"type":["string","null"]},
"answer":{"type":"string","description":"The first 1024 bytes of the answer's body"}}}})";

// What a receiver is sent.
constexpr const char* kMessage = R"({"type":"object","required":["type","timestamp","data"],
"description":"The body of a webhook. data: the event's subject, ids and states",
"properties":{"type":{"type":"string","description":"A WebhookEventType, or webhook.ping"},
"timestamp":{"type":"string","format":"date-time","description":"When it happened"},
"data":{"type":"object","required":["org_id","subject"],"properties":{
"event_id":{"type":"string"},"sequence":{"type":"integer",
"description":"The event's number in the org"},"org_id":{"type":"string"},
"subject":{"type":"object","required":["kind","id"],"properties":{
"kind":{"type":"string"},"id":{"type":"string"}}},
"from":{"type":"string"},"state":{"type":"string"}}}}})";

constexpr const char* kRecovery = R"({"type":"object","required":["since"],
"additionalProperties":false,
"properties":{"since":{"type":"string","format":"date-time"}}})";

constexpr const char* kRecovered = R"({"type":"object","required":["queued","more"],
"properties":{"queued":{"type":"integer","maximum":1000},
"more":{"type":"boolean","description":"There are others: ask again"}}})";

std::string filled(std::string text) {
  constexpr std::string_view kPlace = "TYPES";
  for (auto at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace)) {
    text.replace(at, kPlace.size(), kTypesSchema);
  }
  return text;
}

std::string object(const std::string& required, const std::string& fields, bool open = true) {
  return R"({"type":"object","required":[)" + required + "]," +
         (open ? "" : R"("additionalProperties":false,)") + R"("properties":{)" + filled(fields) +
         "}}";
}

std::string page_of(const std::string& name) {
  return R"({"allOf":[{"$ref":"#/components/schemas/Page"},{"type":"object","properties":{)"
         R"("data":{"type":"array","items":{"$ref":"#/components/schemas/)" +
         name + R"("}}}}]})";
}

std::string types_enum() {
  std::string names;
  for (const std::string& type : webhooks::event_types()) {
    names.append(names.empty() ? "\"" : ",\"").append(type).append("\"");
  }
  return R"({"type":"string","enum":[)" + names + "]}";
}

}  // namespace

http::Schemas webhook_schemas() {
  const std::string endpoint = R"("id","url","event_types","enabled","version")";
  const std::string delivery = R"("id","message_id","type","state","attempts","created_at")";
  const std::string secret = R"(,"secret":{"type":"string","description":"whsec_…, shown once"})";
  return {
      {"WebhookEventType", types_enum()},
      {"WebhookEndpoint", object(endpoint, kEndpointFields)},
      {"NewWebhookEndpoint", object(endpoint + R"(,"secret")", kEndpointFields + secret)},
      {"WebhookEndpointPage", page_of("WebhookEndpoint")},
      {"WebhookEndpointDraft", object(R"("url")", kWritable, false)},
      {"WebhookEndpointPatch", object("", kWritable, false)},
      {"WebhookMessage", kMessage},
      {"WebhookDelivery", object(delivery, kDeliveryFields)},
      {"WebhookDeliveryDetail",
       object(delivery + R"(,"message","attempt_log")", std::string(kDeliveryFields) + kDetail)},
      {"WebhookDeliveryPage", page_of("WebhookDelivery")},
      {"WebhookRecovery", kRecovery},
      {"WebhookRecovered", kRecovered},
  };
}

}  // namespace lendport
