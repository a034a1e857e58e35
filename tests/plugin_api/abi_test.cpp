// The contract's files against each other: layout, note, exported symbols, embedded manifest.
#include "testing/case.hpp"
#include "testing/loaded_plugin.hpp"

#include <gtest/gtest.h>
#include <lendport/plugin.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <string>

namespace {

using lendport::testing::Json;
using lendport::testing::read_file;

const std::string kHello = LENDPORT_BINARY_DIR "/plugins/hello/connector.so";

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> chunk{};
  while (std::size_t got = fread(chunk.data(), 1, chunk.size(), pipe))
    out.append(chunk.data(), got);
  pclose(pipe);
  return out;
}

TEST(Abi, TheLayoutConstantNamesTheCommittedLayout) {
  std::uint32_t hash = 0x811c9dc5U;
  for (unsigned char byte : read_file(LENDPORT_SOURCE_DIR "/plugin-api/abi/layout.json")) {
    if (std::isspace(byte) == 0) hash = (hash ^ byte) * 0x01000193U;
  }
  EXPECT_EQ(hash, LENDPORT_ABI_LAYOUT)
      << "the layout changed: see the evolution rules in plugin.h, then regenerate abi/layout.json";
}

TEST(Abi, AConnectorExportsOnlyItsEntry) {
  std::string symbols = output_of("nm -D --defined-only " + kHello + " | awk '{print $3}'");
  EXPECT_EQ(symbols, std::string(LENDPORT_PLUGIN_ENTRY_SYMBOL) + "\n");
}

TEST(Abi, TheNoteSaysWhoItIsWithoutRunningIt) {
  std::string file = read_file(kHello);
  Json manifest = lendport::testing::LoadedPlugin(kHello).manifest();
  std::string owner(LENDPORT_NOTE_OWNER, sizeof LENDPORT_NOTE_OWNER);
  std::size_t at = file.find(owner);
  ASSERT_NE(at, std::string::npos);
  lendport_note note{};
  std::memcpy(&note, file.data() + at - 12, sizeof note);
  EXPECT_EQ(note.desc_size, sizeof note.desc);
  EXPECT_EQ(note.desc.abi_major, LENDPORT_ABI_MAJOR);
  EXPECT_EQ(note.desc.abi_layout, LENDPORT_ABI_LAYOUT);
  EXPECT_EQ(note.desc.plugin_id, manifest["id"].get<std::string>());
  EXPECT_EQ(note.desc.plugin_version, manifest["version"].get<std::string>());
  std::string text = read_file(LENDPORT_SOURCE_DIR "/plugin-api/examples/hello/manifest.json");
  EXPECT_EQ(note.desc.manifest_sha256,
            lendport::testing::to_hex(lendport::testing::digest("sha256", text)));
}

TEST(Abi, TheLibraryHoldsTheManifestByteForByte) {
  lendport_bytes bytes{};
  lendport::testing::LoadedPlugin hello(kHello);
  ASSERT_EQ(hello.table().manifest(&bytes), LENDPORT_OK);
  std::string embedded(static_cast<const char*>(bytes.data), bytes.size);
  EXPECT_EQ(embedded, read_file(LENDPORT_SOURCE_DIR "/plugin-api/examples/hello/manifest.json"));
  EXPECT_EQ(embedded, read_file(LENDPORT_BINARY_DIR "/plugins/hello/manifest.json"));
}

}  // namespace
