#include "connections/json.hpp"

#include "connections/rules.hpp"
#include "http/problem.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <nlohmann/json.hpp>

#include <initializer_list>

namespace lendport::connections {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kWordBytesMax = 128;
constexpr std::size_t kAccountBytesMax = 128;

template <class Enum>
std::string word(Enum value) {
  return std::string(to_string(value));
}

// Members of a shown connection that nobody writes.
void ignore_shown(const Reader& body) {
  for (std::string_view field :
       {"id", "status", "status_reason", "successors", "settings_revision", "enabled", "account",
        "explained", "version", "created_at", "changed_at", "checked_at", "webhook"}) {
    static_cast<void>(body.has(field));
  }
}

RepPolicy read_rep_policy(Reader policy) {
  RepPolicy read;
  const std::string mode = policy.choice("mode", {"match_or_create", "match_or_generic"});
  read.mode = parse_rep_mode(mode).value_or(read.mode);
  read.generic_account = policy.optional_text("generic_account", kAccountBytesMax);
  return read;
}

// An object for the form itself; anything else is refused where it is checked.
std::shared_ptr<const Value> read_settings(Reader& body) {
  const Value& form = body.any("settings");
  if (!form.is_null() && !form.is_object()) body.refuse("settings", "type", "must be an object");
  return std::make_shared<const Value>(form);
}

ConnectionDraft read_draft_fields(Reader& body) {
  ConnectionDraft draft;
  draft.plugin_id = body.text("plugin_id", kWordBytesMax);
  const std::string environment = body.choice("environment", {"sandbox", "production"});
  draft.environment = parse_environment(environment).value_or(Environment::sandbox);
  draft.label = body.optional_text("label", kLabelBytesMax).value_or("");
  draft.settings = read_settings(body);
  if (auto policy = body.optional_object("dealer_fee")) {
    draft.dealer_fee.include_in_amount_sent = policy->flag("include_in_amount_sent");
  }
  if (auto policy = body.optional_object("rep_policy")) draft.rep_policy = read_rep_policy(*policy);
  if (auto policy = body.optional_object("documents")) {
    draft.documents.at_approval = policy->flag("at_approval");
  }
  if (const auto hours = body.optional_integer("catalog_age_max_hours", kCatalogAgeLeast.count(),
                                               kCatalogAgeMost.count())) {
    draft.catalog_age_max = std::chrono::hours{*hours};
  }
  draft.with_sub_orgs = body.optional_flag("with_sub_orgs").value_or(false);
  return draft;
}

Value explained(std::string_view language) {
  const PolicyTexts fee = dealer_fee_texts(language);
  const PolicyTexts rep = rep_texts(language);
  return Value{{"dealer_fee", {{"included", fee.on}, {"not_included", fee.off}}},
               {"rep_policy", {{"match_or_create", rep.on}, {"match_or_generic", rep.off}}}};
}

template <class T>
Value maybe(const std::optional<T>& value) {
  return value ? json::write(*value) : Value(nullptr);
}

// Copies members of the manifest that are there.
void copy(const Value& from, Value& to, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = from.find(name);
    if (found != from.end()) to[name] = *found;
  }
}

