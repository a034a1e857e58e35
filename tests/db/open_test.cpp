// A URL opens the store it names or says why not.
#include "db/open.hpp"

#include "core/error.hpp"
#include "db/stores.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <sys/stat.h>

namespace lendport::db {
namespace {

std::optional<ErrorCode> refusal(const std::string& url) {
  return failure_of([&] { open({.url = url}); });
}

TEST(Open, RefusesWhatNamesNoStore) {
  for (const char* url :
       {"", "sqlite:", "sqlite://", "sqlite://hub.db", "/hub.db", "mysql://x/y"}) {
    EXPECT_EQ(refusal(url), ErrorCode::invalid_input) << url;
  }
}

TEST(Open, SaysWhenTheStoreCannotBeReached) {
  EXPECT_EQ(refusal("sqlite:///nowhere/hub.db"), ErrorCode::database_unavailable);
}

TEST(Open, RefusesAFileThatIsNoDatabase) {
  const support::TempDir folder;
  std::FILE* file = std::fopen((folder / "hub.db").c_str(), "w");
  std::fputs("this is a letter, not a database, and long enough to be told apart", file);
  std::fclose(file);
  EXPECT_EQ(refusal("sqlite://" + (folder / "hub.db")), ErrorCode::database_unavailable);
}

TEST(Open, KeepsTheFileFromOthers) {
  const support::TempDir folder;
  const auto database = open({.url = "sqlite://" + (folder / "hub.db")});
  database->write_now([](Transaction& tx) { tx.define("CREATE TABLE a (x TEXT)"); });
  for (const char* name : {"hub.db", "hub.db-wal", "hub.db-shm"}) {
    struct stat found {};
    ASSERT_EQ(stat((folder / name).c_str(), &found), 0) << name;
    EXPECT_EQ(found.st_mode & 0777U, 0600U) << name;
  }
}

}  // namespace
}  // namespace lendport::db
