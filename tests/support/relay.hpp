// A real mail relay beside a test (smtp_server.py), and certificates for it.
#pragma once

#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace lendport::support {

// An authority, and a certificate of it for `name`, made by openssl for one test.
class Certificates {
 public:
  explicit Certificates(const TempDir& folder, const std::string& name = "localhost");
  std::string authority() const { return at("ca.pem"); }
  std::string certificate() const { return at("pem"); }
  std::string key() const { return at("key"); }

 private:
  std::string at(const std::string& what) const { return folder_ / (stem_ + "." + what); }

  const TempDir& folder_;
  std::string stem_;
};

class RelayServer {
 public:
  explicit RelayServer(std::vector<std::string> arguments = {});
  const std::string& port() const { return port_; }
  // The next mail it took, as a line of JSON; empty when none comes in time.
  std::string taken(std::chrono::milliseconds patience = std::chrono::seconds{10});
  std::string output() const { return process_.output(); }
  Process& process() { return process_; }

 private:
  Process process_;
  std::string port_;
};

}  // namespace lendport::support
