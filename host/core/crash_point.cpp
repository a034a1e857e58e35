#include "core/crash_point.hpp"

#ifdef LENDPORT_CRASH_POINTS

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string>

namespace lendport {
namespace {

// Which point ends the process, and at which pass.
struct Target {
  std::string name;
  int pass = 1;
};

Target read_target() {
  const char* set = std::getenv("LENDPORT_CRASH_AT");  // NOLINT(concurrency-mt-unsafe)
  if (set == nullptr) return {};
  const std::string_view text = set;
  const std::size_t colon = text.find(':');
  Target target{std::string(text.substr(0, colon)), 1};
  if (colon != std::string_view::npos) {
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), target.pass);
  }
  return target;
}

}  // namespace

void crash_point(std::string_view name) {
  static const Target target = read_target();
  static std::atomic<int> passes{0};
  if (target.name != name) return;
  if (passes.fetch_add(1) + 1 == target.pass) std::raise(SIGKILL);
}

}  // namespace lendport

#endif
