// Runs one recorded case against a connector.
#include "testing/case.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace lendport::testing {
namespace {

constexpr std::array<std::string_view, 9> kOutcomes{
    "done",        "invalid",  "auth_failed", "retryable", "upstream_error", "unknown_outcome",
    "unsupported", "internal", "cancelled"};
constexpr std::array<std::string_view, 3> kEffects{"read", "create", "update"};
constexpr std::array<std::string_view, 14> kNetworkErrors{
    "ok",        "denied", "dns",  "connect", "tls",      "timeout",  "reset",
    "too_large", "auth",   "busy", "invalid", "protocol", "mismatch", "internal"};
constexpr std::array<std::string_view, 7> kPhases{"none",    "dns",  "connect", "tls",
                                                  "sending", "sent", "response"};

template <std::size_t N>
std::size_t index_of(const std::array<std::string_view, N>& words, const std::string& word) {
  auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) throw std::runtime_error("unknown word in an answer file: " + word);
  return static_cast<std::size_t>(found - words.begin());
}

Json parsed(const std::filesystem::path& file) {
  if (std::optional<Json> json = sdk::parse_json(read_file(file))) return *std::move(json);
  throw std::runtime_error(file.string() + " is not JSON");
}

UpstreamAnswer network_error(const std::string& line) {
  std::istringstream words(line.substr(1));
  std::string error;
  std::string phase;
  UpstreamAnswer answer;
  words >> error >> phase >> answer.bytes_sent;
  answer.status = static_cast<std::int32_t>(index_of(kNetworkErrors, error));
  answer.phase = static_cast<std::uint32_t>(index_of(kPhases, phase));
  answer.http_status = 0;
  return answer;
}

// The answers of a case in order; past the last one the network is down, which a case that
// expects fewer requests will notice.
class Upstream {
 public:
  explicit Upstream(const std::filesystem::path& folder) {
    if (!std::filesystem::exists(folder)) return;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) answers_.push_back(read_answer(read_file(file)));
  }

  UpstreamAnswer next() {
    if (used_ < answers_.size()) return answers_[used_++];
    return network_error("! connect connect 0");
  }

 private:
  std::vector<UpstreamAnswer> answers_;
  std::size_t used_ = 0;
};

std::string instance_json(const Json& manifest, const Json& request) {
  Json instance = {{"org_id", "org_case"},
                   {"connection_id", "con_case"},
                   {"environment", "sandbox"},
                   {"base_url", manifest.at("environments").at("sandbox").at("base_url")},
                   {"settings_revision", 1},
                   {"settings", request.value("settings", Json::object())}};
  instance.update(request.value("instance", Json::object()));
  return sdk::to_text(instance);
}

Json described(const SentRequest& sent) {
  Json out = sent.request;
  out["effect"] = std::string(kEffects.at(static_cast<std::size_t>(sent.effect)));
  if (sent.body.empty()) return out;
  std::optional<Json> json = sdk::parse_json(sent.body);
  if (json) {
    out["json"] = *std::move(json);
  } else {
    out["body"] = sent.body;
  }
  return out;
}

Json described(const Ended& ended, const std::vector<SentRequest>& sent) {
  Json out = {{"outcome", std::string(kOutcomes.at(static_cast<std::size_t>(ended.outcome)))}};
  const char* member = ended.outcome == LENDPORT_DONE ? "result" : "error";
  out[member] = sdk::parse_json(ended.json).value_or(Json("not JSON"));
  out["requests"] = Json::array();
  for (const SentRequest& request : sent) out["requests"].push_back(described(request));
  return out;
}

Ended run_to_end(TestHost& host, const lendport_plugin& plugin, lendport_instance* instance,
                 const Json& request, const std::string& payload) {
  host.start(plugin, instance, request.at("operation"), sdk::to_text(request.at("request")),
             sdk::to_text(request.value("context", Json::object())), payload);
  lendport_op op = host.last_op();
  std::size_t cancel_after = request.value("cancel_after", std::size_t{0});
  bool cancelled = false;
  while (!host.ended(op)) {
    if (cancel_after != 0 && host.sent.size() >= cancel_after && !cancelled) {
      cancelled = true;
      plugin.cancel(instance, op, LENDPORT_CANCEL_DEADLINE);
      continue;
    }
    if (!host.deliver_next(plugin, instance)) break;
  }
  if (std::optional<Ended> ended = host.ended(op)) return *ended;
  throw std::runtime_error("the operation was not taken, or waits for what never comes");
}

// init and create on entry, destroy and deinit on the way out.
class RunningPlugin {
 public:
  RunningPlugin(const lendport_plugin& plugin, TestHost& host, const std::string& json)
      : plugin_(plugin) {
    if (plugin.init(host.api(), host.self()) != LENDPORT_OK) throw std::runtime_error("no init");
    if (plugin.create({json.data(), json.size()}, &instance) == LENDPORT_OK) return;
    plugin.deinit();
    throw std::runtime_error("the connector refuses the instance");
  }
  RunningPlugin(const RunningPlugin&) = delete;
  RunningPlugin& operator=(const RunningPlugin&) = delete;
  ~RunningPlugin() {
    plugin_.destroy(instance);
    plugin_.deinit();
  }

  lendport_instance* instance = nullptr;

 private:
  const lendport_plugin& plugin_;
};

}  // namespace

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

UpstreamAnswer read_answer(const std::string& text) {
  if (text.starts_with('!')) return network_error(text);
  std::istringstream stream(text);
  std::string line;
  std::string version;
  UpstreamAnswer answer;
  if (!(stream >> version >> answer.http_status) || !version.starts_with("HTTP/")) {
    throw std::runtime_error("an answer file begins with a status line or with '!'");
  }
  std::getline(stream, line);
  while (std::getline(stream, line) && line != "\r" && !line.empty()) {
    if (line.back() == '\r') line.pop_back();
    std::size_t colon = line.find(':');
    if (colon == std::string::npos) throw std::runtime_error("no colon in header: " + line);
    std::size_t value = line.find_first_not_of(' ', colon + 1);
    answer.headers.emplace_back(line.substr(0, colon),
                                value == std::string::npos ? "" : line.substr(value));
  }
  answer.body.assign(std::istreambuf_iterator<char>(stream), {});
  return answer;
}

Json run_case(const LoadedPlugin& plugin, const std::filesystem::path& folder) {
  Json request = parsed(folder / "request.json");
  Json manifest = plugin.manifest();
  Upstream upstream(folder / "upstream");
  TestHost host;
  host.set_manifest(manifest);
  host.set_lender([&](const SentRequest&) { return upstream.next(); });
  Json secrets = request.value("secrets", Json::object());
  for (const auto& [name, value] : secrets.items()) {
    host.set_secret(name, value);
  }
  std::string payload = request.contains("payload_file")
                            ? read_file(folder / request["payload_file"].get<std::string>())
                            : request.value("payload", "");

  RunningPlugin running(plugin.table(), host, instance_json(manifest, request));
  Ended ended = run_to_end(host, plugin.table(), running.instance, request, payload);
  Json actual = described(ended, host.sent);
  if (host.misuses > 0) actual["misuses"] = host.misuses;
  return actual;
}

std::optional<std::string> difference(const Json& expected, const Json& actual) {
  nlohmann::json want = nlohmann::json::parse(sdk::to_text(expected));
  nlohmann::json have = nlohmann::json::parse(sdk::to_text(actual));
  if (want == have) return std::nullopt;
  return nlohmann::json::diff(want, have).dump(2);
}

std::vector<std::filesystem::path> cases_in(const std::filesystem::path& cases) {
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(cases)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace lendport::testing
