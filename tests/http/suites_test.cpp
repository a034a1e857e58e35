// Other people's hostile and friendly requests, sent to a real socket: llhttp's cases and
// JSONTestSuite's documents (tests/data).
#include "http/raw_client.hpp"
#include "http/test_server.hpp"
#include "json/value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace lendport::http {
namespace {

const std::filesystem::path kFolder = LENDPORT_SOURCE_DIR "/tests/data";

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

Routes routes() {
  Routes all;
  for (const Method method : {Method::get, Method::post, Method::put, Method::patch, Method::del}) {
    Route route;
    route.method = method;
    route.path = "/echo";
    route.is_public = true;
    route.handler = [](const Request& request) -> Task<Response> {
      Response response;
      response.body = request.body;
      co_return response;
    };
    all.push_back(route);
    route.path = "/json";
    route.request_schema = "Any";
    route.body_bytes_max = 1024UL * 1024UL;
    route.handler = [](const Request& request) -> Task<Response> {
      co_return ok(json::parse(request.body));
    };
    all.push_back(route);
  }
  return all;
}

std::string from_base64(const std::string& text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  unsigned waiting = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) break;
    bits = bits << 6U | static_cast<unsigned>(value);
    waiting += 6;
    if (waiting < 8) continue;
    waiting -= 8;
    bytes += static_cast<char>(bits >> waiting & 0xFFU);
  }
  return bytes;
}

struct Case {
  std::string id;
  std::string bytes;
  bool accepted = false;
  bool complete = false;
  std::size_t messages = 0;
};

std::vector<Case> llhttp_cases() {
  std::vector<Case> cases;
  const auto document = nlohmann::json::parse(text_of(kFolder / "http1/llhttp-requests.json"));
  for (const auto& one : document.at("cases")) {
    if (one.at("mode") != "request") continue;
    cases.push_back({one.at("id"), from_base64(one.at("raw_b64")), one.at("expect") != "reject",
                     one.at("complete"), one.at("messages")});
  }
  return cases;
}

// The same requests as somebody would send them to us: our Host in place of theirs, the routed path
// unless the target is what the case is about, and a method the route table knows where the case is
// not broken.
std::string addressed_to(const std::string& host, const Case& one) {
  static const std::regex hosts("\r\nhost:[^\r\n]*(?=\r\n)", std::regex::icase);
  static const std::regex line(
      "(^|[^A-Za-z0-9-])([A-Z][A-Z-]*) (\\S+) ((?:HTTP|ICE|RTSP|IHTTP)/\\d\\.\\d)(?=\r?\n|\r)");
  const bool about_target = one.id.starts_with("uri/") || one.id.starts_with("method/CONNECT");
  const std::string bare = std::regex_replace(one.bytes, hosts, "");
  std::string out;
  auto at = bare.cbegin();
  for (std::sregex_iterator found(bare.begin(), bare.end(), line), end; found != end; ++found) {
    const std::smatch& match = *found;
    static const std::set<std::string> known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    const bool keeps_method = !one.accepted || known.count(match[2]) != 0;
    const std::string method = keeps_method ? match[2].str() : "POST";
    const bool keeps_target = about_target || !match[3].str().starts_with('/');
    out.append(at, match[0].first);
    out += match[1].str() + method + " " + (keeps_target ? match[3].str() : "/echo") + " " +
           match[4].str() + "\r\nHost: " + host;
    at = match[0].second;
  }
  return out.append(at, bare.cend());
}

// All answers to `bytes`; HEAD is not among the cases' methods that answer.
std::vector<Answer> answers_to(std::uint16_t port, const std::string& bytes) {
  RawClient client(port);
  client.send(bytes);
  client.end_sending();
  std::string text = client.read_all();
  std::vector<Answer> answers;
  const bool has_body = !bytes.starts_with("HEAD");
  for (auto [answer, size] = RawClient::parse(text, has_body); size > 0;
       std::tie(answer, size) = RawClient::parse(text, has_body)) {
    text.erase(0, size);
    answers.push_back(answer);
  }
  EXPECT_EQ(text, "") << "half an answer";
  return answers;
}

std::size_t good_ones(const std::vector<Answer>& answers) {
  return static_cast<std::size_t>(std::count_if(
      answers.begin(), answers.end(), [](const Answer& one) { return one.status / 100 == 2; }));
}

