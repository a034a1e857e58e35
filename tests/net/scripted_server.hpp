// A tiny HTTP server on loopback that answers as a test says, also badly.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::support {

// What happens to one request, in the order requests come.
struct Answer {
  std::string bytes;    // written as they are
  bool reads = true;    // false: closes before it reads the request
  bool stays = true;    // false: closes after the bytes
  bool silent = false;  // keeps the connection open and says nothing until the end of the server
};

Answer ok(std::string_view body, std::string_view more_headers = "");

// A thread per connection, all joined by the destructor. When the script has run out, `otherwise`
// answers.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::deque<Answer> script = {}, Answer otherwise = ok("{}"));

  // Speaks TLS with this certificate and key.
  ScriptedServer(const std::string& certificate_file, const std::string& key_file);

  ~ScriptedServer();

  std::uint16_t port() const;
  std::string base() const { return "http://127.0.0.1:" + std::to_string(port()); }

  // Head and body of each request so far.
  std::vector<std::string> requests() const;
  int connections() const;

 private:
  class Listener;

  const std::unique_ptr<Listener> listener_;
};

}  // namespace lendport::support
