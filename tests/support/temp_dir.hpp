// A folder of its own for one test.
#pragma once

#include <filesystem>
#include <string>

namespace lendport::support {

// Made with mkdtemp below $TMPDIR (or /tmp), mode 0700; removed with all it holds at the end of the
// scope. Close files and stop programs that live in it first: declare it before them.
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  const std::filesystem::path& path() const { return path_; }
  // The path of a file in it, as text: `dir / "hub.db"`.
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace lendport::support
