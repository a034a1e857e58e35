// Running the hub until it is told to stop.
#include "cli/commands.hpp"
#include "cli/open_store.hpp"
#include "db/migrations.hpp"
#include "hub.hpp"
#include "telemetry/log.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace lendport::cli {

int serve(const SettingsGiven& given) {
  // Blocked before threads start, so that all of them leave the signals to sigwait.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const Settings settings = settings::load(given);
  telemetry::open_log(settings.log);
  Hub hub(settings, keyring_of(settings.keys));
  hub.start();
  std::printf("listening %s:%u\n", settings.http.address.c_str(),
              static_cast<unsigned>(hub.port()));
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  // A request that will not end still uses what would be destroyed; the store needs no goodbye.
  if (!hub.stop()) std::_Exit(0);
  return 0;
}

int migrate(const SettingsGiven& given, bool check) {
  const Settings settings = settings::load(given);
  const auto database = db::open(settings.database);
  const auto names = check ? db::missing_migrations(*database, db::built_in_migrations())
                           : db::migrate(*database, db::built_in_migrations(), SystemClock().now());
  for (const std::string& name : names) {
    std::printf("%s %s\n", check ? "missing" : "applied", name.c_str());
  }
  if (names.empty()) std::printf("up to date\n");
  return check && !names.empty() ? 1 : 0;
}

}  // namespace lendport::cli
