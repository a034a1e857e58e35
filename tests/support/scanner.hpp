// A malware scanner beside a test: speaks clamd's INSTREAM on a unix socket.
#pragma once

#include "support/temp_dir.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lendport::support {

// What every scanner calls infected, by agreement; in two halves, so that none does so here.
inline const std::string kEicar =
    std::string(R"(X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-)") + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

// One connection at a time, on a thread of its own.
class Scanner {
 public:
  // Refuses: reads `limit` bytes of a stream, says that it is too long, and closes, as clamd does.
  enum class Manner { honest, silent, closes, garbles, refuses };

  explicit Scanner(const TempDir& folder, Manner manner = Manner::honest);
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;
  ~Scanner();

  const std::string& path() const { return path_; }
  // What was streamed, one text a scan.
  std::vector<std::string> scanned() const;

 private:
  void serve();
  void converse(int socket);
  void answer(int socket, const std::string& stream);

  std::string path_;
  Manner manner_;
  int listener_ = -1;
  std::atomic<int> open_ = -1;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> scanned_;
  std::thread thread_;
};

}  // namespace lendport::support
