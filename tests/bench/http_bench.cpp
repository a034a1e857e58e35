// The front door alone, over one page in memory: what of a request is HTTP and what is the hub.
#include "http/conditional.hpp"
#include "http/test_server.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace {

using namespace lendport;

constexpr std::size_t kKeys = 100;

std::string text_of(const char* file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

http::TestServer::Callers callers(const std::string& org) {
  http::TestServer::Callers callers;
  for (std::size_t i = 0; i < kKeys; ++i) {
    Principal principal;
    const std::string digits = std::to_string(100 + i);
    principal.key.value = "key_0190b6f1-6f0e-7cc3-98c4-dc0c0c073" + digits;
    principal.user.value = "user_0190b6f1-6f0e-7cc3-98c4-dc0c0c073" + digits;
    principal.org.value = org;
    principal.permissions.set();
    callers.emplace("lp_test_" + std::string(32, 'k') + digits, std::move(principal));
  }
  return callers;
}

}  // namespace

// http_bench BODY_FILE PORT ACCESS_LOG
int main(int argc, char** argv) {
  if (argc != 4) return 2;
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  const auto body = std::make_shared<const std::string>(text_of(argv[1]));
  const std::string etag = http::body_etag(*body);
  http::Routes routes;
  http::Route products;
  products.method = http::Method::get;
  products.path = "/v1/orgs/{org}/products";
  products.permission = Permission::products_read;
  products.handler = [&](const http::Request&) -> Task<http::Response> {
    http::Response response;
    response.shared_body = body;
    response.etag = etag;
    co_return response;
  };
  routes.push_back(std::move(products));

  http::Settings settings;
  settings.port = static_cast<std::uint16_t>(std::atoi(argv[2]));
  const http::TestServer server(
      std::move(routes), callers("org_0190b6f1-6f0e-7cc3-98c4-dc0c0c07398f"), settings, argv[3]);
  std::printf("listening on %u\n", static_cast<unsigned>(server.port()));
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
  return 0;
}
