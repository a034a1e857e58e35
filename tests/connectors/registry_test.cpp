// The plugin folders: what is ready, refused, swapped, gone.
#include "connectors/registry.hpp"

#include "connectors/operator.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace lendport::connectors {
namespace {

using namespace std::chrono_literals;

TEST(Registry, ListsGoodAndBadOnesSideBySide) {
  World world;
  world.install("puppet", faulty_file("puppet"));
  world.install("a_text", "/etc/hostname");
  world.install("other_major", faulty_file("other_major"));
  world.install("no_manifest", faulty_file("sound"));
  world.install("null_function", faulty_file("null_function"));
  world.install("zz_copy", faulty_file("puppet"));
  std::filesystem::create_directories(world.settings.plugin_folder + "/empty");
  world.start();
  EXPECT_EQ(listed(world.connectors->plugins()),
            "a_text:refused:LP-E-NOT-ELF, no_manifest:refused:LP-E-MANIFEST, "
            "null_function:refused:LP-E-TABLE, other_major:refused:LP-E-ABI-MAJOR, puppet:ready, "
            "zz_copy:refused:LP-E-DUPLICATE");
  const auto manifest = world.connectors->manifest("com.example.puppet");
  ASSERT_NE(manifest, nullptr);
  EXPECT_EQ(manifest->version, "1.0.0");
  EXPECT_EQ(world.connectors->manifest("com.example.faulty"), nullptr);
}

TEST(Registry, TakesEveryConnectorOfTheHouse) {
  World world;
  for (const char* name : {"hello", "mosaic", "configured"}) {
    world.install(name, hello_file().parent_path().parent_path() / name / "connector.so");
  }
  world.start();
  EXPECT_EQ(listed(world.connectors->plugins()), "configured:ready, hello:ready, mosaic:ready");
}

TEST(Registry, FollowsTheFoldersAtARescan) {
  World world;
  world.start();
  EXPECT_EQ(listed(world.connectors->plugins()), "");
  world.install("puppet", faulty_file("puppet"));
  EXPECT_EQ(rescanned(world), "puppet:ready");
  EXPECT_EQ(rescanned(world), "puppet:ready");
  // A bad file in its place: the one that is loaded goes on, and the reason is shown.
  world.install("puppet", faulty_file("no_note"));
  EXPECT_EQ(rescanned(world), "puppet:ready:LP-E-NO-NOTE");
  EXPECT_TRUE(world.play("ok").done());
  world.install("puppet", faulty_file("puppet"));
  EXPECT_EQ(rescanned(world), "puppet:ready");
  std::filesystem::remove_all(world.settings.plugin_folder + "/puppet");
  const std::string gone = rescanned(world);
  EXPECT_TRUE(gone == "puppet:draining" || gone == "puppet:stopped") << gone;
  EXPECT_THROW(world.play("ok"), Error);
}

// What stands where the folder should be, and how the hub refuses to start.
TEST(Registry, DoesNotStartWithoutItsFolder) {
  World world;
  const std::string there = world.settings.plugin_folder;
  std::ofstream(there + "/letter") << "no folder";
  for (const std::string& folder : {there + "/none", there + "/letter", std::string()}) {
    world.settings.plugin_folder = folder;
    try {
      world.start();
      ADD_FAILURE() << folder << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.detail().rfind("plugins.folder " + folder + " cannot be read: ", 0), 0U)
          << error.detail();
    }
  }
  world.settings.plugin_folder = there;
  EXPECT_NO_THROW(world.start()) << "an empty folder is one";
}

TEST(Registry, KeepsWhatRunsWhenTheFolderGoes) {
  World world;
  world.start_puppet();
  EXPECT_EQ(world.connectors->folder_problem(), "");
  const std::string away = world.settings.plugin_folder + ".away";
  std::filesystem::rename(world.settings.plugin_folder, away);
  EXPECT_EQ(rescanned(world), "puppet:ready");
  EXPECT_TRUE(world.play("ok").done());
  EXPECT_EQ(world.connectors->folder_problem(), "plugins.folder " + world.settings.plugin_folder +
                                                    " cannot be read: No such file or directory");
  std::filesystem::rename(away, world.settings.plugin_folder);
  EXPECT_EQ(rescanned(world), "puppet:ready");
  EXPECT_EQ(world.connectors->folder_problem(), "");
}