TEST(LlhttpCases, MarkedRejectNeverGet2xx) {
  // What is broken in these comes behind a first request that is whole.
  const std::map<std::string, std::size_t> good_beginnings = {
      {"connection/No restart when keep-alive is off (1.0)", 1},
      {"connection/CRLF between requests, implicit `keep-alive`", 1}};
  TestServer server(routes());
  for (const Case& one : llhttp_cases()) {
    if (one.accepted) continue;
    EXPECT_EQ(good_ones(answers_to(server.port(), one.bytes)), 0U) << one.id;
    const auto allowed = good_beginnings.find(one.id);
    EXPECT_LE(good_ones(answers_to(server.port(), addressed_to(server.host(), one))),
              allowed == good_beginnings.end() ? 0 : allowed->second)
        << one.id;
  }
}

// Accepted by llhttp, refused by us, each for its reason.
const std::map<std::string, std::string> kRefusedOnPurpose = {
    {"method/CONNECT request", "the target is an authority: we are no proxy"},
    {"method/CONNECT request with CAPS", "the target is an authority"},
    {"method/CONNECT with body", "the target is an authority"},
    {"method/M-SEARCH request", "the target is an asterisk"},
    {"uri/Underscore in hostname", "the target is an authority"},
    {"uri/Host terminated by a query string", "the target is another origin's"},
    {"uri/`host:port` terminated by a query string", "the target is another origin's"},
    {"uri/`host:port` terminated by a space", "the target is another origin's"},
    {"uri/`host:port` and basic auth", "the target is another origin's"},
    {"uri/Fragment in URI", "a target holds no fragment"},
    {"transfer-encoding/POST with `chunked` as last transfer-encoding",
     "only chunked alone is taken"},
    {"transfer-encoding/POST with `chunked` as last transfer-encoding (multiple headers)",
     "Transfer-Encoding comes once"},
};

// Accepted by llhttp, answered by us with a status of its own that is neither 400 nor 2xx.
const std::map<std::string, int> kAnsweredOtherwise = {
    {"content-length/`Content-Length` with zeroes", 411},
    {"content-length/`Content-Length` with follow-up headers", 411},
    {"method/SOURCE request with ICE", 505},
    {"method/OPTIONS request with RTSP", 505},
    {"method/ANNOUNCE request with RTSP", 505},
    {"sample/No HTTP version", 505},
};

TEST(LlhttpCases, MarkedAcceptAreAnswered) {
  TestServer server(routes());
  for (const Case& one : llhttp_cases()) {
    if (!one.accepted) continue;
    const auto answers = answers_to(server.port(), addressed_to(server.host(), one));
    if (kRefusedOnPurpose.count(one.id) != 0) {
      EXPECT_EQ(answers.at(0).status, 400) << one.id << " is not refused any more";
      continue;
    }
    const auto otherwise = kAnsweredOtherwise.find(one.id);
    if (otherwise != kAnsweredOtherwise.end()) {
      EXPECT_EQ(answers.at(0).status, otherwise->second) << one.id;
      continue;
    }
    if (!one.complete) {
      EXPECT_TRUE(answers.empty()) << one.id << ": the request is not whole";
      continue;
    }
    EXPECT_GE(answers.size(), one.messages) << one.id;
    for (std::size_t i = 0; i < std::min(answers.size(), one.messages); ++i) {
      EXPECT_EQ(answers[i].status, one.id.starts_with("uri/") ? 404 : 200) << one.id;
    }
  }
}

TEST(JsonTestSuite, OnlyDocumentsAreAccepted) {
  // Ours is stricter: two readers could take two values from these.
  const std::set<std::string> stricter = {
      "y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json",
      "y_object_escaped_null_in_key.json", "y_string_null_escape.json"};
  TestServer server(routes());
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(kFolder / "json/test_parsing")) {
    const std::string name = file.path().filename().string();
    const std::string body = text_of(file.path());
    RawClient client(server.port());
    client.send("POST /json HTTP/1.1\r\nHost: " + server.host() +
                "\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    const bool good = name.starts_with("y_") && stricter.count(name) == 0;
    const int status = client.answer().status;
    // What the standard leaves open ("i_") may be taken or refused, as long as it is one of both.
    EXPECT_TRUE(status == (good ? 200 : 400) || (name.starts_with("i_") && status == 200))
        << name << " " << status;
    ++files;
  }
  EXPECT_EQ(files, 318U);
}

}  // namespace
}  // namespace lendport::http
