// Where plugin files are kept, and how they are loaded.
#include "connectors/library.hpp"

#include "connectors/plugin_files.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <dlfcn.h>

namespace lendport::connectors {
namespace {

namespace fs = std::filesystem;

Inspected named(const std::string& bytes) {
  const auto judged = inspect(bytes);
  return std::get<Inspected>(judged);
}

TEST(StorePluginFile, NamesAFileByItsContentAndRepairsIt) {
  support::TempDir dir;
  const std::string bytes = bytes_of_file(faulty_file("sound"));
  const Inspected inspected = named(bytes);
  const auto path = std::get<fs::path>(store_plugin_file(dir.path(), inspected, bytes));
  EXPECT_EQ(path,
            dir.path() / "com.example.faulty" / ("1.0.0-" + inspected.sha256) / "connector.so");
  EXPECT_EQ(bytes_of_file(path), bytes);
  EXPECT_EQ(fs::status(path).permissions(), static_cast<fs::perms>(0555));
  const auto written = fs::last_write_time(path);
  EXPECT_EQ(std::get<fs::path>(store_plugin_file(dir.path(), inspected, bytes)), path);
  EXPECT_EQ(fs::last_write_time(path), written);
  write_file(path, "tampered");
  store_plugin_file(dir.path(), inspected, bytes);
  EXPECT_EQ(bytes_of_file(path), bytes);
}

TEST(StorePluginFile, SaysWhenItCannotBeKept) {
  support::TempDir dir;
  write_file(dir.path() / "file", "x");
  const std::string bytes = bytes_of_file(faulty_file("sound"));
  const auto stored = store_plugin_file(dir.path() / "file", named(bytes), bytes);
  EXPECT_EQ(std::get<Refusal>(stored).code, "LP-E-STORE");
}

TEST(Library, LoadsForGood) {
  support::TempDir dir;
  const std::string bytes = bytes_of_file(faulty_file("sound"));
  const auto path = std::get<fs::path>(store_plugin_file(dir.path(), named(bytes), bytes));
  {
    const auto library = Library::load(path);
    ASSERT_TRUE(std::holds_alternative<Library>(library));
    EXPECT_EQ(std::get<Library>(library).plugin().abi_major, LENDPORT_ABI_MAJOR);
  }
  // RTLD_NODELETE is a cast past Boost.DLL: this pins it.
  EXPECT_NE(dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD), nullptr);
}

TEST(Library, RefusesWhatTheLoaderRefusesInOneSentence) {
  for (const char* name : {"undefined", "null_function"}) {
    const auto library = Library::load(faulty_file(name));
    ASSERT_TRUE(std::holds_alternative<Refusal>(library)) << name;
    const auto& refusal = std::get<Refusal>(library);
    EXPECT_EQ(refusal.code, std::string(name) == "undefined" ? "LP-E-LOAD" : "LP-E-TABLE");
    EXPECT_EQ(refusal.sentence.find('\n'), std::string::npos);
  }
  const auto library = Library::load(faulty_file("undefined"));
  EXPECT_NE(std::get<Refusal>(library).sentence.find("nobody_defines_this"), std::string::npos);
  EXPECT_EQ(std::get<Refusal>(Library::load("/nowhere.so")).code, "LP-E-LOAD");
}

}  // namespace
}  // namespace lendport::connectors
