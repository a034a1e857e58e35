// Of two hubs on one SQLite file the second is refused, however the file is named.
#include "db/sole_hub.hpp"

#include "core/error.hpp"
#include "db/stores.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

namespace lendport::db {
namespace {

Settings at(const std::string& path) {
  return {.url = "sqlite://" + path};
}

std::optional<ErrorCode> refusal(const Settings& settings) {
  return failure_of([&] { const SoleHub hub(settings); });
}

TEST(SoleHub, IsTheOnlyOneOnItsFileWhateverLeadsThere) {
  const support::TempDir folder;
  std::filesystem::create_directories(folder / "inner");
  std::filesystem::create_symlink(folder / "inner", folder / "linked");
  open(at(folder / "inner/hub.db"));
  std::filesystem::create_symlink(folder / "inner/hub.db", folder / "hub.db");
  std::optional<SoleHub> first(at(folder / "inner/hub.db"));
  for (const char* same : {"inner/hub.db", "linked/hub.db", "hub.db", "inner/../linked/hub.db"}) {
    EXPECT_EQ(refusal(at(folder / same)), ErrorCode::conflict) << same;
  }
  EXPECT_EQ(refusal(at(folder / "inner/other.db")), std::nullopt);
  EXPECT_NO_THROW(open(at(folder / "inner/hub.db"))) << "commands work beside it";
  first.reset();
  EXPECT_EQ(refusal(at(folder / "hub.db")), std::nullopt);
}

TEST(SoleHub, SaysWhatToDo) {
  const support::TempDir folder;
  const SoleHub first(at(folder / "hub.db"));
  try {
    const SoleHub second(at(folder / "hub.db"));
    FAIL() << "it was not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail(), "database.url: another hub runs on " + (folder / "hub.db") +
                                  ": stop it first, or give several hubs one PostgreSQL database");
  }
}

TEST(SoleHub, LetsGoWhenItsProcessIsKilled) {
  const support::TempDir folder;
  const Settings settings = at(folder / "hub.db");
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const SoleHub hub(settings);
    const char word = 'x';
    if (::write(ready[1], &word, 1) == 1) ::pause();
    ::_exit(1);
  }
  char word = 0;
  ASSERT_EQ(::read(ready[0], &word, 1), 1);
  EXPECT_EQ(refusal(settings), ErrorCode::conflict);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  EXPECT_EQ(refusal(settings), std::nullopt);
}

TEST(SoleHub, SharesPostgresAndSaysWhereItCannotLock) {
  const Settings shared{.url = "postgresql:///hub"};
  const SoleHub first(shared);
  EXPECT_EQ(refusal(shared), std::nullopt);
  EXPECT_EQ(refusal(at("/nowhere/hub.db")), ErrorCode::database_unavailable);
}

}  // namespace
}  // namespace lendport::db
