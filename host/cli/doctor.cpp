// Looking at everything a start needs.
#include "cli/audit.hpp"
#include "cli/commands.hpp"
#include "cli/open_store.hpp"
#include "connectors/inspect.hpp"
#include "db/migrations.hpp"

#include <cstdio>
#include <filesystem>
#include <functional>
#include <unistd.h>

namespace lendport::cli {
namespace {

// Runs one look; prints "well" or "wrong" with the reason.
bool look(const char* what, const std::function<std::string()>& finding) {
  try {  // a look that fails is the finding, and the next look is taken all the same
    const std::string found = finding();
    std::printf("well   %s: %s\n", what, found.c_str());
    return true;
  } catch (const Error& error) {
    std::printf("wrong  %s: %s\n", what, error.detail().c_str());
    return false;
  }
}

[[noreturn]] void wrong(const std::string& sentence) {
  throw Error(ErrorCode::invalid_input, sentence);
}

std::string look_at_tables(db::Database& database) {
  const auto missing = db::missing_migrations(database, db::built_in_migrations());
  if (!missing.empty()) {
    wrong(std::to_string(missing.size()) + " migrations are missing: run `lendport migrate`");
  }
  return "up to date";
}

// Opening an org's key proves that the key file belongs to this database.
std::string look_at_key_fit(db::Database& database, const KeySettings& keys) {
  SystemClock clock;
  crypto::RandomIds ids(clock);
  const crypto::Sealing sealing(keyring_of(keys), ids);
  int orgs = 0;
  database.read_now([&](db::Snapshot& at) { orgs = sealing.openable_orgs(at); });
  return "opens the keys of " + std::to_string(orgs) + " orgs";
}

std::string look_at_audit(db::Database& database) {
  const auto chains = events::verify_chains(database, std::nullopt);
  const std::string broken = broken_chains(chains);
  if (!broken.empty()) wrong(broken + ": somebody changed the record; see `lendport audit verify`");
  return "the records of " + std::to_string(chains.size()) + " orgs are whole";
}

std::string look_at_plugins(const std::string& folder) {
  int sound = 0;
  std::string refused;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
    std::error_code ignored;
    if (!std::filesystem::exists(entry.path() / "connector.so", ignored)) continue;
    const auto bytes = connectors::read_plugin_file(entry.path() / "connector.so");
    const bool good = std::holds_alternative<std::string>(bytes) &&
                      std::holds_alternative<connectors::Inspected>(
                          connectors::inspect(std::get<std::string>(bytes)));
    if (good) ++sound;
    if (!good) refused += " " + entry.path().filename().string();
  }
  if (problem) wrong("plugins.folder " + folder + " cannot be read: " + problem.message());
  if (!refused.empty()) wrong("refused:" + refused + ": see `lendport plugin list`");
  return std::to_string(sound) + " connectors are sound";
}

std::string look_at_relay(const MailSettings& settings) {
  const auto sender = open_sender(settings);
  if (!sender) return "mail is off: mail.relay is not set, mails wait";
  const auto found = sender->probe_now(std::chrono::steady_clock::now() + settings.send_timeout);
  if (found.acceptance != net::Acceptance::accepted) wrong(settings.relay.url + ": " + found.text);
  return settings.relay.url + " answers and takes us on";
}

std::string look_at_store(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code problem;
  fs::path there = fs::absolute(folder);
  while (!fs::exists(there, problem) && there.has_relative_path()) there = there.parent_path();
  if (!fs::is_directory(there, problem)) wrong(there.string() + " is no folder");
  if (::access(there.c_str(), W_OK | X_OK) != 0) wrong(there.string() + " cannot be written");
  return there == fs::absolute(folder) ? folder : folder + ", which serve will make";
}

}  // namespace

int doctor(const SettingsGiven& given) {
  std::optional<Settings> settings;
  const bool readable = look("settings", [&] {
    settings = settings::load(given);
    return std::string("read");
  });
  if (!readable) return 1;
  bool all = look("key", [&] {
    keyring_of(settings->keys);
    return std::string("read");
  });
  std::unique_ptr<db::Database> database;
  const bool opened = look("database", [&] {
    database = db::open(settings->database);
    return std::string("opened");
  });
  if (opened) {
    const bool tables = look("tables", [&] { return look_at_tables(*database); });
    all = tables && all;
    if (tables && all) {
      all = look("key and database", [&] { return look_at_key_fit(*database, settings->keys); });
    }
    if (tables) all = look("audit", [&] { return look_at_audit(*database); }) && all;
  }
  all = look("connectors", [&] { return look_at_plugins(settings->connectors.plugin_folder); }) &&
        all;
  all = look("connector store", [&] { return look_at_store(settings->connectors.store_folder); }) &&
        all;
  all = look("mail relay", [&] { return look_at_relay(settings->mail); }) && all;
  return opened && all ? 0 : 1;
}

}  // namespace lendport::cli