std::string text_of(const Value& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

CheckStatus check_status_of(const std::string& text) {
  if (text == "ready") return CheckStatus::ready;
  if (text == "auth_failed") return CheckStatus::auth_failed;
  if (text == "misconfigured") return CheckStatus::misconfigured;
  return CheckStatus::unknown;
}

Written written(Value value) {
  return std::make_shared<const Value>(std::move(value));
}

Value masked_value(std::string_view settings, const std::set<std::string>& secret_names) {
  Value shown = json::parse(settings);
  for (const std::string& name : secret_names) shown[name] = kMasked;
  return shown;
}

Value shown(const std::vector<connectors::Successor>& successors);

Value shown(const Connection& connection, std::string_view language) {
  const Connection& c = connection;
  const Value generic =
      c.rep_policy.generic_account ? Value(*c.rep_policy.generic_account) : Value(nullptr);
  const Value age = c.catalog_age_max ? Value(c.catalog_age_max->count()) : Value(nullptr);
  return Value{{"id", c.id.value},
               {"plugin_id", c.plugin_id},
               {"label", c.label},
               {"environment", word(c.environment)},
               {"status", word(c.status)},
               {"status_reason", status_reason_in(c, language)},
               {"successors", shown(c.successors)},
               {"settings", masked_value(c.settings, c.secret_names)},
               {"settings_revision", c.settings_revision},
               {"dealer_fee", {{"include_in_amount_sent", c.dealer_fee.include_in_amount_sent}}},
               {"rep_policy", {{"mode", word(c.rep_policy.mode)}, {"generic_account", generic}}},
               {"documents", {{"at_approval", c.documents.at_approval}}},
               {"explained", explained(language)},
               {"catalog_age_max_hours", age},
               {"enabled", c.enabled},
               {"with_sub_orgs", c.with_sub_orgs},
               {"account", {{"id", c.account_id}, {"name", c.account_name}}},
               {"version", c.version},
               {"created_at", json::write(c.created_at)},
               {"changed_at", json::write(c.changed_at)},
               {"checked_at", maybe(c.checked_at)}};
}

Value shown(const LenderHealth& health, std::string_view language) {
  const Connection& c = health.connection;
  const auto& now = health.now;
  const bool open = now.circuit == connectors::Circuit::open;
  Value failure;
  if (const auto& last = health.last_failure) {
    failure = {{"at", json::write(last->at)},
               {"operation", last->operation},
               {"fault", last->fault},
               {"http_status", last->http_status},
               {"message", describe(*last, language)}};
  }
  const std::int64_t good = health.calls - health.failed;
  const Value percent = health.calls == 0 ? Value(nullptr) : Value(good * 100 / health.calls);
  return Value{
      {"connection_id", c.id.value},
      {"status", word(c.status)},
      {"status_reason", status_reason_in(c, language)},
      {"circuit",
       {{"state", word(now.circuit)},
        {"next_probe_at", open ? json::write(health.asked_at + now.probe_in) : Value(nullptr)},
        {"down_since", maybe(health.down_since)}}},
      {"calls_under_way", now.in_flight},
      {"connector_hangs", now.hung},
      {"last_24_hours",
       {{"calls", health.calls}, {"failed", health.failed}, {"success_percent", percent}}},
      {"last_success_at", maybe(health.last_success)},
      {"last_error", std::move(failure)},
      {"checked_at", maybe(c.checked_at)},
      {"credentials_expire_at", maybe(c.credentials_expire_at)}};
}

Value shown(const Offer& offer) {
  return Value{{"id", offer.id.value},         {"org", offer.org.value},
               {"plugin_id", offer.plugin_id}, {"scope", word(offer.scope)},
               {"version", offer.version},     {"created_at", json::write(offer.created_at)}};
}

Value shown(const std::vector<connectors::Successor>& successors) {
  Value list = Value::array();
  for (const auto& one : successors)
    list.push_back({{"plugin_id", one.plugin}, {"name", one.name}});
  return list;
}

Value shown(const connectors::Switch& plugin) {
  const bool ever = !plugin.changed_by.empty();
  Value winding_down;
  if (plugin.wind_down.on) {
    winding_down = {{"reason", plugin.wind_down.reason},
                    {"successors", shown(plugin.wind_down.successors)}};
  }
  return Value{{"wanted", plugin.stopped ? "stopped" : "running"},
               {"reason", plugin.reason},
               {"winding_down", std::move(winding_down)},
               {"changed_by", ever ? Value(plugin.changed_by) : Value(nullptr)},
               {"changed_at", ever ? json::write(plugin.changed_at) : Value(nullptr)}};
}

Value shown(const connectors::PluginView& plugin, bool for_operator) {
  Value view{{"id", plugin.id}, {"version", plugin.version}, {"state", word(plugin.state)}};
  if (for_operator) {
    view["folder"] = plugin.folder;
    view["sha256"] = plugin.sha256;
    if (plugin.state == connectors::PluginState::refused) {
      view["refused"] = {{"code", plugin.refusal.code}, {"sentence", plugin.refusal.sentence}};
    }
  }
  if (plugin.manifest && plugin.manifest->document) {
    copy(*plugin.manifest->document, view,
         {"name", "kind", "vendor", "texts", "availability", "become_partner_url"});
  }
  return view;
}

}  // namespace

