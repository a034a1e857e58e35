#include "connectors/loaded_connectors.hpp"

#include "connectors/json.hpp"
#include "connectors/judge.hpp"
#include "connectors/texts.hpp"
#include "db/versions.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>

namespace lendport::connectors {
namespace {

namespace asio = boost::asio;
using connectors_texts::kOutcomes;
using connectors_texts::kRefusals;
using std::chrono::steady_clock;

// A larger result is judged on a thread of its own: a page of a catalogue takes milliseconds.
constexpr std::size_t kJudgedHereBytesMax = 64U * 1024;
// Requests that wait for a start while a plugin keeps the scanner; more are answered at once.
constexpr int kLooksMax = 16;
constexpr std::chrono::milliseconds kCancelGrace{LENDPORT_CANCEL_GRACE_MS};

// Where a coroutine waits for something that another thread brings to its executor.
template <class T>
struct Mailbox {
  explicit Mailbox(asio::any_io_executor owner) : bell(std::move(owner)) {}

  // Any thread.
  static void put(const std::shared_ptr<Mailbox>& box, T value) {
    auto owner = box->bell.get_executor();
    asio::post(owner, [box, value = std::move(value)]() mutable {
      box->value = std::move(value);
      box->bell.cancel();
    });
  }

  // Resumes with a value, or at `until` without one. On the owner's executor.
  static Task<void> wait(std::shared_ptr<Mailbox> box, Deadline until) {
    while (!box->value && steady_clock::now() < until) {
      box->bell.expires_at(until);
      boost::system::error_code cancelled;
      co_await box->bell.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
  }

  std::optional<T> value;
  asio::steady_timer bell;
};

// A deinit that takes longer keeps its thread, and other plugins end on another.
PoolSettings for_endings() {
  PoolSettings settings;
  settings.hung_after = std::chrono::seconds(1);
  return settings;
}

using CompletionBox = Mailbox<RawCompletion>;

Outcome not_admitted(const Admission& admission) {
  const Wording& row = admission.code == kBusyCode ? row_of(kOutcomes, "places_taken")
                                                   : row_of(kOutcomes, "lender_down");
  Outcome outcome = refused_outcome(OutcomeKind::retryable, admission.code, row);
  outcome.retry_after = admission.retry_after;
  return outcome;
}

Caller caller_of(const Manifest& manifest, const ConnectionId& connection) {
  return {manifest.id, connection, static_cast<int>(manifest.max_inflight)};
}

}  // namespace

LoadedConnectors::LoadedConnectors(asio::any_io_executor io, const Settings& settings,
                                   net::HttpClient& client, db::Database& database,
                                   const Clock& clock, IdSource& ids)
    : database_(database),
      doorway_(std::make_shared<Doorway>(settings.doorway)),
      services_(std::make_shared<HostServices>(client, Journal(database, clock, ids), clock,
                                               doorway_->circuits())),
      endings_(for_endings()),
      pool_(settings.pool),
      instances_(pool_, std::move(io), settings.sandboxes),
      registry_(settings.plugin_folder, settings.store_folder, services_, endings_,
                [this](const LoadedPlugin& plugin) { instances_.drop(plugin); }) {
  PluginIds stopped;
  database.read_now([&](db::Snapshot& at) {
    stopped = stopped_plugins(at);
    heeded_ = db::version_of(at, kSwitchesTopic);
  });
  registry_.heed(std::move(stopped), heeded_);
  registry_.scan();
  const std::string problem = registry_.folder_problem();
  if (!problem.empty()) {
    throw Error(ErrorCode::invalid_input,
                problem + ": make the folder, or name the one that holds the connectors");
  }
}

LoadedConnectors::~LoadedConnectors() {
  scanner_.join();
  judge_.join();
}

Task<Outcome> LoadedConnectors::call(Call call) {
  auto plugin = registry_.ready(call.plugin);
  if (!plugin) {
    throw Error(ErrorCode::lender_unavailable,
                said(row_of(kRefusals, "not_ready"), {{"plugin", call.plugin}}));
  }
  if (!plugin->manifest()->has(call.operation)) {
    throw Error(ErrorCode::capability_missing,
                said(row_of(kRefusals, "not_offered"),
                     {{"plugin", call.plugin}, {"operation", call.operation}}));
  }
  if (auto refused = refused_request(call)) co_return *std::move(refused);
  auto shared = std::make_shared<const Call>(std::move(call));
  co_return co_await run_admitted(plugin, shared);
}

Task<Outcome> LoadedConnectors::run_admitted(std::shared_ptr<LoadedPlugin> plugin,
                                             std::shared_ptr<const Call> call) {
  if (call->draft || call->place) co_return co_await run(plugin, call);
  Caller caller = caller_of(*plugin->manifest(), call->connection);
  const Admission admission = co_await doorway_->admit_in_turn(std::move(caller), call->deadline);
  if (!admission.place) co_return not_admitted(admission);
  co_return co_await run(plugin, call);
}

Task<Outcome> LoadedConnectors::run(std::shared_ptr<LoadedPlugin> plugin,
                                    std::shared_ptr<const Call> call) {
  auto instance = instances_.take(plugin, *call);
  // Retired meanwhile: an instance that is kept would keep the plugin from ending.
  if (registry_.ready(call->plugin) != plugin) instances_.drop(*plugin);
  if (instance->lane().hung()) {
    co_return refused_outcome(OutcomeKind::retryable, "connector.hung", row_of(kOutcomes, "hung"));
  }
  const auto patience = std::chrono::milliseconds(plugin->manifest()->operation_timeout_ms);
  const Deadline deadline = std::min(call->deadline, steady_clock::now() + patience);
  auto box = std::make_shared<CompletionBox>(co_await asio::this_coro::executor);
  auto operation = std::make_shared<Operation>(
      instance, call, write_context(*call), deadline,
      [box](RawCompletion raw) { CompletionBox::put(box, std::move(raw)); });
  if (!plugin->host().operations.add(operation)) {
    co_return refused_outcome(OutcomeKind::retryable, "hub.busy",
                              row_of(kOutcomes, "too_many_calls"));
  }
  instance->start(operation);
  co_await CompletionBox::wait(box, deadline);
  if (!box->value) {
    instance->cancel(operation, LENDPORT_CANCEL_DEADLINE);
    co_await CompletionBox::wait(box, steady_clock::now() + kCancelGrace);
  }
  if (!box->value) {
    RawCompletion given_up;
    given_up.by = RawCompletion::By::hub;
    operation->complete(std::move(given_up));
    co_await CompletionBox::wait(box, Deadline::max());
  }
  if (box->value->result.size() <= kJudgedHereBytesMax) co_return judge(*operation, *box->value);
  auto judged = std::make_shared<Mailbox<Outcome>>(co_await asio::this_coro::executor);
  asio::post(judge_, [judged, operation, box] {
    Mailbox<Outcome>::put(judged, judge(*operation, *box->value));
  });
  co_await Mailbox<Outcome>::wait(judged, Deadline::max());
  co_return std::move(*judged->value);
}

std::shared_ptr<const Manifest> LoadedConnectors::manifest(std::string_view plugin) const {
  const auto found = registry_.ready(plugin);
  return found ? found->manifest() : nullptr;
}

std::vector<PluginView> LoadedConnectors::plugins() const {
  return registry_.views();
}

// Runs `work`, which blocks, on the scanner; it may end after `until`.
template <class Work>
Task<void> LoadedConnectors::help(Work work, Deadline until) {
  auto box = std::make_shared<Mailbox<bool>>(co_await asio::this_coro::executor);
  asio::post(scanner_, [work, box] {
    work();
    Mailbox<bool>::put(box, true);
  });
  co_await Mailbox<bool>::wait(box, until);
}

Task<std::vector<PluginView>> LoadedConnectors::rescan() {
  const auto scan = [this] { registry_.scan(); };
  co_await help(scan, Deadline::max());
  co_return registry_.views();
}

Task<void> LoadedConnectors::heed_switches(Deadline until) {
  PluginIds stopped;
  std::int64_t version = 0;
  const auto look = [&](db::Snapshot& at) {
    version = db::version_of(at, kSwitchesTopic);
    if (version != heeded_) stopped = stopped_plugins(at);
  };
  co_await database_.read(look);
  if (version != heeded_) {
    registry_.heed(std::move(stopped), version);
    std::int64_t before = heeded_;
    while (before < version && !heeded_.compare_exchange_weak(before, version)) {
    }
  }
  // A look under way may be about what was started now: it is waited for too.
  if (looks_ > 0 || registry_.has_to_look_again()) co_await look_again(until);
}

// What does not fit stays to be done at the next call.
Task<void> LoadedConnectors::look_again(Deadline until) {
  const bool waits = until > steady_clock::now();
  if (looks_ >= (waits ? kLooksMax : 1)) co_return;
  ++looks_;
  const auto look = [this] {
    registry_.look_again();
    --looks_;
  };
  co_await help(look, until);
}

// One that is not there has no places to keep: its call says so.
Admission LoadedConnectors::admit(std::string_view plugin, const ConnectionId& connection) {
  const auto found = registry_.ready(plugin);
  if (!found) return {std::make_shared<int>(0), {}, {}};
  return doorway_->admit(caller_of(*found->manifest(), connection));
}

ConnectionHealth LoadedConnectors::health(const ConnectionId& connection) const {
  ConnectionHealth health = doorway_->health(connection);
  health.hung = instances_.hung(connection);
  return health;
}

}  // namespace lendport::connectors
