// Everything an operator may set, in one immutable value made of the structs each module owns.
#pragma once

#include "applications/applications.hpp"
#include "catalog/catalog.hpp"
#include "connectors/settings.hpp"
#include "db/open.hpp"
#include "files/settings.hpp"
#include "http/settings.hpp"
#include "mail/settings.hpp"
#include "net/http_client.hpp"
#include "telemetry/settings.hpp"
#include "webhooks/settings.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lendport {

// Where the key-encryption key comes from: never from the settings file itself.
struct KeySettings {
  std::filesystem::path file;  // mode 0600, owned by the hub's user
  std::optional<Secret<std::string>>
      text;  // LENDPORT_KEYS_TEXT, for containers; wins over the file
};

struct WorkerSettings {
  int jobs_at_once = 64;
  std::chrono::milliseconds lease{60'000};  // until another process may take a job
};

struct Settings {
  http::Settings http;
  db::Settings database;
  KeySettings keys;
  telemetry::Settings log;
  net::Settings egress;
  connectors::Settings connectors;
  CatalogSettings catalog;
  FileSettings files;
  ApplicationSettings applications;
  MailSettings mail;
  WebhookSettings webhooks;
  WorkerSettings worker;
};

// What a program was started with.
struct SettingsGiven {
  std::optional<std::filesystem::path> file;  // --config
  const char* const* environment = nullptr;
  std::vector<std::string> pairs;  // --set key=value
};

namespace settings {

// File, then environment, then command line; the last one counts. Throws Error{invalid_input} with
// everything that is wrong at once: unknown keys with the nearest known one, values out of range,
// each with the file and line, or the variable, it came from.
Settings load(const SettingsGiven& given);

// Every key, in the order of the shipped file.
std::vector<std::string> known_keys();

}  // namespace settings
}  // namespace lendport
