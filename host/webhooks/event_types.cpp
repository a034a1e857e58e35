#include "webhooks/event_types.hpp"

#include <algorithm>

namespace lendport::webhooks {

const std::vector<std::string>& event_types() {
  static const std::vector<std::string> types = {
      "application.answer_lost",
      "application.approved",
      "application.attention_ended",
      "application.cancelled",
      "application.conditional",
      "application.confirmed",
      "application.countersigned",
      "application.created",
      "application.declined",
      "application.documents_failed",
      "application.documents_known",
      "application.documents_not_found",
      "application.documents_pending",
      "application.documents_requested",
      "application.documents_retrying",
      "application.documents_sending",
      "application.documents_sent",
      "application.documents_unknown",
      "application.expired",
      "application.failed",
      "application.funded",
      "application.in_review",
      "application.needs_attention",
      "application.needs_info",
      "application.not_found",
      "application.prequalified",
      "application.retrying",
      "application.signed",
      "application.submitting",
      "application.webhook_received",
      "application.withdrawn",
      "case.changed",
      "case.created",
      "case.deleted",
      "catalog.refused",
      "catalog.selection_changed",
      "catalog.stale",
      "catalog.synced",
      "connection.changed",
      "connection.connected",
      "connection.disabled",
      "connection.disconnected",
      "connection.enabled",
      "connection.needs_attention",
      "connection.reconnected",
      "connection.webhook_rotated",
      "connection.webhooks_refused",
      "job.given_up",
      "key.created",
      "key.revoked",
      "offer.changed",
      "offer.made",
      "offer.withdrawn",
      "org.changed",
      "org.created",
      "plugin.started",
      "plugin.stopped",
      "product.changed",
      "product.created",
      "product.deselected",
      "product.released",
      "product.retired",
      "product.revised",
      "product.selected",
      "quote.created",
      "user.changed",
      "user.created",
      "webhook_endpoint.changed",
      "webhook_endpoint.created",
      "webhook_endpoint.deleted",
      "webhook_endpoint.disabled",
      "webhook_endpoint.enabled",
      "webhook_endpoint.secret_rotated",
  };
  return types;
}

bool is_event_type(std::string_view type) {
  const auto& types = event_types();
  return std::binary_search(types.begin(), types.end(), type);
}

}  // namespace lendport::webhooks
