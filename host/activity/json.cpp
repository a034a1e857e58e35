#include "activity/json.hpp"

#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport {
namespace {

json::Value write_event(const events::Event& event) {
  return {{"id", event.id.value},
          {"sequence", event.sequence},
          {"at", json::write(event.at)},
          {"type", event.type},
          {"subject", {{"kind", event.subject.kind}, {"id", event.subject.id}}},
          {"actor", event.actor},
          {"data", json::parse(event.payload)}};
}

json::Value read_record(const std::optional<std::string>& text) {
  return text ? json::parse(*text) : json::Value();
}

json::Value write_entry(const events::AuditedEntry& entry) {
  return {{"sequence", entry.sequence},
          {"at", json::write(entry.at)},
          {"actor", entry.actor},
          {"action", entry.action},
          {"subject", {{"kind", entry.subject.kind}, {"id", entry.subject.id}}},
          {"before", read_record(entry.before)},
          {"after", read_record(entry.after)},
          {"request_id", entry.request_id},
          {"hash", entry.hash}};
}

}  // namespace

std::optional<Environment> environment_in(const events::Event& event) {
  const json::Value record = json::parse(event.payload);
  const auto found = record.find("environment");
  if (found == record.end() || !found->is_string()) return std::nullopt;
  return parse_environment(found->get<std::string>());
}

std::string event_text(const events::Event& event) {
  return json::dump(write_event(event));
}

http::Response event_page(const http::Cursors& cursors, const http::Request& request,
                          const Activity::Page& page) {
  json::Value items = json::Value::array();
  for (const events::Event& event : page.events) items.push_back(write_event(event));
  std::optional<std::string> next;
  if (page.more) next = std::to_string(page.looked_to);
  return cursors.page(request, items, next);
}

http::Response audit_page(const http::Cursors& cursors, const http::Request& request,
                          const Activity::AuditPage& page) {
  json::Value items = json::Value::array();
  for (const events::AuditedEntry& entry : page.entries) items.push_back(write_entry(entry));
  std::optional<std::string> next;
  if (page.more) next = std::to_string(page.looked_to);
  return cursors.page(request, items, next);
}

}  // namespace lendport
