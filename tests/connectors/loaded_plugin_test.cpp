// How a plugin ends: on no I/O thread, in nobody's way, and before the same file starts again.
#include "connectors/loaded_plugin.hpp"

#include "connectors/operator.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <barrier>
#include <set>
#include <unistd.h>

namespace lendport::connectors {
namespace {

using namespace std::chrono_literals;

constexpr const char* kCreate = "PUPPET_CREATE_WAITS";
constexpr const char* kDeinit = "PUPPET_DEINIT_WAITS";
constexpr const char* kHello = "com.example.hello";

// The numbers of the threads that run the world's I/O: two.
std::set<int> io_threads(World& world) {
  const auto both = std::make_shared<std::barrier<>>(2);
  const auto tell = [both] {
    both->arrive_and_wait();
    return static_cast<int>(gettid());
  };
  auto one = boost::asio::post(world.io, boost::asio::use_future(tell));
  auto other = boost::asio::post(world.io, boost::asio::use_future(tell));
  return {one.get(), other.get()};
}

bool in_flight(World& world) {
  const Deadline until = soon();
  while (world.connectors->health(ConnectionId{"conn_1"}).in_flight == 0) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

struct LastCall {
  const char* what;
  const char* settings;
  std::int64_t patience_ms;
};

TEST(LoadedPlugin, EndsOnNoThreadOfTheHubsWhateverHeldItLast) {
  const LastCall calls[] = {
      {"an instance of the connector's", R"({"client_id":"me","refuse":false})", 10'000},
      {"the call: no instance was made", R"({"client_id":"me","refuse":true})", 10'000},
      {"a callback that came back too late", R"({"client_id":"me","refuse":true})", 50},
  };
  for (const LastCall& one : calls) {
    Kept create(kCreate);
    Kept deinit(kDeinit);
    deinit.let_go();
    World world;
    world.start_puppet();
    std::set<int> threads = io_threads(world);
    threads.insert(gettid());
    EXPECT_EQ(threads.size(), 3U);
    Call call = world.puppet("ok");
    call.settings = one.settings;
    call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(one.patience_ms);
    auto last = world.begin(std::move(call));
    EXPECT_NE(create.thread(), 0) << one.what;
    EXPECT_EQ(switched(world, true), "puppet:draining") << one.what;
    const bool too_late = one.patience_ms < 1000;
    if (too_late) last.get();
    create.let_go();
    if (!too_late) last.get();
    EXPECT_NE(deinit.thread(), 0) << one.what;
    EXPECT_FALSE(threads.contains(deinit.thread())) << one.what;
    EXPECT_EQ(becomes(world, "puppet:stopped"), "puppet:stopped") << one.what;
  }
}

TEST(LoadedPlugin, HoldsUpNobodyWhileItEndsAndStartsByItselfOnceItHas) {
  Kept deinit(kDeinit);
  World world(std::deque<support::Answer>(8, support::ok(R"({"loans":[]})")));
  world.install("hello", hello_file());
  world.start_puppet();
  Call hello = world.puppet("");
  hello.plugin = kHello;
  hello.settings = R"({"dealer_id":"123456"})";
  hello.request = "{}";
  const auto others_go_on = [&](const std::string& puppet) {
    EXPECT_TRUE(world.call(hello).done());
    switched(world, true, kHello);
    EXPECT_EQ(becomes(world, "hello:stopped, " + puppet), "hello:stopped, " + puppet);
    EXPECT_EQ(switched(world, false, kHello), "hello:ready, " + puppet);
    EXPECT_TRUE(world.call(hello).done());
    EXPECT_EQ(io_threads(world).size(), 2U);
  };
  EXPECT_TRUE(world.play("ok").done());
  EXPECT_EQ(switched(world, true), "hello:ready, puppet:draining");
  EXPECT_NE(deinit.thread(), 0);
  others_go_on("puppet:draining");

  turn(world, "com.example.puppet", false);
  const std::string refused = "puppet:refused:LP-E-DRAINING";
  EXPECT_EQ(becomes(world, "hello:ready, " + refused), "hello:ready, " + refused);
  others_go_on(refused);
  EXPECT_THROW(world.play("ok"), Error);
  EXPECT_EQ(rescanned(world), "hello:ready, " + refused);

  deinit.let_go();
  EXPECT_EQ(becomes(world, "hello:ready, puppet:ready"), "hello:ready, puppet:ready");
  EXPECT_TRUE(world.play("ok").done());
}

TEST(LoadedPlugin, StartsNoLateStartThatWasTakenBack) {
  Kept deinit(kDeinit);
  World world;
  world.start_puppet();
  EXPECT_EQ(switched(world, true), "puppet:draining");
  EXPECT_NE(deinit.thread(), 0);
  EXPECT_EQ(switched(world, false), "puppet:refused:LP-E-DRAINING");
  EXPECT_EQ(switched(world, true), "puppet:draining");
  deinit.let_go();
  EXPECT_EQ(becomes(world, "puppet:stopped"), "puppet:stopped");
  EXPECT_TRUE(heed(world, soon()));
  EXPECT_TRUE(world.connectors->plugins().at(0).switched_off);
  EXPECT_EQ(world.connectors->manifest("com.example.puppet"), nullptr);
}

// A swap and the swap back, while a call of the first is under way: its library must not be
// initialised a second time.
TEST(LoadedPlugin, ComesBackAfterASwapOnceItsLastCallHasEnded) {
  Kept create(kCreate);
  World world;
  world.start_puppet();
  const std::string first = world.connectors->plugins().at(0).sha256;
  auto call = world.begin(world.puppet("ok"));
  EXPECT_TRUE(in_flight(world));
  EXPECT_NE(create.thread(), 0);
  const std::filesystem::path file =
      std::filesystem::path(world.settings.plugin_folder) / "puppet/connector.so";
  write_file(file, bytes_of_file(faulty_file("puppet")) + "\n");
  EXPECT_EQ(rescanned(world), "puppet:ready");
  const std::string second = world.connectors->plugins().at(0).sha256;
  EXPECT_NE(second, first);
  world.install("puppet", faulty_file("puppet"));
  EXPECT_EQ(rescanned(world), "puppet:ready:LP-E-DRAINING");
  EXPECT_EQ(world.connectors->plugins().at(0).sha256, second);
  create.let_go();
  EXPECT_TRUE(call.get().done());
  EXPECT_EQ(becomes(world, "puppet:ready"), "puppet:ready");
  EXPECT_EQ(world.connectors->plugins().at(0).sha256, first);
  EXPECT_TRUE(world.play("ok").done());
}

// The same bytes are the same library, whichever folder they are in.
TEST(LoadedPlugin, MovesToAnotherFolderOnceItHasEnded) {
  Kept deinit(kDeinit);
  World world;
  world.start_puppet();
  std::filesystem::remove_all(world.settings.plugin_folder + "/puppet");
  world.install("a_new_name", faulty_file("puppet"));
  EXPECT_EQ(rescanned(world), "a_new_name:refused:LP-E-DRAINING, puppet:draining");
  deinit.let_go();
  EXPECT_EQ(becomes(world, "a_new_name:ready, puppet:stopped"), "a_new_name:ready, puppet:stopped");
}

TEST(LoadedPlugin, IsLeftToItselfWhenTheHubEndsAndItDoesNot) {
  Kept deinit(kDeinit);
  auto world = std::make_unique<World>();
  world->start_puppet();
  EXPECT_TRUE(world->play("ok").done());
  auto end = std::async(std::launch::async, [&] { world.reset(); });
  EXPECT_EQ(end.wait_for(20s), std::future_status::ready);
  EXPECT_NE(deinit.thread(), 0);
  deinit.let_go();
}

}  // namespace
}  // namespace lendport::connectors
