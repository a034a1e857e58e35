// The spelling of webhooks: what is sent, what callers write and are shown, what jobs carry.
#pragma once

#include "events/events.hpp"
#include "json/value.hpp"
#include "webhooks/delivery.hpp"
#include "webhooks/endpoint.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::webhooks {

using Written = std::shared_ptr<const json::Value>;

// --- What is sent -------------------------------------------------------------------------------

// {"type", "timestamp", "data"} of an event: its number, subject, and those words and ids of its
// payload that name no person. Always the same bytes for the same event.
std::string message_of(const events::Event& event);
// What :test sends.
std::string ping_of(const WebhookEndpoint& endpoint, const MessageId& message, Time now);

// --- Requests -----------------------------------------------------------------------------------

// Throw invalid_input with everything that is wrong. A draft has a URL.
EndpointChange read_draft(std::string_view body);
EndpointChange read_patch(std::string_view body);
Time read_since(std::string_view body);

// --- Answers ------------------------------------------------------------------------------------

Written write(const WebhookEndpoint& endpoint, Time now);
Written write(const NewEndpoint& made, Time now);  // with the secret
Written write(const std::vector<WebhookEndpoint>& endpoints, Time now);
Written write(const WebhookDelivery& delivery);
Written write(const std::vector<WebhookDelivery>& deliveries);
// With what is sent, and the attempts.
Written write(const WebhookDelivery& delivery, const std::vector<DeliveryAttempt>& attempts);
Written write(const Recovered& recovered);

// What an event and the audit may say of an endpoint: of its URL the host alone.
std::string record_text(const WebhookEndpoint& endpoint);
std::string record_text(Time since, const Recovered& recovered);

// --- Jobs ---------------------------------------------------------------------------------------

struct DeliveryJob {
  EndpointId endpoint;
  DeliveryId delivery;
};
std::string write_job(const DeliveryJob& job);
DeliveryJob read_job(std::string_view payload);

// What a receiver answered, as text that can be stored and shown: at most kAnswerBytesMax bytes.
std::string shown_answer(std::string_view bytes);

}  // namespace lendport::webhooks
