#include "orgs/json_support.hpp"

#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport::orgs {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kIdBytesMax = 64;
constexpr std::size_t kReasonBytesMax = 500;

Value shown(const SupportView& view) {
  return Value{{"id", view.id.value},
               {"org", view.org.value},
               {"user", view.user.value},
               {"reason", view.reason},
               {"changes", view.changes},
               {"opened_at", json::write(view.opened_at)},
               {"until", json::write(view.until)},
               {"ended_at", view.ended_at ? json::write(*view.ended_at) : Value(nullptr)}};
}

}  // namespace

SupportViewDraft read_support_view(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  SupportViewDraft draft;
  draft.org = OrgId{body.text("org", kIdBytesMax)};
  draft.reason = body.text("reason", kReasonBytesMax);
  const auto minutes =
      body.optional_integer("minutes", kSupportViewLeast.count(), kSupportViewMost.count());
  if (minutes) draft.time = std::chrono::minutes{*minutes};
  draft.changes = body.optional_flag("changes").value_or(false);
  body.finish();
  return draft;
}

std::shared_ptr<const Value> write(const SupportView& view) {
  return std::make_shared<const Value>(shown(view));
}

std::shared_ptr<const Value> write(const std::vector<SupportView>& views) {
  Value list = Value::array();
  for (const SupportView& view : views) list.push_back(shown(view));
  return std::make_shared<const Value>(std::move(list));
}

std::string record_text(const SupportView& view) {
  return shown(view).dump();
}

}  // namespace lendport::orgs
