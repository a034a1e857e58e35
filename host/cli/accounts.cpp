// The commands about orgs, users and API keys.
#include "cli/commands.hpp"
#include "cli/open_store.hpp"
#include "core/error.hpp"

#include <cstdio>

namespace lendport::cli {
namespace {

void print(const std::string& line) {
  std::printf("%s\n", line.c_str());
}

[[noreturn]] void refuse(const std::string& argument, const std::string& rule) {
  throw Error(ErrorCode::invalid_input, argument + " " + rule);
}

template <class T>
T required(std::optional<T> parsed, const std::string& argument, const std::string& rule) {
  if (!parsed) refuse(argument, rule);
  return *std::move(parsed);
}

OrgId org_named(const std::string& text) {
  return required(OrgId::parse(text), "--org " + text, "is not the id of an org: see `org list`");
}

std::string time_or(const std::optional<Time>& time, const char* otherwise) {
  return time ? format_time(*time) : otherwise;
}

}  // namespace

int create_org(const SettingsGiven& given, const OrgArguments& arguments) {
  OrgDraft draft;
  draft.name = arguments.name;
  draft.country = arguments.country;
  for (const std::string& segment : arguments.segments) {
    draft.segments.push_back(
        required(parse_segment(segment), "--segment " + segment, "is residential or commercial"));
  }
  draft.plan = required(parse_plan(arguments.plan), "--plan " + arguments.plan,
                        "is starter, premium or pro");
  if (!arguments.parent.empty()) draft.parent = org_named(arguments.parent);
  draft.locale = arguments.locale;
  draft.time_zone = arguments.time_zone;
  draft.sales_mode = arguments.sales_mode;
  OpenStore store(settings::load(given));
  print(store.orgs().create_org_now(draft).id.value);
  return 0;
}

int list_orgs(const SettingsGiven& given) {
  OpenStore store(settings::load(given));
  for (const Org& org : store.orgs().orgs_now()) {
    print(org.id.value + "\t" + org.name + "\t" + org.country + "\t" +
          std::string(to_string(org.plan)) + (org.platform ? "\tplatform" : ""));
  }
  return 0;
}

int create_user(const SettingsGiven& given, const UserArguments& arguments) {
  UserDraft draft{arguments.email, arguments.name, Role::platform_admin};
  if (arguments.org.empty()) {
    OpenStore store(settings::load(given));
    print(store.orgs().bootstrap_now(draft).id.value);
    return 0;
  }
  draft.role = required(parse_role(arguments.role), "--role " + arguments.role,
                        "is org_admin, org_manager, rep or viewer");
  OpenStore store(settings::load(given));
  print(store.orgs().create_user_now(org_named(arguments.org), draft).id.value);
  return 0;
}

int list_users(const SettingsGiven& given, const std::string& org) {
  OpenStore store(settings::load(given));
  for (const User& user : store.orgs().users_now(org_named(org))) {
    print(user.id.value + "\t" + user.email + "\t" + std::string(to_string(user.role)) + "\t" +
          std::string(to_string(user.status)));
  }
  return 0;
}

int create_token(const SettingsGiven& given, const TokenArguments& arguments) {
  OpenStore store(settings::load(given));
  const auto user = store.orgs().user_by_email_now(arguments.email);
  if (!user) refuse("--email " + arguments.email, "is nobody's login: see `user list`");
  KeyDraft draft;
  draft.user = user->id;
  draft.label = arguments.label;
  draft.environment =
      required(parse_environment(arguments.environment), "--environment " + arguments.environment,
               "is sandbox or production");
  for (const std::string& scope : arguments.scopes) {
    draft.scopes.push_back(
        required(parse_permission(scope), "--scope " + scope, "is not a permission: see /docs"));
  }
  if (arguments.days > 0)
    draft.expires_at = store.clock().now() + std::chrono::days{arguments.days};
  print(store.orgs().create_key_now(user->org, draft).token.expose());
  return 0;
}

int list_tokens(const SettingsGiven& given, const std::string& org) {
  OpenStore store(settings::load(given));
  for (const ApiKey& key : store.orgs().keys_now(org_named(org))) {
    print(key.id.value + "\t" + key.prefix + "…\t" + std::string(to_string(key.environment)) +
          "\t" + key.label + "\tlast used " + time_or(key.last_used_at, "never") +
          (key.revoked_at ? "\trevoked " + format_time(*key.revoked_at) : ""));
  }
  return 0;
}

int revoke_token(const SettingsGiven& given, const std::string& org, const std::string& key) {
  const KeyId id = required(KeyId::parse(key), key, "is not the id of a key: see `token list`");
  OpenStore store(settings::load(given));
  store.orgs().revoke_key_now(org_named(org), id);
  print("revoked");
  return 0;
}

}  // namespace lendport::cli
