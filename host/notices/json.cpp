#include "notices/json.hpp"

#include "http/conditional.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

namespace lendport::notices {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kWordsMax = 200;

// The hub's own payloads; one that cannot be read says nothing, so that it holds up none behind it.
Value payload_of(const events::Event& event) {
  try {  // a value on the spot
    return json::parse(event.payload);
  } catch (const Error&) {
    return Value::object();
  }
}

std::string word_of(const Value& payload, const char* name) {
  if (!payload.is_object()) return {};
  const auto found = payload.find(name);
  if (found == payload.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

std::string text_in(const Value& object, const char* name) {
  return word_of(object, name);
}

template <class AnyId>
Value id_or_null(const std::optional<AnyId>& id) {
  if (!id) return nullptr;
  return id->value;
}

Value write_notice(const StaffNotice& notice) {
  Value written = {{"id", notice.id.value},
                   {"topic", std::string(to_string(notice.topic))},
                   {"environment", std::string(to_string(notice.environment))},
                   {"lender", notice.lender}};
  written["word"] = notice.word.empty() ? Value(nullptr) : Value(notice.word);
  written["application_id"] = id_or_null(notice.application);
  written["case_id"] = id_or_null(notice.case_id);
  written["case_number"] = notice.case_number.empty() ? Value(nullptr) : Value(notice.case_number);
  written["connection_id"] = id_or_null(notice.connection);
  written["until"] = json::time_or_null(notice.day);
  written["by_mail"] = notice.mail.has_value();
  written["created_at"] = json::write(notice.created_at);
  written["read_at"] = json::time_or_null(notice.read_at);
  return written;
}

Value write_preferences(const NoticePreferences& preferences) {
  Value written = Value::object();
  for (const StaffTopic topic : kStaffTopics) {
    const Channels& channels = preferences.of(topic);
    written[std::string(to_string(topic))] = {{"mail", channels.mail}, {"list", channels.list}};
  }
  return written;
}

}  // namespace

std::optional<Turn> read_turn(const events::Event& event) {
  const Value payload = payload_of(event);
  const auto from = parse_application_state(word_of(payload, "from"));
  const auto to = parse_application_state(word_of(payload, "state"));
  if (!from || !to || *from == *to) return std::nullopt;
  return Turn{event.at, *from, *to};
}

std::optional<MailId> read_mail_of(const events::Event& event) {
  const std::string id = word_of(payload_of(event), "mail_id");
  if (id.empty()) return std::nullopt;
  return MailId{id};
}

std::optional<GivenUp> read_given_up(const events::Event& event) {
  const Value payload = payload_of(event);
  const auto environment = parse_environment(word_of(payload, "environment"));
  if (!environment || word_of(payload, "disabled_because") == "by_hand") return std::nullopt;
  return GivenUp{word_of(payload, "host"), *environment};
}

bool hub_sends_notice(const Value& manifest) {
  if (!manifest.is_object()) return false;
  const auto mails = manifest.find("mail");
  return mails != manifest.end() && text_in(*mails, "adverse_action") == "hub";
}

std::optional<Creditor> read_creditor(const Value& manifest) {
  if (!manifest.is_object()) return std::nullopt;
  const auto found = manifest.find("creditor");
  if (found == manifest.end()) return std::nullopt;
  return Creditor{text_in(*found, "name"), text_in(*found, "address"), text_in(*found, "phone"),
                  text_in(*found, "agency")};
}

std::string write_job(const ApplicationId& application) {
  return json::dump({{"application_id", application.value}});
}

ApplicationId read_job(std::string_view payload) {
  const Value document = json::parse(payload);
  Reader at(document);
  return {at.text("application_id", 64)};
}

NoticeRecord read_record(std::string_view body) {
  const Value document = json::parse(body);
  Reader at(document);
  NoticeRecord record{at.date("sent_on"), at.text("how", kWordsMax)};
  at.finish();
  return record;
}

std::string write_audit(const AdverseNotice& notice) {
  Value written = {{"kind", std::string(to_string(notice.kind))},
                   {"state", std::string(to_string(notice.state))}};
  if (notice.sent_at) written["sent_at"] = json::write(*notice.sent_at);
  return json::dump(written);
}

std::string write_expiry(const Application& application, Time expiry) {
  const bool stated = application.decision && application.decision->expires_at;
  return json::dump({{"state", std::string(to_string(application.state))},
                     {"case_id", application.case_id.value},
                     {"lender", application.lender},
                     {"expires_at", json::write(expiry)},
                     {"stated_by_lender", stated}});
}

http::Response notice_answer(const StaffNotice& notice) {
  return http::ok(write_notice(notice));
}

http::Response notice_page(const http::Cursors& cursors, const http::Request& request,
                           const std::vector<StaffNotice>& page, bool more) {
  Value items = Value::array();
  for (const StaffNotice& notice : page) items.push_back(write_notice(notice));
  std::optional<std::string> next;
  if (more) {
    next = http::write_position(page.back().created_at, page.back().id.value);
  }
  return cursors.page(request, items, next);
}

std::string write_channels(const NoticePreferences& preferences) {
  return json::dump(write_preferences(preferences));
}

NoticePreferences read_preferences(std::string_view text) {
  const Value document = json::parse(text);
  Reader at(document);
  NoticePreferences preferences;
  for (const StaffTopic topic : kStaffTopics) {
    auto said = at.optional_object(to_string(topic));
    if (said) preferences.of(topic) = {said->flag("mail"), said->flag("list")};
  }
  at.finish();
  return preferences;
}

http::Response preferences_answer(const NoticePreferences& preferences) {
  http::Response answer = http::ok(write_preferences(preferences));
  answer.etag = http::version_etag(preferences.version);
  return answer;
}

}  // namespace lendport::notices
