// Mosaic's sandbox lender as a program: what plugins/mosaic/README.md says, over real sockets.
#include "fake-lender/book.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <netinet/in.h>
#include <optional>
#include <set>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

namespace {

using lendport::fake::Json;
using namespace std::chrono_literals;

constexpr auto kPatience = 10s;
constexpr const char* kProgram = LENDPORT_BINARY_DIR "/mosaic-sandbox";

struct Answer {
  int status = 0;
  Json body;
};

// One request over a connection of its own.
Answer answer_to(std::uint16_t port, const std::string& wire) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval patience{10, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(send(connection, wire.data(), wire.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(wire.size()));
  std::string bytes;
  std::array<char, 4096> chunk{};
  for (ssize_t got = 0; (got = recv(connection, chunk.data(), chunk.size(), 0)) > 0;) {
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
  }
  close(connection);
  Answer answer;
  answer.status = bytes.size() > 12 ? std::atoi(bytes.c_str() + 9) : 0;
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end != std::string::npos) answer.body = Json::parse(bytes.substr(end + 4), nullptr, false);
  return answer;
}

// The running program. Decides at once unless told otherwise.
class Sandbox {
 public:
  explicit Sandbox(const std::filesystem::path& applications = {}, int decide_after_ms = 0) {
    lendport::support::Command command;
    command.program = kProgram;
    command.arguments = {"--decide-after-ms", std::to_string(decide_after_ms)};
    if (!applications.empty()) {
      command.arguments.insert(command.arguments.end(), {"--applications", applications});
    }
    process_.emplace(command);
    const std::string prefix = "listening 127.0.0.1:";
    const auto line = process_->wait_for_line(prefix, kPatience);
    if (!line) throw std::runtime_error("the sandbox did not start: " + process_->output());
    port_ = static_cast<std::uint16_t>(std::stoi(line->substr(prefix.size())));
  }

