// Measures the way into a connector and out again: start to complete with a kilobyte carried.
#include "connectors/instance.hpp"
#include "connectors/json.hpp"
#include "connectors/loaded_plugin.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <vector>

namespace {

using namespace lendport;
using namespace lendport::connectors;

constexpr int kRounds = 10'000;
constexpr int kRuns = 9;
constexpr double kLimitMicroseconds = 3.0;

// Nothing of the outside is asked for here.
class NoServices final : public Services {
 public:
  void http(OperationPtr, lendport_token, Effect, std::string, std::string) override {}
  void crypto(OperationPtr, lendport_token, std::string_view, std::string_view) override {}
  void timer(OperationPtr, lendport_token, std::chrono::milliseconds) override {}
  void log(const std::string&, const Operation*, std::int32_t, std::string_view,
           std::string_view) override {}
  Time now() const override { return SystemClock().now(); }
  bool fill_random(void*, std::size_t) override { return true; }
};

std::size_t carried = 0;

// A host of one function, for the direct call.
lendport_status take(lendport_host*, lendport_op, std::int32_t, lendport_bytes result) noexcept {
  carried += result.size;
  return LENDPORT_OK;
}

template <class Round>
double microseconds(Round round) {
  std::vector<double> runs;
  for (int run = 0; run < kRuns; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kRounds; ++i) round();
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    runs.push_back(took.count() / kRounds);
  }
  std::sort(runs.begin(), runs.end());
  return runs[kRuns / 2];
}

std::shared_ptr<LoadedPlugin> load(const char* name, const support::TempDir& dir) {
  auto loaded =
      LoadedPlugin::load(std::string(LENDPORT_BINARY_DIR) + "/bench/" + name + "/connector.so",
                         dir.path(), std::make_shared<NoServices>());
  if (const auto* refusal = std::get_if<Refusal>(&loaded)) {
    throw std::runtime_error(refusal->sentence);
  }
  return std::move(std::get<std::unique_ptr<LoadedPlugin>>(loaded));
}

// One operation through the hub's port, on this thread.
struct Port {
  explicit Port(std::shared_ptr<LoadedPlugin> loaded)
      : plugin(std::move(loaded)),
        instance(std::make_shared<Instance>(plugin, write_instance({}, "https://puppet.example"),
                                            "", std::make_shared<net::EgressRules>(),
                                            pool.make_lane("bench"), io.get_executor())) {
    auto made = std::make_shared<Call>();
    made->operation = "catalog.list/1";
    made->request = R"({"page":")" + std::string(1000, 'x') + R"("})";
    call = made;
  }

  void round() {
    auto operation =
        std::make_shared<Operation>(instance, call, "{}", deadline, [](const RawCompletion& raw) {
          if (raw.outcome != LENDPORT_DONE) throw std::runtime_error("not done: " + raw.result);
          carried += raw.result.size();
        });
    plugin->host().operations.add(operation);
    instance->lane().try_run([&] { instance->start_here(operation); });
  }

  // The same as a call makes it: over the pool's threads and back.
  void round_over_pool() {
    done = false;
    auto operation =
        std::make_shared<Operation>(instance, call, "{}", deadline, [&](const RawCompletion&) {
          done = true;
          done.notify_one();
        });
    plugin->host().operations.add(operation);
    instance->start(operation);
    done.wait(false);
  }

  std::atomic<bool> done = false;
  Pool pool{{}};
  boost::asio::io_context io;
  std::shared_ptr<LoadedPlugin> plugin;
  std::shared_ptr<Instance> instance;
  std::shared_ptr<const Call> call;
  Deadline deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
};

double direct(const lendport_plugin& plugin, const Call& call) {
  lendport_host_api api = host_api();
  api.complete = take;
  NoServices services;
  plugin.init(&api, nullptr);
  lendport_instance* instance = nullptr;
  plugin.create({"{}", 2}, &instance);
  lendport_op_start start{};
  start.struct_size = sizeof start;
  start.op = 1;
  start.operation = {call.operation.data(), call.operation.size()};
  start.request = {call.request.data(), call.request.size()};
  start.context = {"{}", 2};
  return microseconds([&] { plugin.start(instance, &start); });
}

}  // namespace

int main() {
  const support::TempDir dir;
  Port raw(load("echo", dir));
  const double through_port = microseconds([&] { raw.round(); });
  const double over_pool = microseconds([&] { raw.round_over_pool(); });
  const double called = direct(raw.plugin->table(), *raw.call);
  Port typed(load("echo_typed", dir));
  const double through_sdk = microseconds([&] { typed.round(); });
  const double over_direct = through_port - called;
  const bool kept = over_direct < kLimitMicroseconds;
  std::printf("figure plugin_roundtrip_raw %.2f us %.0f %s\n", over_direct, kLimitMicroseconds,
              kept ? "ok" : "over");
  std::printf(
      "  (over a direct call: direct %.2f us, through the port %.2f us; 1 kB, not parsed)\n",
      called, through_port);
  std::printf("figure plugin_roundtrip_sdk %.2f us - ok\n", through_sdk);
  std::printf("  (request parsed, three products written by the SDK; %zu bytes in all)\n", carried);
  std::printf("figure plugin_roundtrip_over_pool %.2f us - ok\n", over_pool);
  return kept ? 0 : 1;
}
