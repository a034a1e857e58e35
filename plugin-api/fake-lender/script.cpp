// Reading rules and choosing the step of a request.
#include "fake-lender/script.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace lendport::fake {
namespace {

const std::set<std::string, std::less<>> kStepMembers{
    "status", "headers", "body",           "json",      "raw",    "raw_base64",
    "handle", "reset",   "cut_after_send", "half_body", "repeat", "latency_ms"};

std::string from_base64(const std::string& text) {
  if (text.size() % 4 != 0) throw std::invalid_argument("raw_base64 is not base64");
  std::string out(text.size() / 4 * 3, '\0');
  int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                             reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()));
  if (size < 0) throw std::invalid_argument("raw_base64 is not base64");
  // EVP_DecodeBlock counts the padding as zero bytes.
  auto padding = static_cast<std::size_t>(std::count(text.begin(), text.end(), '='));
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

std::optional<Reply> reply_of(const Json& step) {
  if (!step.contains("status") && !step.contains("body") && !step.contains("json")) {
    return std::nullopt;
  }
  Reply reply;
  reply.status = step.value("status", 200);
  if (reply.status < 100 || reply.status > 599) throw std::invalid_argument("no such status");
  reply.body = step.contains("json") ? step["json"].dump() : step.value("body", "");
  if (step.contains("json")) reply.headers.emplace_back("content-type", "application/json");
  Json headers = step.value("headers", Json::array());
  for (const Json& pair : headers) {
    reply.headers.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::string>());
  }
  return reply;
}

Step step_of(const Json& json) {
  for (const auto& [name, value] : json.items()) {
    if (!kStepMembers.contains(name)) throw std::invalid_argument("a step has no member " + name);
  }
  Step step;
  step.reply = reply_of(json);
  if (json.contains("raw")) step.raw = json["raw"].get<std::string>();
  if (json.contains("raw_base64")) step.raw = from_base64(json["raw_base64"]);
  step.latency = std::chrono::milliseconds(json.value("latency_ms", 0));
  step.handle = json.value("handle", false);
  step.cut_after_send = json.value("cut_after_send", false);
  step.half_body = json.value("half_body", false);
  step.reset = json.value("reset", false);
  step.repeat = json.value("repeat", 1);
  if (step.latency.count() < 0 || step.latency > kLatencyMax) {
    throw std::invalid_argument("latency_ms is out of range");
  }
  if (step.repeat == 0 || step.repeat < -1) throw std::invalid_argument("repeat is out of range");
  return step;
}

Rule rule_of(const Json& json) {
  Rule rule;
  rule.method = json.at("match").at("method");
  rule.path = json.at("match").at("path");
  for (const Json& step : json.at("steps")) rule.steps.push_back(step_of(step));
  if (rule.steps.size() > kStepsMax) throw std::invalid_argument("too many steps");
  return rule;
}

bool matches(const Rule& rule, const std::string& method, const std::string& path) {
  if (rule.steps.empty() || (rule.method != "*" && rule.method != method)) return false;
  if (!rule.path.ends_with('*')) return rule.path == path;
  return path.starts_with(rule.path.substr(0, rule.path.size() - 1));
}

}  // namespace

void Script::add(const Json& json) {
  std::vector<Rule> added;
  try {
    if (json.contains("rules")) {
      for (const Json& rule : json["rules"]) added.push_back(rule_of(rule));
    } else if (json.contains("match")) {
      added.push_back(rule_of(json));
    }
  } catch (const Json::exception& error) {
    throw std::invalid_argument(error.what());
  }
  std::lock_guard lock(mutex_);
  if (rules_.size() + added.size() > kRulesMax) throw std::invalid_argument("too many rules");
  rules_.insert(rules_.end(), added.begin(), added.end());
}

void Script::clear() {
  std::lock_guard lock(mutex_);
  rules_.clear();
}

std::optional<Step> Script::take(const std::string& method, const std::string& path) {
  std::lock_guard lock(mutex_);
  for (Rule& rule : rules_) {
    if (!matches(rule, method, path)) continue;
    Step step = rule.steps.front();
    int& left = rule.steps.front().repeat;
    if (left > 0 && --left == 0) rule.steps.erase(rule.steps.begin());
    return step;
  }
  return std::nullopt;
}

}  // namespace lendport::fake