  Answer send(const std::string& method, const std::string& target, const std::string& body = "",
              const std::string& headers = "") const {
    return answer_to(
        port_, method + " " + target + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + headers +
                   "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  // As the connector: with an access token, below the partner's path.
  Answer partner(const std::string& method, const std::string& path, const Json& body = Json(),
                 const std::string& id = "sunny-roofs") {
    const std::string text = body.is_null() ? "" : body.dump();
    return send(method, "/v2/partners/" + id + path, text,
                "authorization: Bearer " + token() + "\r\n");
  }

  const std::string& token() {
    if (token_.empty()) {
      token_ = send("POST", "/oauth/token",
                    "grant_type=client_credentials&client_id=mosaic-demo&client_secret="
                    "mosaic-demo-secret",
                    "content-type: application/x-www-form-urlencoded\r\n")
                   .body.value("access_token", "");
    }
    return token_;
  }

  lendport::support::Process& process() { return *process_; }

 private:
  std::optional<lendport::support::Process> process_;
  std::uint16_t port_ = 0;
  std::string token_;
};

Json application(const std::string& reference, const std::string& last_four) {
  return {{"externalReference", reference},
          {"product", "MOS-15-599"},
          {"loanAmount", "34350.00"},
          {"creditCheck", "soft"},
          {"borrower",
           {{"firstName", "Ada"},
            {"lastName", "Example"},
            {"email", "ada@example.com"},
            {"phone", "+15125550100"},
            {"ssn", "900-00-" + last_four},
            {"birthDate", "1980-02-29"}}}};
}

TEST(MosaicSandbox, KnowsItsPartnersAndNobodyElse) {
  Sandbox lender;
  EXPECT_EQ(lender.partner("GET", "").body["status"], "ACTIVE");
  EXPECT_EQ(lender.partner("GET", "", Json(), "new-roofs").body["status"], "INVITED");
  EXPECT_EQ(lender.partner("GET", "", Json(), "nobody").body["error"], "unknown_partner");
  EXPECT_EQ(lender.partner("GET", "/products", Json(), "new-roofs").status, 404);
}

TEST(MosaicSandbox, AnswersOnlyWithAToken) {
  Sandbox lender;
  EXPECT_EQ(lender.send("GET", "/v2/partners/sunny-roofs").status, 401);
  EXPECT_EQ(
      lender.send("GET", "/v2/partners/sunny-roofs", "", "authorization: Bearer junk\r\n").status,
      401);
  EXPECT_EQ(lender
                .send("POST", "/oauth/token",
                      "grant_type=client_credentials&client_id=mosaic-demo&client_secret=wrong")
                .status,
            401);
  EXPECT_NE(lender.token(), "");
}

TEST(MosaicSandbox, ListsItsProductsInPages) {
  Sandbox lender;
  std::set<std::string> codes;
  std::string cursor;
  int pages = 0;
  do {
    const Answer page = lender.partner("GET", "/products?limit=100" + cursor);
    ASSERT_EQ(page.status, 200);
    for (const Json& product : page.body["products"]) codes.insert(product["code"]);
    const std::string next = page.body.value("nextCursor", "");
    cursor = next.empty() ? "" : "&cursor=" + next;
    ++pages;
  } while (!cursor.empty() && pages < 10);
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(codes.size(), 10U);
}

TEST(MosaicSandbox, MakesOneAccountPerRep) {
  Sandbox lender;
  EXPECT_EQ(lender.partner("GET", "/reps?email=rep%40example.com").body["reps"].size(), 0U);
  const Answer made = lender.partner("POST", "/reps", {{"email", "rep@example.com"}});
  EXPECT_EQ(made.status, 201);
  const Answer again = lender.partner("POST", "/reps", {{"email", "rep@example.com"}});
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body["id"], made.body["id"]);
  EXPECT_EQ(lender.partner("GET", "/reps?email=rep%40example.com").body["reps"][0]["id"],
            made.body["id"]);
}

TEST(MosaicSandbox, DecidesByTheLastFourDigits) {
  Sandbox lender;
  const std::array<std::pair<const char*, const char*>, 7> decisions{
      {{"0000", "DENIED"},
       {"0001", "MANUAL_REVIEW"},
       {"0002", "INFO_NEEDED"},
       {"0003", "APPROVED_WITH_STIPULATIONS"},
       {"0004", "PREQUALIFIED"},
       {"0006", "ESCALATED"},
       {"1234", "APPROVED"}}};
  for (const auto& [last_four, status] : decisions) {
    SCOPED_TRACE(last_four);
    const Answer taken = lender.partner("POST", "/applications", application(last_four, last_four));
    ASSERT_EQ(taken.status, 201);
    const std::string id = taken.body["id"];
    EXPECT_EQ(lender.partner("GET", "/applications/" + id).body["status"], status);
  }
  const Json denied = lender.partner("GET", "/applications?externalReference=0000").body;
  EXPECT_EQ(denied["applications"][0]["decision"]["reasons"].size(), 2U);
  const Json conditional = lender.partner("GET", "/applications?externalReference=0003").body;
  EXPECT_EQ(conditional["applications"][0]["decision"]["stipulations"].size(), 1U);
}

TEST(MosaicSandbox, RefusesWhatItCannotTakeAndKeepsNothingOfIt) {
  Sandbox lender;
  Json incomplete = application("a", "1234");
  incomplete["borrower"].erase("email");
  Json hard = application("b", "1234");
  hard["creditCheck"] = "hard";
  EXPECT_EQ(lender.partner("POST", "/applications", incomplete).body["errors"][0]["field"],
            "borrower.email");
  EXPECT_EQ(
      lender.partner("POST", "/applications", application("c", "0005")).body["errors"][0]["field"],
      "borrower.ssn");
  EXPECT_EQ(lender.partner("POST", "/applications", hard).status, 422);
  EXPECT_EQ(lender.partner("POST", "/applications", {{"borrower", 5}}).status, 500);
  EXPECT_EQ(lender.partner("POST", "/applications", Json::array()).status, 400);
  EXPECT_EQ(lender.partner("GET", "/reps?email=%zz").status, 500);
  EXPECT_EQ(lender.partner("GET", "/applications/mos-1").body["error"], "unknown_application");
  EXPECT_EQ(lender.send("GET", "/applications").body["applications"].size(), 0U);
}

TEST(MosaicSandbox, ShowsAPartnerOnlyItsOwnApplications) {
  Sandbox lender;
  const std::string id =
      lender.partner("POST", "/applications", application("key-1", "1234")).body["id"];
  EXPECT_EQ(lender.partner("GET", "/applications/" + id, Json(), "bright-side").status, 404);
  EXPECT_EQ(lender.partner("GET", "/applications?externalReference=key-1", Json(), "bright-side")
                .body["applications"]
                .size(),
            0U);
}

TEST(MosaicSandbox, IsPendingUntilItDecides) {
  Sandbox lender({}, 3'600'000);
  const Answer taken = lender.partner("POST", "/applications", application("key-1", "1234"));
  EXPECT_EQ(taken.body["status"], "PENDING");
  EXPECT_FALSE(taken.body.contains("decision"));
}

TEST(MosaicSandbox, TakesAReferenceOnceAndNotesEachRepetition) {
  Sandbox lender;
  const Answer first = lender.partner("POST", "/applications", application("key-1", "1234"));
  const Answer second = lender.partner("POST", "/applications", application("key-1", "1234"));
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body["id"], first.body["id"]);
  const Json book = lender.send("GET", "/applications").body["applications"];
  ASSERT_EQ(book.size(), 2U);
  EXPECT_FALSE(book[0]["repeated"].get<bool>());
  EXPECT_TRUE(book[1]["repeated"].get<bool>());
}

TEST(MosaicSandbox, StillHasAfterAKillWhatItAnswered) {
  const lendport::support::TempDir folder;
  const auto file = folder.path() / "applications.jsonl";
  std::string id;
  {
    Sandbox lender(file);
    id = lender.partner("POST", "/applications", application("key-1", "1234")).body["id"];
    lender.process().signal(SIGKILL);
    EXPECT_EQ(lender.process().wait(kPatience), 128 + SIGKILL);
  }
  Sandbox lender(file);
  EXPECT_EQ(lender.partner("GET", "/applications/" + id).body["status"], "APPROVED");
  const Answer again = lender.partner("POST", "/applications", application("key-1", "1234"));
  EXPECT_EQ(again.body["id"], id);
  EXPECT_NE(lender.partner("POST", "/applications", application("key-2", "1234")).body["id"], id);
}

TEST(MosaicSandbox, TakesReferencesThatComeAtOnceOnce) {
  constexpr int kClients = 8;
  Sandbox lender;
  lender.token();
  std::array<std::string, kClients> ids;
  std::vector<std::jthread> clients;
  for (std::string& id : ids) {
    clients.emplace_back([&lender, &id] {
      id = lender.partner("POST", "/applications", application("key-1", "1234")).body["id"];
    });
  }
  clients.clear();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1U);
  EXPECT_EQ(lender.send("GET", "/applications").body["applications"].size(), kClients + 0U);
}

