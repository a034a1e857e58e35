// The script of faults: what happens to the next requests of a kind.
#pragma once

#include "fake-lender/book.hpp"
#include "fake-lender/message.hpp"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace lendport::fake {

inline constexpr std::size_t kRulesMax = 1000;
inline constexpr std::size_t kStepsMax = 1000;
inline constexpr std::chrono::milliseconds kLatencyMax{120000};

// What happens to one request. Without `reply` and `raw` the lender's own routes answer; with them
// the routes are not asked unless `handle` says so.
struct Step {
  std::optional<Reply> reply;
  std::optional<std::string> raw;  // sent as it is, then the connection is closed
  std::chrono::milliseconds latency{0};
  bool handle = false;          // let the routes do their work and drop what they say
  bool cut_after_send = false;  // close without an answer, after the routes did their work
  bool half_body = false;       // announce the whole body, send half of it, close
  bool reset = false;           // as cut_after_send, but by RST instead of FIN
  int repeat = 1;               // how many requests the step is for; -1: all to come
};

// A rule matches a method and a path; a path that ends with * matches what begins like it. Its
// steps are used up one after the other; the first rule with a step left counts.
struct Rule {
  std::string method;
  std::string path;
  std::vector<Step> steps;
};

// Thread-safe.
class Script {
 public:
  // JSON of POST /_script: a rule, or {"rules":[…]}. A rule is
  //   {"match":{"method":"POST","path":"/v1/loans*"},"steps":[{…}]}
  // and a step has any of status, headers ([["name","value"]]), body (text), json (a value),
  // raw (text), raw_base64, latency_ms, handle, cut_after_send, half_body, reset, repeat.
  // Throws std::invalid_argument that says what is wrong; then nothing was added.
  void add(const Json& rules);
  void clear();
  // Takes the step for a request, if there is one.
  std::optional<Step> take(const std::string& method, const std::string& path);

 private:
  std::mutex mutex_;
  std::vector<Rule> rules_;  // protected by mutex_
};

}  // namespace lendport::fake
