#include "support/relay.hpp"

#include <stdexcept>
#include <utility>

#ifndef LENDPORT_SOURCE_DIR
#error "the test program is told where the sources are"
#endif

namespace lendport::support {
namespace {

void run(std::vector<std::string> arguments) {
  const Ended ended = run_to_end({"openssl", std::move(arguments)}, std::chrono::seconds{20});
  if (ended.exit_code != 0) throw std::runtime_error(ended.output);
}

std::vector<std::string> with_script(std::vector<std::string> arguments) {
  std::vector<std::string> all = {"-B", "-u", LENDPORT_SOURCE_DIR "/tests/support/smtp_server.py"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

}  // namespace

Certificates::Certificates(const TempDir& folder, const std::string& name)
    : folder_(folder), stem_(name) {
  run({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
       "-days", "2", "-subj", "/CN=Test Authority", "-keyout", at("ca.key"), "-out", authority()});
  run({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
       "/CN=" + name, "-addext", "subjectAltName=DNS:" + name, "-keyout", key(), "-out",
       at("csr")});
  run({"x509", "-req", "-in", at("csr"), "-CA", authority(), "-CAkey", at("ca.key"), "-days", "2",
       "-CAcreateserial", "-copy_extensions", "copyall", "-out", certificate()});
}

RelayServer::RelayServer(std::vector<std::string> arguments)
    : process_({"/usr/bin/python3", with_script(std::move(arguments))}) {
  const auto line = process_.wait_for_line("listening ", std::chrono::seconds{20});
  if (!line) throw std::runtime_error("the relay does not start: " + process_.output());
  port_ = line->substr(line->rfind(':') + 1);
}

std::string RelayServer::taken(std::chrono::milliseconds patience) {
  return process_.wait_for_line("\"sha256\"", patience).value_or("");
}

}  // namespace lendport::support
