// Every kind of bad plugin file is refused with one sentence; sound ones tell who they are.
#include "connectors/inspect.hpp"

#include "connectors/plugin_files.hpp"
#include "crypto/hash.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <random>

namespace lendport::connectors {
namespace {

std::string code_of(std::string_view file) {
  const auto judged = inspect(file);
  const auto* refusal = std::get_if<Refusal>(&judged);
  if (refusal == nullptr) return "";
  EXPECT_GT(refusal->sentence.size(), 40U);
  EXPECT_EQ(refusal->sentence.find('\n'), std::string::npos) << refusal->sentence;
  EXPECT_NE(refusal->sentence.find(": "), std::string::npos) << refusal->sentence;
  return refusal->code;
}

struct FileCase {
  const char* name;
  const char* code;
};

TEST(Inspect, RefusesEachFaultOfAFile) {
  const FileCase cases[] = {
      {"no_entry", "LP-E-NO-ENTRY"},
      {"other_major", "LP-E-ABI-MAJOR"},
      {"two_exports", "LP-E-EXPORTS"},
      {"no_note", "LP-E-NO-NOTE"},
      {"foreign_note", "LP-E-NO-NOTE"},
      {"other_layout", "LP-E-ABI-LAYOUT"},
      {"bad_id", "LP-E-NOTE"},
      {"undefined", "LP-E-UNDEFINED"},
      {"other_library", "LP-E-NEEDED"},
      {"search_path", "LP-E-RUNPATH"},
      {"sound", ""},
      {"null_function", ""},
      {"puppet", ""},
  };
  for (const FileCase& one : cases) {
    const std::string bytes = bytes_of_file(faulty_file(one.name));
    ASSERT_FALSE(bytes.empty()) << one.name;
    EXPECT_EQ(code_of(bytes), one.code) << one.name;
  }
}

TEST(Inspect, ReadsWhoASoundFileIs) {
  const std::string bytes = bytes_of_file(hello_file());
  const auto judged = inspect(bytes);
  ASSERT_TRUE(std::holds_alternative<Inspected>(judged)) << std::get<Refusal>(judged).sentence;
  const auto& inspected = std::get<Inspected>(judged);
  EXPECT_EQ(inspected.id, "com.example.hello");
  EXPECT_EQ(inspected.version, "1.0.0");
  EXPECT_EQ(inspected.sha256, crypto::hex(crypto::sha256(bytes)));
  EXPECT_EQ(
      inspected.manifest_sha256,
      crypto::hex(crypto::sha256(bytes_of_file(hello_file().parent_path() / "manifest.json"))));
}

TEST(Inspect, RefusesWhatIsNoLibraryOfThisMachine) {
  const std::string sound = bytes_of_file(faulty_file("sound"));
  const auto patched = [&](std::size_t at, char value) {
    std::string copy = sound;
    copy[at] = value;
    return copy;
  };
  EXPECT_EQ(code_of(""), "LP-E-NOT-ELF");
  EXPECT_EQ(code_of("#!/bin/sh\necho hello\n"), "LP-E-NOT-ELF");
  EXPECT_EQ(code_of("\x7f"
                    "ELF"),
            "LP-E-TRUNCATED");
  EXPECT_EQ(code_of(patched(4, 1)), "LP-E-CLASS");
  EXPECT_EQ(code_of(patched(5, 2)), "LP-E-MACHINE");
  EXPECT_EQ(code_of(patched(18, 40)), "LP-E-MACHINE");
  EXPECT_EQ(code_of(patched(16, 2)), "LP-E-TYPE");
}

TEST(Inspect, RefusesEveryTruncation) {
  const std::string sound = bytes_of_file(faulty_file("sound"));
  for (std::size_t size = 0; size < sound.size(); size += size < 1024 ? 1 : 97) {
    EXPECT_NE(code_of(sound.substr(0, size)), "") << size;
  }
}

TEST(Inspect, ReadsNothingOutsideOfARuinedFile) {
  const std::string sound = bytes_of_file(faulty_file("sound"));
  std::mt19937 random(20260504);
  std::uniform_int_distribution<std::size_t> place(0,
                                                   std::min<std::size_t>(sound.size(), 4096) - 1);
  for (int round = 0; round < 3000; ++round) {
    std::string ruined = sound;
    for (int i = 0; i < 4; ++i) ruined[place(random)] = static_cast<char>(random());
    static_cast<void>(inspect(ruined));
  }
}

TEST(ReadPluginFile, RefusesWhatCannotBeRead) {
  support::TempDir dir;
  for (const std::string& path : {dir / "missing.so", dir.path().string()}) {
    const auto read = read_plugin_file(path);
    ASSERT_TRUE(std::holds_alternative<Refusal>(read)) << path;
    EXPECT_EQ(std::get<Refusal>(read).code, "LP-E-UNREADABLE");
  }
  write_file(dir / "large.so", "x");
  std::filesystem::resize_file(dir / "large.so", kPluginFileBytesMax + 1);
  const auto large = read_plugin_file(dir / "large.so");
  EXPECT_EQ(std::get<Refusal>(large).code, "LP-E-TOO-LARGE");
}

}  // namespace
}  // namespace lendport::connectors
