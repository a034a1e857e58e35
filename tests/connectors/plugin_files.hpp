// The plugin files that tests use: those of the build, and copies that are changed.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace lendport::connectors {

// "puppet", "no_entry", …: tests/connectors/bad.
inline std::filesystem::path faulty_file(const std::string& name) {
  return std::filesystem::path(LENDPORT_BINARY_DIR) / "faulty" / name / "connector.so";
}

inline std::filesystem::path hello_file() {
  return std::filesystem::path(LENDPORT_BINARY_DIR) / "plugins/hello/connector.so";
}

inline std::string bytes_of_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::filesystem::remove(path);
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace lendport::connectors
