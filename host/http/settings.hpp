// What an operator may set about the front door, and every limit of it by name.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lendport::http {

struct TlsFiles {
  std::string certificate_file;  // PEM, the chain
  std::string key_file;          // PEM
};

struct Settings {
  // An address, not a name. Outside loopback only with `tls` or `behind_proxy`.
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: any free one
  int threads = 1;            // that run the io_context
  // Accepted in Host: "hub.example.com", "10.0.0.7:8443". Without a port: the scheme's own. Empty:
  // localhost and the loopback addresses with the port of the listener.
  std::vector<std::string> hosts;
  // A proxy in front ends TLS and writes X-Forwarded-For; its last entry is then the peer.
  bool behind_proxy = false;
  std::optional<TlsFiles> tls;  // TLS 1.2 and newer

  std::size_t connections_max = 10'000;
  std::size_t connections_per_address_max = 512;  // not asked behind a proxy

  std::size_t streams_max = 1'000;  // answers without an end, in all and of one key
  std::size_t streams_per_key_max = 16;

  std::size_t header_bytes_max = 16 * 1024;  // request line and fields
  std::size_t fields_max = 100;
  std::size_t bodies_bytes_max = 128 * 1024 * 1024;  // of all requests under way, but large ones
  std::size_t bodies_bytes_per_key_max = 32 * 1024 * 1024;  // and of all without a key together
  // Bodies of more bytes, whichever way they go, do not count there but by themselves: so many at
  // once in all, half of them of one org, so many of one key.
  std::size_t large_body_bytes = 256 * 1024;
  std::size_t large_bodies_max = 12;
  std::size_t large_bodies_per_key_max = 2;

  // Absolute: set once for each phase, not for each read.
  std::chrono::milliseconds header_time{10'000};  // first byte to end of fields
  std::chrono::milliseconds body_time{30'000};
  std::chrono::milliseconds idle_time{60'000};       // between requests
  std::chrono::milliseconds answer_time{30'000};     // the deadline handlers get
  std::chrono::milliseconds write_time{30'000};      // for the other end to take the answer
  std::chrono::milliseconds heartbeat_time{15'000};  // on a stream without news
  std::chrono::milliseconds stream_time{3'600'000};  // then the other end has to come back
  std::chrono::milliseconds linger_time{1'000};      // to let a refusal be read before the close
  std::chrono::milliseconds drain_time{10'000};      // at stop, for requests that run

  // Of each key, a bucket: `burst` at once, refilled with `per_second`.
  std::size_t requests_per_second = 1'000;
  std::size_t requests_burst = 2'000;
  std::size_t rate_keys_max = 100'000;  // buckets kept; idle ones go first
};

}  // namespace lendport::http