TEST(MosaicSandbox, MisbehavesAsScripted) {
  Sandbox lender;
  const Json script = {{"match", {{"method", "POST"}, {"path", "/v2/*"}}},
                       {"steps", {{{"cut_after_send", true}, {"handle", true}}}}};
  ASSERT_EQ(lender.send("POST", "/_script", script.dump()).status, 200);
  EXPECT_EQ(lender.partner("POST", "/applications", application("key-1", "1234")).status, 0);
  const Json found = lender.partner("GET", "/applications?externalReference=key-1").body;
  EXPECT_EQ(found["applications"].size(), 1U) << "taken, though the answer was lost";
}

TEST(MosaicSandbox, EndsAtSigtermAndSaysWhatItDoesNotUnderstand) {
  Sandbox lender;
  lender.process().signal(SIGTERM);
  EXPECT_EQ(lender.process().wait(kPatience), 0);
  const auto ended = lendport::support::run_to_end({kProgram, {"--port", "eighty"}}, kPatience);
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.output.find("usage:"), std::string::npos);
}

TEST(MosaicSandbox, SendsDocumentsOnceAndIsToldWhatComesNext) {
  Sandbox lender;
  const std::string id =
      lender.partner("POST", "/applications", application("key-1", "1234")).body.value("id", "");
  const std::string one = "/applications/" + id;
  const auto status = [&] { return lender.partner("GET", one).body.value("status", ""); };
  EXPECT_TRUE(lender.partner("GET", one + "/documents").body["documents"].empty());
  EXPECT_EQ(lender.partner("POST", one + "/documents", Json::object()).status, 201);
  EXPECT_EQ(lender.partner("POST", one + "/documents", Json::object()).status, 200);
  EXPECT_EQ(status(), "DOCS_SENT");
  EXPECT_EQ(lender.partner("GET", one).body["decision"]["creditor"], "Mosaic");
  EXPECT_EQ(lender.send("POST", one, R"({"status":"DOCS_SIGNED"})").status, 200);
  EXPECT_EQ(status(), "DOCS_SIGNED");
  EXPECT_EQ(lender.partner("GET", one + "/documents").body["documents"][0]["status"], "SIGNED");
  EXPECT_EQ(lender.send("GET", "/documents").body["documents"].size(), 2U);
  EXPECT_EQ(lender.send("POST", "/applications/mos-1", R"({"status":"FUNDED"})").status, 404);
}

