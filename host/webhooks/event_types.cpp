#include "webhooks/event_types.hpp"

#include <algorithm>
#include <array>

namespace lendport::webhooks {

namespace {

// In order.
constexpr std::array kTypes{
    std::string_view("application.answer_lost"),
    std::string_view("application.approved"),
    std::string_view("application.attention_ended"),
    std::string_view("application.cancelled"),
    std::string_view("application.conditional"),
    std::string_view("application.confirmed"),
    std::string_view("application.countersigned"),
    std::string_view("application.created"),
    std::string_view("application.declined"),
    std::string_view("application.documents_failed"),
    std::string_view("application.documents_known"),
    std::string_view("application.documents_not_found"),
    std::string_view("application.documents_opened"),
    std::string_view("application.documents_pending"),
    std::string_view("application.documents_requested"),
    std::string_view("application.documents_retrying"),
    std::string_view("application.documents_sending"),
    std::string_view("application.documents_sent"),
    std::string_view("application.documents_unknown"),
    std::string_view("application.expired"),
    std::string_view("application.expiry_near"),
    std::string_view("application.failed"),
    std::string_view("application.funded"),
    std::string_view("application.in_review"),
    std::string_view("application.needs_attention"),
    std::string_view("application.needs_info"),
    std::string_view("application.next_missing"),
    std::string_view("application.next_prepared"),
    std::string_view("application.not_found"),
    std::string_view("application.notice_due"),
    std::string_view("application.notice_not_needed"),
    std::string_view("application.notice_not_sent"),
    std::string_view("application.notice_overdue"),
    std::string_view("application.notice_sent"),
    std::string_view("application.notice_started"),
    std::string_view("application.notice_written"),
    std::string_view("application.prequalified"),
    std::string_view("application.retrying"),
    std::string_view("application.signed"),
    std::string_view("application.stipulation_failed"),
    std::string_view("application.stipulation_not_found"),
    std::string_view("application.stipulation_pending"),
    std::string_view("application.stipulation_requested"),
    std::string_view("application.stipulation_retrying"),
    std::string_view("application.stipulation_sending"),
    std::string_view("application.stipulation_sent"),
    std::string_view("application.stipulation_unknown"),
    std::string_view("application.submitting"),
    std::string_view("application.waiting"),
    std::string_view("application.webhook_received"),
    std::string_view("application.withdrawn"),
    std::string_view("case.changed"),
    std::string_view("case.created"),
    std::string_view("case.deleted"),
    std::string_view("case.file_added"),
    std::string_view("case.file_removed"),
    std::string_view("catalog.refused"),
    std::string_view("catalog.selection_changed"),
    std::string_view("catalog.stale"),
    std::string_view("catalog.synced"),
    std::string_view("connection.changed"),
    std::string_view("connection.connected"),
    std::string_view("connection.disabled"),
    std::string_view("connection.disconnected"),
    std::string_view("connection.down"),
    std::string_view("connection.enabled"),
    std::string_view("connection.needs_attention"),
    std::string_view("connection.reconnected"),
    std::string_view("connection.up"),
    std::string_view("connection.webhook_rotated"),
    std::string_view("connection.webhooks_refused"),
    std::string_view("job.given_up"),
    std::string_view("key.created"),
    std::string_view("key.revoked"),
    std::string_view("letter.published"),
    std::string_view("mail.queued"),
    std::string_view("mail.refused"),
    std::string_view("mail.resent"),
    std::string_view("mail.sent"),
    std::string_view("mail.unknown"),
    std::string_view("offer.changed"),
    std::string_view("offer.made"),
    std::string_view("offer.withdrawn"),
    std::string_view("org.changed"),
    std::string_view("org.created"),
    std::string_view("org.waterfall_changed"),
    std::string_view("plugin.lending_resumed"),
    std::string_view("plugin.started"),
    std::string_view("plugin.stopped"),
    std::string_view("plugin.winding_down"),
    std::string_view("product.changed"),
    std::string_view("product.created"),
    std::string_view("product.deselected"),
    std::string_view("product.released"),
    std::string_view("product.retired"),
    std::string_view("product.revised"),
    std::string_view("product.selected"),
    std::string_view("quote.created"),
    std::string_view("support.ended"),
    std::string_view("support.opened"),
    std::string_view("user.changed"),
    std::string_view("user.created"),
    std::string_view("webhook_endpoint.changed"),
    std::string_view("webhook_endpoint.created"),
    std::string_view("webhook_endpoint.deleted"),
    std::string_view("webhook_endpoint.disabled"),
    std::string_view("webhook_endpoint.enabled"),
    std::string_view("webhook_endpoint.secret_rotated"),
};

}  // namespace

const std::vector<std::string>& event_types() {
  static const std::vector<std::string> types(kTypes.begin(), kTypes.end());
  return types;
}

bool is_event_type(std::string_view type) {
  const auto& types = event_types();
  return std::binary_search(types.begin(), types.end(), type);
}

}  // namespace lendport::webhooks
