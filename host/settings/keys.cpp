#include "settings/keys.hpp"

#include "core/error.hpp"
#include "settings/sources.hpp"

#include <charconv>
#include <fstream>

namespace lendport::settings {
namespace {

[[noreturn]] void refuse(const Given& given, const std::string& rule) {
  throw Error(ErrorCode::invalid_input, given.key() + " (" + given.source() + ") " + rule);
}

std::uint16_t port_in(const Given& given, std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (problem != std::errc{} || end != text.data() + text.size()) {
    refuse(given, "must end in a port from 0 to 65535");
  }
  return port;
}

void set_listen(Settings& settings, const Given& given) {
  const std::string text = given.text();
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) refuse(given, "must be address:port, such as 127.0.0.1:8080");
  std::string address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  settings.http.address = address;
  settings.http.port = port_in(given, std::string_view(text).substr(colon + 1));
}

// Files are copied, and anybody may read a command line.
void require_environment(const Given& given, const std::string& instead) {
  if (given.source() == environment_source(given.key())) return;
  refuse(given, "is a secret: give it in the environment, or name " + instead);
}

// The first line of a file that nobody else may read.
Secret<std::string> secret_in_file(const Given& given) {
  using std::filesystem::perms;
  const std::filesystem::path path = given.text();
  std::error_code problem;
  const auto mode = std::filesystem::status(path, problem).permissions();
  std::ifstream file(path);
  std::string line;
  if (problem || !std::getline(file, line) || line.empty()) refuse(given, "cannot be read");
  if ((mode & (perms::group_all | perms::others_all)) != perms::none) {
    refuse(given, "must be readable by its owner alone: chmod 0600");
  }
  return Secret<std::string>(std::move(line));
}

http::TlsFiles& tls(Settings& settings) {
  if (!settings.http.tls) settings.http.tls.emplace();
  return *settings.http.tls;
}

void set_level(Settings& settings, const Given& given) {
  const std::string level = given.choice({"debug", "info", "warn", "error"});
  settings.log.level = level == "debug"   ? telemetry::Level::debug
                       : level == "warn"  ? telemetry::Level::warn
                       : level == "error" ? telemetry::Level::error
                                          : telemetry::Level::info;
}

std::map<std::string, net::Detour, std::less<>> detours_in(const Given& given) {
  std::map<std::string, net::Detour, std::less<>> detours;
  for (const auto& [host, target] : given.table()) {
    constexpr std::string_view kLoopback = "127.0.0.1:";
    if (!target.starts_with(kLoopback)) {
      refuse(given, "maps a host:port to 127.0.0.1:port on this machine");
    }
    detours[host] = {port_in(given, std::string_view(target).substr(kLoopback.size())), false};
  }
  return detours;
}

// A whole number, kept in the field's own type.
template <class Select>
std::function<void(Settings&, const Given&)> integer(Select select, std::int64_t min,
                                                     std::int64_t max) {
  return [=](Settings& settings, const Given& given) {
    auto& field = select(settings);
    field = static_cast<std::remove_reference_t<decltype(field)>>(given.integer(min, max));
  };
}

// A duration in `Unit`, kept in the field's own unit.
template <class Unit, class Select>
std::function<void(Settings&, const Given&)> duration(Select select, std::int64_t min,
                                                      std::int64_t max) {
  return [=](Settings& settings, const Given& given) {
    select(settings) = Unit{given.integer(min, max)};
  };
}

void set_scanner(Settings& settings, const Given& given) {
  constexpr std::string_view kClamd = "clamd:/";
  const std::string text = given.text();
  if (!text.empty() && !text.starts_with(kClamd)) {
    refuse(given, "must be clamd:/path/of/its/socket");
  }
  settings.files.scanner_socket = text.empty() ? text : text.substr(kClamd.size() - 1);
}

template <class Select>
std::function<void(Settings&, const Given&)> text(Select select) {
  return [=](Settings& settings, const Given& given) { select(settings) = given.text(); };
}

constexpr std::int64_t kManyMax = 1'000'000;
constexpr std::int64_t kDayS = 86'400;
constexpr std::int64_t kStoredBytesMax = std::int64_t{1} << 50U;

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::vector<Key> http_keys() {
  return {
      {"http.listen", set_listen},
      {"http.threads", integer([](Settings& s) -> int& { return s.http.threads; }, 1, 64)},
      {"http.hosts", [](Settings& s, const Given& g) { s.http.hosts = g.list(); }},
      {"http.behind_proxy", [](Settings& s, const Given& g) { s.http.behind_proxy = g.flag(); }},
      {"http.tls_certificate",
       text([](Settings& s) -> std::string& { return tls(s).certificate_file; })},
      {"http.tls_key", text([](Settings& s) -> std::string& { return tls(s).key_file; })},
      {"http.connections_max",
       integer(
           [](Settings & s) -> auto& { return s.http.connections_max; }, 1, kManyMax)},
      {"http.connections_per_address_max",
       integer(
           [](Settings & s) -> auto& { return s.http.connections_per_address_max; }, 1, kManyMax)},
      {"http.streams_max",
       integer(
           [](Settings & s) -> auto& { return s.http.streams_max; }, 0, kManyMax)},
      {"http.streams_per_key_max",
       integer(
           [](Settings & s) -> auto& { return s.http.streams_per_key_max; }, 0, kManyMax)},
      {"http.large_bodies_max",
       integer(
           [](Settings & s) -> auto& { return s.http.large_bodies_max; }, 1, kManyMax)},
      {"http.large_bodies_per_key_max",
       integer(
           [](Settings & s) -> auto& { return s.http.large_bodies_per_key_max; }, 1, kManyMax)},
      {"http.header_bytes_max",
       integer(
           [](Settings & s) -> auto& { return s.http.header_bytes_max; }, 1024, 1 << 20)},
      {"http.requests_per_second",
       integer(
           [](Settings & s) -> auto& { return s.http.requests_per_second; }, 1, kManyMax)},
      {"http.requests_burst",
       integer(
           [](Settings & s) -> auto& { return s.http.requests_burst; }, 1, kManyMax)},
      {"http.header_s", duration<seconds>(
                            [](Settings & s) -> auto& { return s.http.header_time; }, 1, 600)},
      {"http.body_s", duration<seconds>(
                          [](Settings & s) -> auto& { return s.http.body_time; }, 1, 3600)},
      {"http.idle_s", duration<seconds>(
                          [](Settings & s) -> auto& { return s.http.idle_time; }, 1, 3600)},
      {"http.answer_s", duration<seconds>(
                            [](Settings & s) -> auto& { return s.http.answer_time; }, 1, 600)},
      {"http.drain_s", duration<seconds>(
                           [](Settings & s) -> auto& { return s.http.drain_time; }, 0, 600)},
  };
}

std::vector<Key> store_keys() {
  return {
      {"database.url", text([](Settings& s) -> std::string& { return s.database.url; })},
      {"database.readers", integer(
                               [](Settings & s) -> auto& { return s.database.readers; }, 1, 64)},
      {"database.connections",
       integer(
           [](Settings & s) -> auto& { return s.database.connections; }, 1, 256)},
      {"database.waiting_max",
       integer(
           [](Settings & s) -> auto& { return s.database.waiting_max; }, 1, kManyMax)},
      {"keys.file", [](Settings& s, const Given& g) { s.keys.file = g.text(); }},
      {"keys.text",
       [](Settings& s, const Given& g) {
         require_environment(g, "keys.file");
         s.keys.text = Secret<std::string>(g.text());
       }},
      {"log.level", set_level},
      {"log.file", text([](Settings& s) -> std::string& { return s.log.log_file; })},
      {"log.access", text([](Settings& s) -> std::string& { return s.log.access_log_file; })},
  };
}

std::vector<Key> connector_keys() {
  return {
      {"plugins.folder", text([](Settings & s) -> auto& { return s.connectors.plugin_folder; })},
      {"plugins.store", text([](Settings & s) -> auto& { return s.connectors.store_folder; })},
      {"plugins.threads",
       integer(
           [](Settings & s) -> auto& { return s.connectors.pool.threads; }, 1, 64)},
      {"plugins.circuit_failures",
       integer(
           [](Settings & s) -> auto& { return s.connectors.doorway.circuit.failures; }, 1, 1000)},
      {"plugins.circuit_open_s",
       duration<seconds>(
           [](Settings & s) -> auto& { return s.connectors.doorway.circuit.open_for; }, 1, kDayS)},
      {"plugins.calls_per_connection",
       integer(
           [](Settings & s) -> auto& { return s.connectors.doorway.calls_per_connection; }, 1,
           1024)},
      {"plugins.calls_per_plugin",
       integer(
           [](Settings & s) -> auto& { return s.connectors.doorway.calls_per_plugin; }, 1, 4096)},
      {"sandbox.hosts",
       [](Settings& s, const Given& g) { s.connectors.sandboxes = detours_in(g); }},
      {"egress.ca_file", text([](Settings & s) -> auto& { return s.egress.ca_file; })},
      {"egress.connect_s",
       duration<seconds>(
           [](Settings & s) -> auto& { return s.egress.connect_timeout; }, 1, 120)},
      {"egress.requests_max",
       integer(
           [](Settings & s) -> auto& { return s.egress.requests_max; }, 1, kManyMax)},
  };
}

std::vector<Key> catalog_keys() {
  return {
      {"catalog.sync_minutes",
       duration<minutes>(
           [](Settings & s) -> auto& { return s.catalog.sync_interval; }, 1, 10'080)},
      {"catalog.age_max_hours",
       duration<hours>(
           [](Settings & s) -> auto& { return s.catalog.age_max; }, 1, 24 * 365)},
  };
}

std::vector<Key> application_keys() {
  return {
      {"files.scan", set_scanner},
      {"files.scan_s", duration<seconds>(
                           [](Settings & s) -> auto& { return s.files.scan_time; }, 1, 300)},
      {"files.case_bytes_max",
       integer(
           [](Settings & s) -> auto& { return s.files.case_bytes_max; }, 0, kStoredBytesMax)},
      {"files.org_bytes_max",
       integer(
           [](Settings & s) -> auto& { return s.files.org_bytes_max; }, 0, kStoredBytesMax)},
      {"applications.routing_minutes",
       duration<minutes>(
           [](Settings & s) -> auto& { return s.applications.routing_patience; }, 1, 10'080)},
      {"applications.follow_first_ms",
       duration<milliseconds>(
           [](Settings & s) -> auto& { return s.applications.follow_first; }, 50, kDayS * 1000)},
      {"applications.follow_longest_s",
       duration<seconds>(
           [](Settings & s) -> auto& { return s.applications.follow_longest; }, 1, kDayS)},
  };
}

std::vector<Key> webhook_keys() {
  return {
      {"webhooks.timeout_s", duration<seconds>(
                                 [](Settings & s) -> auto& { return s.webhooks.timeout; }, 1, 30)},
      {"webhooks.at_once", integer(
                               [](Settings & s) -> auto& { return s.webhooks.at_once; }, 1, 1024)},
      {"webhooks.per_endpoint_at_once",
       integer(
           [](Settings & s) -> auto& { return s.webhooks.per_endpoint_at_once; }, 1, 64)},
      {"webhooks.disable_after_hours",
       duration<hours>(
           [](Settings & s) -> auto& { return s.webhooks.disable_after; }, 1, 24 * 365)},
      {"webhooks.keep_days", duration<std::chrono::days>(
                                 [](Settings & s) -> auto& { return s.webhooks.keep; }, 1, 365)},
      {"webhooks.sandboxes",
       [](Settings& s, const Given& g) { s.webhooks.sandboxes = detours_in(g); }},
  };
}

std::vector<Key> job_keys() {
  return {
      {"jobs.at_once", integer(
                           [](Settings & s) -> auto& { return s.worker.jobs_at_once; }, 1, 1024)},
      {"jobs.lease_s", duration<seconds>(
                           [](Settings & s) -> auto& { return s.worker.lease; }, 5, 3600)},
  };
}

std::vector<Key> mail_keys() {
  return {
      {"mail.relay", text([](Settings & s) -> auto& { return s.mail.relay.url; })},
      {"mail.user", text([](Settings & s) -> auto& { return s.mail.relay.user; })},
      {"mail.password",
       [](Settings& s, const Given& g) {
         require_environment(g, "mail.password_file");
         s.mail.relay.password = Secret<std::string>(g.text());
       }},
      {"mail.password_file",
       [](Settings& s, const Given& g) { s.mail.relay.password = secret_in_file(g); }},
      {"mail.ca_file", text([](Settings & s) -> auto& { return s.mail.relay.ca_file; })},
      {"mail.allow_plain_loopback",
       [](Settings& s, const Given& g) { s.mail.relay.plain_on_loopback = g.flag(); }},
      {"mail.from", text([](Settings & s) -> auto& { return s.mail.from; })},
      {"mail.domain", text([](Settings & s) -> auto& { return s.mail.domain; })},
      {"mail.at_once", integer(
                           [](Settings & s) -> auto& { return s.mail.at_once; }, 1, 64)},
      {"mail.connect_s",
       duration<seconds>(
           [](Settings & s) -> auto& { return s.mail.relay.connect_timeout; }, 1, 120)},
      {"mail.send_s", duration<seconds>(
                          [](Settings & s) -> auto& { return s.mail.send_timeout; }, 1, 600)},
      {"mail.retry_first_s",
       duration<seconds>(
           [](Settings & s) -> auto& { return s.mail.retry_first; }, 1, kDayS)},
      {"mail.retry_longest_s",
       duration<seconds>(
           [](Settings & s) -> auto& { return s.mail.retry_longest; }, 1, kDayS)},
      {"mail.give_up_hours",
       duration<hours>(
           [](Settings & s) -> auto& { return s.mail.give_up_after; }, 1, 24 * 30)},
  };
}

}  // namespace

const std::vector<Key>& keys() {
  static const std::vector<Key> all = [] {
    std::vector<Key> keys = http_keys();
    for (auto part : {store_keys(), connector_keys(), catalog_keys(), application_keys(),
                      webhook_keys(), job_keys(), mail_keys()}) {
      keys.insert(keys.end(), part.begin(), part.end());
    }
    return keys;
  }();
  return all;
}

}  // namespace lendport::settings
