// mosaic-sandbox: a lender that behaves as ../README.md says Mosaic does. Ends at SIGINT or
// SIGTERM.
#include "fake-lender/lender.hpp"
#include "lender.hpp"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr const char* kUsage =
    "usage: mosaic-sandbox [--port N] [--book FILE] [--applications FILE] [--decide-after-ms N]\n"
    "Listens on 127.0.0.1; port 0, which is the default, takes a free one. Prints\n"
    "`listening 127.0.0.1:PORT` when it is ready. FILEs survive a kill.\n";

struct Options {
  lendport::fake::Settings server;
  mosaic_sandbox::Settings lender;
};

template <class Number>
bool read_number(const std::string& text, Number& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && *parsed.ptr == '\0';
}

// Nothing when the arguments are wrong.
std::optional<Options> options_from(const std::vector<std::string>& arguments) {
  Options options;
  if (arguments.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string& name = arguments[i];
    const std::string& value = arguments[i + 1];
    std::int64_t ms = 0;
    if (name == "--book") {
      options.server.book = value;
    } else if (name == "--applications") {
      options.lender.applications = value;
    } else if (name == "--port" && read_number(value, options.server.port)) {
      continue;
    } else if (name == "--decide-after-ms" && read_number(value, ms)) {
      options.lender.decide_after = std::chrono::milliseconds(ms);
    } else {
      return std::nullopt;
    }
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = options_from({argv + 1, argv + argc});
  if (!options) {
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
    mosaic_sandbox::MosaicLender mosaic(options->lender);
    lendport::fake::FakeLender server(options->server, [&](const lendport::fake::Request& request) {
      return mosaic.answer(request);
    });
    server.tokens().configure({{"client_id", mosaic_sandbox::kClientId},
                               {"client_secret", mosaic_sandbox::kClientSecret},
                               {"protect", {"/v2/*"}}});
    std::printf("listening 127.0.0.1:%u\n", static_cast<unsigned>(server.port()));
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mosaic-sandbox: %s\n", error.what());
    return 1;
  }
}