ConnectionDraft read_draft(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  ConnectionDraft draft = read_draft_fields(body);
  ignore_shown(body);
  body.finish();
  return draft;
}

TestRequest read_test(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  TestRequest request;
  request.draft = read_draft_fields(body);
  if (auto id = body.optional_text("connection", kWordBytesMax)) {
    request.stored = ConnectionId{*std::move(id)};
  }
  ignore_shown(body);
  body.finish();
  return request;
}

ConnectionDraft read_reconnect(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  ConnectionDraft draft;
  if (body.has("settings")) draft.settings = read_settings(body);
  body.finish();
  return draft;
}

OfferRequest read_offer(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  OfferRequest request;
  request.plugin_id = body.text("plugin_id", kWordBytesMax);
  const std::string scope = body.choice("scope", {"org", "network"});
  request.scope = parse_offer_scope(scope).value_or(OfferScope::org);
  body.finish();
  return request;
}

std::string read_disable(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  std::string reason = body.text("reason", kReasonBytesMax, Lines::many);
  body.finish();
  return reason;
}

std::string read_stop(std::string_view text) {
  return read_disable(text);
}

WindDownRequest read_wind_down(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  WindDownRequest request;
  request.reason = body.text("reason", kReasonBytesMax);
  if (body.has("successors")) request.successors = body.texts("successors", kSuccessorsMax);
  body.finish();
  return request;
}

bool read_enable(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  const bool with_sub_orgs = body.optional_flag("with_sub_orgs").value_or(false);
  body.finish();
  return with_sub_orgs;
}

Written write(const Connection& connection, std::string_view language) {
  return written(shown(connection, language));
}

Written write(const std::vector<Connection>& connections, std::string_view language) {
  Value list = Value::array();
  for (const Connection& connection : connections) list.push_back(shown(connection, language));
  return written(std::move(list));
}

Written write(const Offer& offer) {
  return written(shown(offer));
}

Written write(const std::vector<Offer>& offers) {
  Value list = Value::array();
  for (const Offer& offer : offers) list.push_back(shown(offer));
  return written(std::move(list));
}

Written write(const ConnectionTested& tested) {
  return written(Value{{"status", "ready"},
                       {"account", {{"id", tested.account_id}, {"name", tested.account_name}}},
                       {"message", tested.message}});
}

Written write(const LenderHealth& health, std::string_view language) {
  return written(shown(health, language));
}

Written write(const connectors::PluginView& plugin, bool for_operator) {
  return written(shown(plugin, for_operator));
}

Written write(const std::vector<connectors::PluginView>& plugins, bool for_operator) {
  Value list = Value::array();
  for (const auto& plugin : plugins) list.push_back(shown(plugin, for_operator));
  return written(std::move(list));
}

std::string record_text(const Connection& connection,
                        const std::set<std::string>& changed_secrets) {
  Value record = shown(connection, "en");
  record.erase("explained");
  for (const std::string& name : changed_secrets) record["settings"][name] = "changed";
  return record.dump();
}

std::string event_text(const Connection& connection) {
  Value event = shown(connection, "en");
  for (const char* name :
       {"explained", "settings", "dealer_fee", "rep_policy", "account", "successors"}) {
    event.erase(name);
  }
  return event.dump();
}

