// The arguments, and which command they name.
#include "cli/cli.hpp"

#include "cli/commands.hpp"

#include <CLI/CLI.hpp>

#include <functional>

namespace lendport::cli {
namespace {

// Everything the arguments can fill, and what to do when they are read.
struct Invocation {
  SettingsGiven given;
  std::string config;
  bool check = false;
  OrgArguments org;
  UserArguments user;
  TokenArguments token;
  std::string org_id;
  std::string key_id;
  std::string file;
  std::function<int()> command;
};

void add_settings(CLI::App& app, Invocation& invocation) {
  app.add_option("-c,--config", invocation.config, "Settings file (TOML)")
      ->check(CLI::ExistingFile);
  app.add_option("--set", invocation.given.pairs, "One setting: key=value; may be repeated");
}

CLI::App* add(CLI::App& app, Invocation& invocation, const char* name, const char* help,
              std::function<int()> command) {
  CLI::App* added = app.add_subcommand(name, help);
  added->callback([&invocation, command = std::move(command)] { invocation.command = command; });
  return added;
}

void add_running(CLI::App& app, Invocation& all) {
  add_settings(*add(app, all, "serve", "Run the hub", [&all] { return serve(all.given); }), all);
  CLI::App* migrating = add(app, all, "migrate", "Bring the tables up to date",
                            [&all] { return migrate(all.given, all.check); });
  add_settings(*migrating, all);
  migrating->add_flag("--check", all.check, "Only say what is missing");
  add_settings(*add(app, all, "doctor", "Say whether everything a start needs is well",
                    [&all] { return doctor(all.given); }),
               all);
}

void add_orgs(CLI::App& app, Invocation& all) {
  CLI::App* orgs = app.add_subcommand("org", "Orgs")->require_subcommand(1);
  CLI::App* create =
      add(*orgs, all, "create", "Make an org", [&all] { return create_org(all.given, all.org); });
  add_settings(*create, all);
  create->add_option("--name", all.org.name, "Its name")->required();
  create->add_option("--country", all.org.country, "ISO 3166, two letters")->capture_default_str();
  create->add_option("--segment", all.org.segments, "residential, commercial")
      ->capture_default_str();
  create->add_option("--plan", all.org.plan, "starter, premium, pro")->capture_default_str();
  create->add_option("--parent", all.org.parent, "The upstream org's id");
  create->add_option("--locale", all.org.locale, "en or fr")->capture_default_str();
  create->add_option("--time-zone", all.org.time_zone, "IANA name")->capture_default_str();
  create->add_flag("--sales-mode", all.org.sales_mode, "May sell with financing");
  add_settings(*add(*orgs, all, "list", "List the orgs", [&all] { return list_orgs(all.given); }),
               all);
}

void add_users(CLI::App& app, Invocation& all) {
  CLI::App* users = app.add_subcommand("user", "Users")->require_subcommand(1);
  CLI::App* create = add(*users, all, "create", "Make a user; without --org the platform's first",
                         [&all] { return create_user(all.given, all.user); });
  add_settings(*create, all);
  create->add_option("--org", all.user.org, "The org's id");
  create->add_option("--email", all.user.email, "Login")->required();
  create->add_option("--name", all.user.name, "Name")->required();
  create->add_option("--role", all.user.role, "org_admin, org_manager, rep, viewer")
      ->capture_default_str();
  CLI::App* list = add(*users, all, "list", "List an org's users",
                       [&all] { return list_users(all.given, all.org_id); });
  add_settings(*list, all);
  list->add_option("--org", all.org_id, "The org's id")->required();
}

void add_tokens(CLI::App& app, Invocation& all) {
  CLI::App* tokens = app.add_subcommand("token", "API keys")->require_subcommand(1);
  CLI::App* create = add(*tokens, all, "create", "Make an API key and print it, once",
                         [&all] { return create_token(all.given, all.token); });
  add_settings(*create, all);
  create->add_option("--email", all.token.email, "Whose key")->required();
  create->add_option("--environment", all.token.environment, "sandbox or production")
      ->capture_default_str();
  create->add_option("--label", all.token.label, "What it is for")->capture_default_str();
  create->add_option("--scope", all.token.scopes, "Narrows what the user's role may do");
  create->add_option("--days", all.token.days, "Until it expires; 0: never")->capture_default_str();
  CLI::App* list = add(*tokens, all, "list", "List an org's API keys",
                       [&all] { return list_tokens(all.given, all.org_id); });
  add_settings(*list, all);
  list->add_option("--org", all.org_id, "The org's id")->required();
  CLI::App* revoke = add(*tokens, all, "revoke", "Revoke an API key",
                         [&all] { return revoke_token(all.given, all.org_id, all.key_id); });
  add_settings(*revoke, all);
  revoke->add_option("--org", all.org_id, "The org's id")->required();
  revoke->add_option("key", all.key_id, "The key's id")->required();
}

void add_audit(CLI::App& app, Invocation& all) {
  CLI::App* audit = app.add_subcommand("audit", "Who did what")->require_subcommand(1);
  CLI::App* verify = add(*audit, all, "verify", "Say whether the record is whole, and where not",
                         [&all] { return verify_audit(all.given, all.org_id); });
  add_settings(*verify, all);
  verify->add_option("--org", all.org_id, "Of this org alone");
}

void add_files(CLI::App& app, Invocation& all) {
  CLI::App* plugins = app.add_subcommand("plugin", "Connectors")->require_subcommand(1);
  add_settings(*add(*plugins, all, "list", "Judge every connector of the plugin folder",
                    [&all] { return list_plugins(all.given); }),
               all);
  add(*plugins, all, "inspect", "Judge one file; nothing of it runs",
      [&all] { return inspect_plugin(all.file); })
      ->add_option("file", all.file, "connector.so")
      ->required();
  CLI::App* keys = app.add_subcommand("key", "The key-encryption key")->require_subcommand(1);
  add(*keys, all, "create", "Write a new key to a file of mode 0600",
      [&all] { return create_key_file(all.file); })
      ->add_option("file", all.file, "The file; it must not exist")
      ->required();
}

}  // namespace

int run(int argc, const char* const* argv, const char* const* environment) {
  CLI::App app{"Lendport: a hub between those who sell with financing and the lenders who pay"};
  app.set_version_flag("--version", LENDPORT_VERSION);
  app.require_subcommand(1);
  Invocation invocation;
  add_running(app, invocation);
  add_orgs(app, invocation);
  add_users(app, invocation);
  add_tokens(app, invocation);
  add_audit(app, invocation);
  add_files(app, invocation);
  try {  // CLI11 reports help, version and wrong usage by its own exception
    app.parse(argc, argv);
  } catch (const CLI::ParseError& ended) {
    constexpr int kWrongUsage = 2;
    return app.exit(ended) == 0 ? 0 : kWrongUsage;
  }
  invocation.given.environment = environment;
  if (!invocation.config.empty()) invocation.given.file = invocation.config;
  return invocation.command();
}

}  // namespace lendport::cli
