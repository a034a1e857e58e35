#include "orgs/json.hpp"

#include "json/reader.hpp"
#include "json/writer.hpp"
#include "orgs/rules.hpp"

#include <nlohmann/json.hpp>

namespace lendport::orgs {
namespace {

using json::Reader;
using json::Value;

constexpr std::size_t kWordBytesMax = 64;
constexpr std::size_t kScopesMax = kPermissionCount;

// A word of a closed list; the violation names the choices.
template <class Enum>
std::optional<Enum> optional_word(Reader& body, std::string_view field,
                                  std::optional<Enum> (*parse)(std::string_view),
                                  std::string_view choices) {
  const auto text = body.optional_text(field, kWordBytesMax);
  if (!text) return std::nullopt;
  const auto word = parse(*text);
  if (!word) body.refuse(field, "unknown", "must be one of: " + std::string(choices));
  return word;
}

constexpr std::string_view kPlanWords = "starter, premium, pro";
constexpr std::string_view kCareWords = "standard, priority";
constexpr std::string_view kSegmentWords = "residential, commercial";
constexpr std::string_view kRoleWords =
    "org_admin, org_manager, rep, viewer, platform_admin, support, partner";

std::vector<Segment> read_segments(Reader& body) {
  std::vector<Segment> segments;
  for (const std::string& text : body.texts("segments", 2)) {
    const auto segment = parse_segment(text);
    if (segment) {
      segments.push_back(*segment);
    } else {
      body.refuse("segments", "unknown", "must be of: " + std::string(kSegmentWords));
    }
  }
  return segments;
}

// An id that no user can have reads as one that is nobody's: the same refusal later.
std::optional<UserId> optional_user(Reader& body) {
  auto text = body.optional_text("user", kWordBytesMax);
  if (!text) return std::nullopt;
  return UserId{*std::move(text)};
}

std::vector<Permission> read_scopes(Reader& body) {
  std::vector<Permission> scopes;
  for (const std::string& text : body.texts("scopes", kScopesMax)) {
    const auto scope = parse_permission(text);
    if (scope) {
      scopes.push_back(*scope);
    } else {
      body.refuse("scopes", "unknown", "is no permission: " + text);
    }
  }
  if (scopes.empty()) {
    body.refuse("scopes", "required", "must name a permission; leave it out for the role's own");
  }
  return scopes;
}

template <class T>
Value maybe(const std::optional<T>& value) {
  return value ? json::write(*value) : Value(nullptr);
}

template <class Enums>
Value words(const Enums& values) {
  Value list = Value::array();
  for (const auto& value : values) list.push_back(std::string(to_string(value)));
  return list;
}

template <class Enum>
std::string word(Enum value) {
  return std::string(to_string(value));
}

Value shown(const Org& org) {
  return Value{{"id", org.id.value},
               {"parent", org.parent ? Value(org.parent->value) : Value(nullptr)},
               {"name", org.name},
               {"country", org.country},
               {"segments", words(org.segments)},
               {"plan", word(org.plan)},
               {"care", word(org.care)},
               {"locale", org.locale},
               {"time_zone", org.time_zone},
               {"sales_mode", org.sales_mode},
               {"account_manager", org.account_manager ? Value(*org.account_manager) : nullptr},
               {"version", org.version},
               {"created_at", json::write(org.created_at)}};
}

Value shown(const User& user) {
  return Value{{"id", user.id.value},
               {"email", user.email},
               {"name", user.name},
               {"role", word(user.role)},
               {"status", word(user.status)},
               {"version", user.version},
               {"created_at", json::write(user.created_at)}};
}

Value shown(const ApiKey& key) {
  return Value{{"id", key.id.value},
               {"user", key.user.value},
               {"label", key.label},
               {"prefix", key.prefix},
               {"environment", word(key.environment)},
               {"scopes", words(key.scopes)},
               {"expires_at", maybe(key.expires_at)},
               {"last_used_at", maybe(key.last_used_at)},
               {"revoked_at", maybe(key.revoked_at)},
               {"version", key.version},
               {"created_at", json::write(key.created_at)}};
}

Written written(Value value) {
  return std::make_shared<const Value>(std::move(value));
}

template <class T>
Written written_list(const std::vector<T>& items) {
  Value list = Value::array();
  for (const T& item : items) list.push_back(shown(item));
  return written(std::move(list));
}

}  // namespace

OrgDraft read_org_draft(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  OrgDraft draft;
  if (auto parent = body.optional_text("parent", kWordBytesMax)) draft.parent = OrgId{*parent};
  draft.name = body.text("name", kNameBytesMax);
  draft.country = body.text("country", 2);
  draft.segments = read_segments(body);
  draft.plan = optional_word(body, "plan", parse_plan, kPlanWords).value_or(draft.plan);
  draft.care = optional_word(body, "care", parse_care, kCareWords).value_or(draft.care);
  draft.locale = body.optional_text("locale", kWordBytesMax).value_or(draft.locale);
  draft.time_zone = body.optional_text("time_zone", kWordBytesMax).value_or(draft.time_zone);
  draft.sales_mode = body.optional_flag("sales_mode").value_or(false);
  draft.account_manager = body.optional_text("account_manager", kNameBytesMax);
  body.finish();
  return draft;
}

OrgPatch read_org_patch(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  OrgPatch patch;
  patch.name = body.optional_text("name", kNameBytesMax);
  if (body.has("segments")) patch.segments = read_segments(body);
  patch.plan = optional_word(body, "plan", parse_plan, kPlanWords);
  patch.care = optional_word(body, "care", parse_care, kCareWords);
  patch.locale = body.optional_text("locale", kWordBytesMax);
  patch.time_zone = body.optional_text("time_zone", kWordBytesMax);
  patch.sales_mode = body.optional_flag("sales_mode");
  patch.account_manager = body.optional_text("account_manager", kNameBytesMax);
  body.finish();
  return patch;
}

UserDraft read_user_draft(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  UserDraft draft;
  draft.email = body.text("email", kEmailBytesMax);
  draft.name = body.text("name", kNameBytesMax);
  const std::string role = body.text("role", kWordBytesMax);
  const auto known = parse_role(role);
  if (!role.empty() && !known) {
    body.refuse("role", "unknown", "must be one of: " + std::string(kRoleWords));
  }
  body.finish();
  draft.role = *known;
  return draft;
}

UserPatch read_user_patch(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  UserPatch patch;
  patch.name = body.optional_text("name", kNameBytesMax);
  patch.role = optional_word(body, "role", parse_role, kRoleWords);
  patch.status = optional_word(body, "status", parse_user_status, "active, deactivated");
  body.finish();
  return patch;
}

KeyDraft read_key_draft(std::string_view text) {
  const Value document = json::parse(text);
  Reader body(document);
  KeyDraft draft;
  draft.user = optional_user(body);
  draft.label = body.text("label", kNameBytesMax);
  const std::string environment = body.text("environment", kWordBytesMax);
  draft.environment = parse_environment(environment).value_or(Environment::sandbox);
  if (!environment.empty() && !parse_environment(environment)) {
    body.refuse("environment", "unknown", "must be one of: sandbox, production");
  }
  if (body.has("scopes")) draft.scopes = read_scopes(body);
  if (body.has("expires_at")) draft.expires_at = body.time("expires_at");
  body.finish();
  return draft;
}

Written write(const Org& org) {
  return written(shown(org));
}
Written write(const User& user) {
  return written(shown(user));
}
Written write(const ApiKey& key) {
  return written(shown(key));
}
Written write(const std::vector<Org>& orgs) {
  return written_list(orgs);
}
Written write(const std::vector<User>& users) {
  return written_list(users);
}
Written write(const std::vector<ApiKey>& keys) {
  return written_list(keys);
}

std::string record_text(const Org& org) {
  Value record = shown(org);
  record.erase("account_manager");
  return record.dump();
}

std::string record_text(const User& user) {
  Value record = shown(user);
  record.erase("email");
  record.erase("name");
  return record.dump();
}

std::string record_text(const ApiKey& key) {
  Value record = shown(key);
  record.erase("label");
  return record.dump();
}

Written write(const NewKey& key) {
  Value body = shown(key.key);
  body["token"] = key.token.expose();
  return written(std::move(body));
}

}  // namespace lendport::orgs