std::string outage_text(const Connection& connection, bool down) {
  return Value{{"state", down ? "down" : "up"},
               {"plugin_id", connection.plugin_id},
               {"environment", word(connection.environment)},
               {"label", connection.label}}
      .dump();
}

std::string record_text(const Offer& offer) {
  return shown(offer).dump();
}

http::Response problem_of(const ConnectionRefused& refused, const http::Request& request) {
  const Sentence detail{refused.detail, refused.detail_fr};
  const Error error = refused.code == ErrorCode::invalid_input ? Error(refused.violations, detail)
                                                               : Error(refused.code, detail);
  http::Response response = http::problem(error, http::pick_language(request.language), request.id);
  Value body = json::parse(response.body);
  if (refused.submitted) body["submitted"] = *refused.submitted;
  if (refused.become_partner_url) body["become_partner_url"] = *refused.become_partner_url;
  response.body = body.dump();
  return response;
}

Written write(const connectors::Switch& plugin) {
  Value answer{{"id", plugin.plugin}};
  answer.update(shown(plugin));
  return written(std::move(answer));
}

std::string record_text(const connectors::Switch& plugin) {
  return shown(plugin).dump();
}

Written write_whole(const connectors::PluginView& plugin, const connectors::Switch* of_operator) {
  Value whole = shown(plugin, of_operator != nullptr);
  if (of_operator != nullptr) whole["switch"] = shown(*of_operator);
  if (!plugin.manifest || !plugin.manifest->document) return written(std::move(whole));
  copy(*plugin.manifest->document, whole, {"icon", "docs", "capabilities", "settings", "rep"});
  Value environments = Value::array();
  for (const auto& [name, url] : plugin.manifest->base_urls) environments.push_back(name);
  whole["environments"] = environments;
  return written(std::move(whole));
}

Written masked(std::string_view settings, const std::set<std::string>& secret_names) {
  return written(masked_value(settings, secret_names));
}

Written masked_form(const Value& form, const std::set<std::string>& secret_fields) {
  Value copied = form.is_object() ? form : Value::object();
  for (auto& [name, value] : copied.items()) {
    if (secret_fields.contains(name) && !value.is_null()) value = kMasked;
  }
  return written(std::move(copied));
}

Secret<std::string> secrets_text(const connectors::Secrets& secrets) {
  Value object = Value::object();
  for (const auto& [name, secret] : secrets) object[name] = secret.expose();
  Secret<std::string> text(object.dump());
  for (auto& [name, value] : object.items()) {
    auto& plain = value.get_ref<std::string&>();
    wipe(plain.data(), plain.size());
  }
  return text;
}

connectors::Secrets read_secrets(std::string_view text) {
  connectors::Secrets secrets;
  Value object = json::parse(text);
  for (auto& [name, value] : object.items()) {
    auto& plain = value.get_ref<std::string&>();
    secrets.emplace(name, Secret<std::string>(plain));
    wipe(plain.data(), plain.size());
  }
  return secrets;
}

Check read_check(const Value& result) {
  Check check;
  check.status = check_status_of(text_of(result, "status"));
  check.message = text_of(result, "message");
  if (const auto account = result.find("account"); account != result.end()) {
    check.account_id = text_of(*account, "id");
    check.account_name = text_of(*account, "name");
  }
  if (result.contains("become_partner_url")) {
    check.become_partner_url = text_of(result, "become_partner_url");
  }
  // One that cannot be read is as good as none.
  if (const auto end = parse_time(text_of(result, "credentials_expire_at"))) {
    check.credentials_expire_at = *end;
  }
  if (const auto errors = result.find("field_errors"); errors != result.end()) {
    for (const Value& error : *errors) {
      check.field_errors.push_back(
          {text_of(error, "pointer"), text_of(error, "code"), text_of(error, "detail")});
    }
  }
  return check;
}

}  // namespace lendport::connections