TEST(Registry, DrainsBeforeItStops) {
  World world;
  world.start_puppet();
  auto slow = world.begin(world.puppet("timer:400"));
  const auto ended = [&] { return slow.wait_for(0s) == std::future_status::ready; };
  while (world.connectors->health(ConnectionId{"conn_1"}).in_flight == 0 && !ended()) {
    std::this_thread::yield();
  }
  std::filesystem::remove_all(world.settings.plugin_folder + "/puppet");
  EXPECT_EQ(rescanned(world), "puppet:draining");
  EXPECT_EQ(slow.get().code, "puppet.said");
  EXPECT_EQ(becomes(world, "puppet:stopped"), "puppet:stopped");
}

TEST(Registry, LetsCallsOfAStoppedPluginEndAndRefusesNewOnes) {
  World world;
  world.start_puppet();
  EXPECT_TRUE(world.play("ok").done());
  auto slow = world.begin(world.puppet("timer:400"));
  const auto ended = [&] { return slow.wait_for(0s) == std::future_status::ready; };
  while (world.connectors->health(ConnectionId{"conn_1"}).in_flight == 0 && !ended()) {
    std::this_thread::yield();
  }
  EXPECT_EQ(switched(world, true), "puppet:draining");
  EXPECT_EQ(world.connectors->manifest("com.example.puppet"), nullptr);
  EXPECT_THROW(world.play("ok"), Error);
  EXPECT_EQ(rescanned(world), "puppet:draining");
  EXPECT_EQ(slow.get().code, "puppet.said");
  EXPECT_EQ(becomes(world, "puppet:stopped"), "puppet:stopped");
  EXPECT_EQ(rescanned(world), "puppet:stopped");
  EXPECT_EQ(switched(world, false), "puppet:ready");
  EXPECT_TRUE(world.play("ok").done());
}

TEST(Registry, StartsAgainWhatStillDrains) {
  World world;
  world.start_puppet();
  auto slow = world.begin(world.puppet("timer:400"));
  while (world.connectors->health(ConnectionId{"conn_1"}).in_flight == 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(switched(world, true), "puppet:draining");
  EXPECT_EQ(switched(world, false), "puppet:ready");
  EXPECT_TRUE(world.play("ok").done());
  EXPECT_EQ(slow.get().code, "puppet.said");
}

TEST(Registry, SwitchesManyTimes) {
  World world;
  world.start_puppet();
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(world.play("ok").done());
    switched(world, true);
    EXPECT_EQ(switched(world, false), "puppet:ready");
  }
}

TEST(Registry, RunsNothingOfAPluginThatWasStoppedBeforeTheStart) {
  World world;
  world.start_puppet();
  switched(world, true);
  world.connectors.reset();
  world.start();
  const auto views = world.connectors->plugins();
  EXPECT_EQ(listed(views), "puppet:stopped");
  EXPECT_EQ(views.at(0).id, "com.example.puppet");
  EXPECT_TRUE(views.at(0).switched_off);
  EXPECT_EQ(views.at(0).manifest, nullptr);
  EXPECT_EQ(rescanned(world), "puppet:stopped");
  EXPECT_EQ(switched(world, false), "puppet:ready");
}

TEST(Registry, StopsPluginsWhileAnotherHangsAtItsStart) {
  Kept kept("PUPPET_INIT_WAITS");
  World world;
  turn(world, "com.example.puppet", true);
  world.install("hello", hello_file());
  world.start_puppet();
  const std::string hello = world.connectors->plugins().at(0).id;
  turn(world, "com.example.puppet", false);
  bool in_time = heed(world, Deadline::min());
  for (const bool stopped : {true, false}) {
    turn(world, hello, stopped);
    in_time = in_time && heed(world, std::chrono::steady_clock::now() + 20ms);
    EXPECT_EQ(world.connectors->manifest(hello), nullptr);
  }
  turn(world, "com.example.puppet", true);
  in_time = in_time && heed(world, Deadline::min());
  kept.let_go();
  EXPECT_TRUE(in_time);
  EXPECT_EQ(rescanned(world), "hello:ready, puppet:stopped");
  EXPECT_EQ(switched(world, false), "hello:ready, puppet:ready");
}

}  // namespace
}  // namespace lendport::connectors
