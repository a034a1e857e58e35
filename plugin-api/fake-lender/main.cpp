// fake-lender: the scripted lender as a program. Ends at SIGINT or SIGTERM.
#include "fake-lender/lender.hpp"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

constexpr const char* kUsage =
    "usage: fake-lender [--port N] [--book FILE]\n"
    "Listens on 127.0.0.1; port 0, which is the default, takes a free one. Prints\n"
    "`listening 127.0.0.1:PORT` when it is ready. lender.hpp says what it can be told.\n";

// Nothing when the arguments are wrong.
std::optional<lendport::fake::Settings> settings_from(const std::vector<std::string>& arguments) {
  lendport::fake::Settings settings;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const std::string& value = arguments[i + 1];
    if (arguments[i] == "--book") {
      settings.book = value;
    } else if (arguments[i] == "--port") {
      auto parsed = std::from_chars(value.data(), value.data() + value.size(), settings.port);
      if (parsed.ec != std::errc() || *parsed.ptr != '\0') return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  if (arguments.size() % 2 != 0) return std::nullopt;
  return settings;
}

}  // namespace

int main(int argc, char** argv) {
  auto settings = settings_from({argv + 1, argv + argc});
  if (!settings) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  // Blocked before threads start, so that all of them leave the signals to sigwait.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  try {
    lendport::fake::FakeLender lender(*settings);
    std::printf("listening 127.0.0.1:%u\n", static_cast<unsigned>(lender.port()));
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fake-lender: %s\n", error.what());
    return 1;
  }
}
