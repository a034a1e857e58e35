// What each command does, given its arguments.
#pragma once

#include "settings/settings.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lendport::cli {

// Runs the hub until SIGINT or SIGTERM. Brings the tables up to date first.
int serve(const SettingsGiven& given);

// Brings the tables up to date; `check` only says what is missing.
int migrate(const SettingsGiven& given, bool check);

// Looks at everything a start needs and says for each whether it is well, and what to do if not.
int doctor(const SettingsGiven& given);

struct OrgArguments {
  std::string name;
  std::string country = "US";
  std::vector<std::string> segments{"residential"};
  std::string plan = "premium";
  std::string parent;
  std::string locale = "en";
  std::string time_zone = "UTC";
  bool sales_mode = false;
};
int create_org(const SettingsGiven& given, const OrgArguments& arguments);
int list_orgs(const SettingsGiven& given);

struct UserArguments {
  std::string org;  // empty: the platform's own, with its first administrator
  std::string email;
  std::string name;
  std::string role = "org_admin";
};
int create_user(const SettingsGiven& given, const UserArguments& arguments);
int list_users(const SettingsGiven& given, const std::string& org);

struct TokenArguments {
  std::string email;  // whose key
  std::string environment = "sandbox";
  std::string label = "command line";
  std::vector<std::string> scopes;
  int days = 0;  // 0: does not expire
};
// Prints the key, once.
int create_token(const SettingsGiven& given, const TokenArguments& arguments);
int list_tokens(const SettingsGiven& given, const std::string& org);
int revoke_token(const SettingsGiven& given, const std::string& org, const std::string& key);

// Reads the whole record of who did what, of one org or of all, and says where a chain is broken:
// exit code 1.
int verify_audit(const SettingsGiven& given, const std::string& org);

// Judges files without running anything of them.
int list_plugins(const SettingsGiven& given);
int inspect_plugin(const std::filesystem::path& file);

// Writes a new key-encryption key to `file`, mode 0600; refuses to overwrite one.
int create_key_file(const std::filesystem::path& file);

}  // namespace lendport::cli
