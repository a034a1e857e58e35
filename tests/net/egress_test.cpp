// Which addresses count as public, how URLs are read, what the rules refuse.
#include "net/egress.hpp"

#include <gtest/gtest.h>

namespace lendport::net {
namespace {

bool is_public(const char* text) {
  return net::is_public(boost::asio::ip::make_address(text));
}

TEST(PublicAddress, KnowsThePublicOnes) {
  for (const char* text :
       {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",        "11.0.0.0",
        "100.63.255.255",  "100.128.0.0",     "126.255.255.255",      "128.0.0.1",
        "169.253.255.255", "169.255.0.0",     "172.15.255.255",       "172.32.0.0",
        "192.0.1.0",       "192.167.255.255", "192.169.0.0",          "198.17.255.255",
        "198.20.0.0",      "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1",
        "::ffff:8.8.8.8",  "64:ff9b::8.8.8.8"}) {
    EXPECT_TRUE(is_public(text)) << text;
  }
}

TEST(PublicAddress, RefusesEveryOtherClassInEverySpelling) {
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "100.64.0.1",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.254",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.7",
                           "203.0.113.9",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.1.2.3",
                           "::ffff:169.254.169.254",
                           "::7f00:1",
                           "::8.8.8.8",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b::7f00:1",
                           "64:ff9b:1::1",
                           "100::1",
                           "fe80::1",
                           "fec0::1",
                           "fc00::1",
                           "fd12:3456::1",
                           "ff02::1",
                           "2001::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "2002:808:808::1",
                           "3fff::1",
                           "4000::1",
                           "5f00::1"}) {
    EXPECT_FALSE(is_public(text)) << text;
  }
}

struct UrlCase {
  const char* url;
  const char* host_port;  // null: refused
};

TEST(ParseTarget, ReadsWhatLibcurlWillReach) {
  const UrlCase cases[] = {
      {"https://api.lender.example/v1?x=1", "api.lender.example:443"},
      {"https://API.Lender.Example:8443", "api.lender.example:8443"},
      {"http://lender.example", "lender.example:80"},
      {"https://lender.example:443/", "lender.example:443"},
      {"https://2130706433/", "127.0.0.1:443"},
      {"https://0x7f.1/", "127.0.0.1:443"},
      {"https://[::1]/", "[::1]:443"},
      {"", nullptr},
      {"lender.example/x", nullptr},
      {"ftp://lender.example/", nullptr},
      {"file:///etc/passwd", nullptr},
      {"HTTPS://lender.example", nullptr},
      {"https://user:word@lender.example/", nullptr},
      {"https://user@lender.example/", nullptr},
      {"https://lender.example:0/", nullptr},
      {"https://lender.example:99999/", nullptr},
      {"https://lender.example/a b", nullptr},
      {"https://lender.example/\r\nHost: x", nullptr},
      {"https://", nullptr},
  };
  for (const UrlCase& one : cases) {
    const auto target = parse_target(one.url);
    EXPECT_EQ(target ? target->host_port() : "", one.host_port ? one.host_port : "") << one.url;
  }
  EXPECT_FALSE(parse_target("https://lender.example/" + std::string(kUrlBytesMax, 'a')));
}

TEST(EgressRules, MayAllowWhateverIsPublic) {
  EgressRules rules;
  rules.any_public = true;
  rules.detours["127.0.0.1:9001"] = {9001, false};
  const auto refused = [&](const char* url) {
    return rules.refusal(*parse_target(url)).has_value();
  };
  EXPECT_FALSE(refused("https://hooks.sunrise.example/in"));
  EXPECT_FALSE(refused("https://8.8.8.8/in"));
  EXPECT_FALSE(refused("http://127.0.0.1:9001/in"));
  for (const char* url : {"http://hooks.sunrise.example/in", "https://127.0.0.1/in",
                          "https://0x7f.1/in", "https://[::1]/in", "https://10.0.0.1:8443/in",
                          "http://127.0.0.1:9002/in", "https://169.254.169.254/"}) {
    EXPECT_TRUE(refused(url)) << url;
  }
}

TEST(EgressRules, RefuseWhatIsNotListedAndPlainHttp) {
  EgressRules rules;
  rules.allowed = {"api.lender.example:443", "api.lender.example:80", "sandbox.lender.example:443"};
  rules.detours["sandbox.lender.example:443"] = {8081, false};
  const auto refused = [&](const char* url) {
    return rules.refusal(parse_target(url).value()).has_value();
  };
  EXPECT_FALSE(refused("https://api.lender.example/x"));
  EXPECT_FALSE(refused("https://sandbox.lender.example/x"));
  EXPECT_TRUE(refused("http://api.lender.example/x"));
  EXPECT_TRUE(refused("https://api.lender.example:444/x"));
  EXPECT_TRUE(refused("https://lender.example/x"));
  EXPECT_TRUE(refused("https://api.lender.example.evil.example/x"));
}

}  // namespace
}  // namespace lendport::net
