// A real mail relay beside a test (smtp_server.py), and certificates for it.
#pragma once

#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#ifndef LENDPORT_SOURCE_DIR
#error "the test program is told where the sources are"
#endif

namespace lendport::support {

// An authority, and a certificate of it for `name`, made by openssl for one test.
class Certificates {
 public:
  explicit Certificates(const TempDir& folder, const std::string& name = "localhost")
      : folder_(folder), stem_(name) {
    run({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=Test Authority", "-keyout", at("ca.key"), "-out",
         authority()});
    run({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
         "/CN=" + name, "-addext", "subjectAltName=DNS:" + name, "-keyout", key(), "-out",
         at("csr")});
    run({"x509", "-req", "-in", at("csr"), "-CA", authority(), "-CAkey", at("ca.key"), "-days", "2",
         "-CAcreateserial", "-copy_extensions", "copyall", "-out", certificate()});
  }
  std::string authority() const { return at("ca.pem"); }
  std::string certificate() const { return at("pem"); }
  std::string key() const { return at("key"); }

 private:
  std::string at(const std::string& what) const { return folder_ / (stem_ + "." + what); }
  static void run(std::vector<std::string> arguments) {
    const Ended ended = run_to_end({"openssl", std::move(arguments)}, std::chrono::seconds{20});
    if (ended.exit_code != 0) throw std::runtime_error(ended.output);
  }
  const TempDir& folder_;
  std::string stem_;
};

class RelayServer {
 public:
  explicit RelayServer(std::vector<std::string> arguments = {})
      : process_({"/usr/bin/python3", with_script(std::move(arguments))}) {
    const auto line = process_.wait_for_line("listening ", std::chrono::seconds{20});
    if (!line) throw std::runtime_error("the relay does not start: " + process_.output());
    port_ = line->substr(line->rfind(':') + 1);
  }
  const std::string& port() const { return port_; }
  // The next mail it took, as a line of JSON; empty when none comes in time.
  std::string taken(std::chrono::milliseconds patience = std::chrono::seconds{10}) {
    return process_.wait_for_line("\"sha256\"", patience).value_or("");
  }
  std::string output() const { return process_.output(); }
  Process& process() { return process_; }

 private:
  static std::vector<std::string> with_script(std::vector<std::string> arguments) {
    std::vector<std::string> all = {"-B", "-u",
                                    LENDPORT_SOURCE_DIR "/tests/support/smtp_server.py"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
  }
  Process process_;
  std::string port_;
};

}  // namespace lendport::support