TEST(MosaicSandbox, TakesDocumentsForWhatItAskedForOnceAndJudgesThem) {
  Sandbox lender;
  const std::string id =
      lender.partner("POST", "/applications", application("key-1", "0002")).body["id"];
  const std::string one = "/applications/" + id;
  const auto stipulation = [&] {
    return lender.partner("GET", one).body["decision"]["stipulations"][0]["status"];
  };
  EXPECT_EQ(stipulation(), "OPEN");
  const auto upload = [&](const std::string& name, const std::string& key) {
    return lender.send(
        "POST", "/v2/partners/sunny-roofs" + one + "/stipulations/" + name + "/documents",
        "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n"
        "Content-Type: application/pdf\r\n\r\n%PDF\r\n--not the end\r\n--B--\r\n",
        "authorization: Bearer " + lender.token() + "\r\nidempotency-key: " + key +
            "\r\ncontent-type: multipart/form-data; boundary=B\r\n");
  };
  EXPECT_EQ(upload("stip-9", "k").status, 404);
  EXPECT_EQ(upload("stip-1", "k").status, 201);
  EXPECT_EQ(upload("stip-1", "k").status, 200);
  const Json book = lender.send("GET", "/uploads").body["uploads"];
  ASSERT_EQ(book.size(), 2U);
  EXPECT_EQ(book[0]["files"][0]["bytes"], 19);
  EXPECT_EQ(book[1]["repeated"], true);
  EXPECT_EQ(book[1]["id"], book[0]["id"]);
  EXPECT_EQ(lender.partner("GET", one + "/uploads?reference=k").body["uploads"][0]["status"],
            "RECEIVED");
  EXPECT_EQ(lender.partner("GET", one + "/uploads?reference=x").body["uploads"].size(), 0U);
  EXPECT_EQ(lender.partner("GET", one).body["status"], "MANUAL_REVIEW");
  EXPECT_EQ(stipulation(), "RECEIVED");
  EXPECT_EQ(lender.send("POST", one + "/stipulations/stip-1", R"({"status":"ACCEPTED"})").status,
            200);
  EXPECT_EQ(lender.partner("GET", one).body["status"], "APPROVED");
  EXPECT_EQ(stipulation(), "ACCEPTED");
}

TEST(MosaicSandbox, SendsNoDocumentsForWhatIsNotApproved) {
  Sandbox lender;
  const std::string id =
      lender.partner("POST", "/applications", application("key-1", "0000")).body.value("id", "");
  const Answer refused =
      lender.partner("POST", "/applications/" + id + "/documents", Json::object());
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.body["error"], "not_approved");
}

}  // namespace
