// The front door with TLS by setting: what it speaks, and what it does not.
#include "http/raw_client.hpp"
#include "http/test_server.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lendport::http {
namespace {

namespace net = boost::asio;
using namespace std::chrono_literals;

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    const std::string key = (folder_.path() / "key.pem").string();
    const std::string certificate = (folder_.path() / "certificate.pem").string();
    const auto made = support::run_to_end(
        {.program = "openssl",
         .arguments = {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                       "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj",
                       "/CN=localhost"}},
        30s);
    EXPECT_EQ(made.exit_code, 0) << made.output;
    settings_ = TestServer::any_free_port();
    settings_.tls = TlsFiles{certificate, key};
    settings_.header_time = 500ms;
    Route route;
    route.path = "/hello";
    route.is_public = true;
    route.handler = [](const Request&) -> Task<Response> {
      Response response;
      response.body = std::string(200'000, 'x');
      co_return response;
    };
    server_.emplace(Routes{route}, TestServer::Callers{}, settings_);
  }

  // What comes back over the given version of TLS until the end; empty without a handshake.
  std::string exchange(int version, const std::string& request) {
    net::io_context io;
    net::ssl::context context(net::ssl::context::tls_client);
    SSL_CTX_set_security_level(context.native_handle(), 0);
    net::ssl::stream<net::ip::tcp::socket> stream(io, context);
    SSL_set_min_proto_version(stream.native_handle(), version);
    SSL_set_max_proto_version(stream.native_handle(), version);
    boost::system::error_code failure;
    stream.next_layer().connect({net::ip::address_v4::loopback(), server_->port()}, failure);
    stream.handshake(net::ssl::stream_base::client, failure);
    if (failure) return "";
    net::write(stream, net::buffer(request), failure);
    std::string answer;
    net::read(stream, net::dynamic_buffer(answer), failure);
    EXPECT_EQ(failure, net::error::eof) << "ends with a farewell, not cut";
    return answer;
  }

  support::TempDir folder_;
  Settings settings_;
  std::optional<TestServer> server_;
};

TEST_F(TlsTest, SpeaksTls12AndNewer) {
  const std::string get = "GET /hello HTTP/1.1\r\nHost: " + server_->host() + "\r\n";
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const std::string answers = exchange(version, get + "\r\n" + get + "Connection: close\r\n\r\n");
    EXPECT_GT(answers.size(), 400'000U);
    EXPECT_THAT(answers.substr(0, 2000), testing::StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answers.substr(0, 2000), testing::HasSubstr("Strict-Transport-Security: "));
  }
  EXPECT_EQ(exchange(TLS1_1_VERSION, get + "\r\n"), "");
  EXPECT_EQ(exchange(TLS1_VERSION, get + "\r\n"), "");
}

TEST_F(TlsTest, AnswersNothingInTheClear) {
  RawClient client(server_->port());
  client.send("GET /hello HTTP/1.1\r\nHost: " + server_->host() + "\r\n\r\n");
  EXPECT_THAT(client.read_all(), testing::Not(testing::HasSubstr("HTTP/1.1")));
}

TEST_F(TlsTest, WaitsForAHandshakeSoLongAndNoLonger) {
  RawClient silent(server_->port());
  EXPECT_TRUE(silent.closes(5s));
}

}  // namespace
}  // namespace lendport::http
