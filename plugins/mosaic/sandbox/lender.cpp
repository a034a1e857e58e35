#include "lender.hpp"

#include "catalogue.hpp"
#include "fake-lender/webhook.hpp"
#include "replies.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <vector>

namespace mosaic_sandbox {
namespace {

using fake::Reply;
using fake::Request;

constexpr std::int64_t kDecisionDays = 60;
constexpr std::size_t kFirstNumber = 1001;

struct Partner {
  const char* id;
  const char* name;
  bool active;  // else invited: known, not a partner yet
};
constexpr std::array<Partner, 3> kPartners{{
    {"sunny-roofs", "Sunny Roofs LLC", true},
    {"bright-side", "Bright Side Solar Inc.", true},
    {"new-roofs", "New Roofs LLC", false},
}};

const Partner* partner_named(const std::string& id) {
  for (const Partner& partner : kPartners) {
    if (partner.id == id) return &partner;
  }
  return nullptr;
}

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      plain += text[i] == '+' ? ' ' : text[i];
    }
  }
  return plain;
}

std::string query_value(const Request& request, std::string_view name) {
  const std::string wanted = std::string(name) + "=";
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    if (pair.starts_with(wanted)) return unescaped(pair.substr(wanted.size()));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

// The status after the decision, by the last four digits of the SSN.
std::string decided_status(const std::string& last_four) {
  if (last_four == "0000") return "DENIED";
  if (last_four == "0001") return "MANUAL_REVIEW";
  if (last_four == "0002") return "INFO_NEEDED";
  if (last_four == "0003") return "APPROVED_WITH_STIPULATIONS";
  if (last_four == "0004") return "PREQUALIFIED";
  if (last_four == "0006") return "ESCALATED";
  return "APPROVED";
}

Json decision_of(const Json& entry, const std::string& status, std::int64_t decided_at) {
  Json decision = {{"creditor", "Mosaic"}, {"decidedAt", instant(decided_at)}};
  if (status == "DENIED") {
    decision["reasons"] = {
        {{"code", "DTI"}, {"text", "Excessive obligations in relation to income"}},
        {{"code", "DELINQUENCY"}, {"text", "Delinquent past or present credit obligations"}}};
    return decision;
  }
  decision["amount"] = entry.at("loanAmount");
  decision["expiresAt"] = instant(decided_at + kDecisionDays * kMsPerDay);
  return decision;
}

bool is_decision(const std::string& status) {
  return status == "DENIED" || status == "APPROVED" || status == "PREQUALIFIED" ||
         status == "APPROVED_WITH_STIPULATIONS";
}

std::filesystem::path beside(const std::filesystem::path& book, const char* ending) {
  return book.empty() ? book : std::filesystem::path(book.string() + ending);
}

// Of the documents, in an application with this status; nullptr: there are none.
const char* documents_word(const std::string& status) {
  if (status == "DOCS_SENT") return "SENT";
  if (status == "DOCS_SIGNED") return "SIGNED";
  return status == "COUNTERSIGNED" || status == "FUNDED" ? "COUNTERSIGNED" : nullptr;
}

// What Mosaic checks of an application before it takes it.
Json faults_of(const Json& body) {
  Json faults = Json::array();
  const Json borrower = body.value("borrower", Json::object());
  const std::string ssn = borrower.value("ssn", "");
  for (const char* field : {"firstName", "lastName", "email", "phone", "ssn", "birthDate"}) {
    if (!borrower.value(field, "").empty()) continue;
    faults.push_back({{"field", std::string("borrower.") + field},
                      {"code", "required"},
                      {"message", "This field is required"}});
  }
  if (ssn.ends_with("0005")) {
    faults.push_back({{"field", "borrower.ssn"},
                      {"code", "invalid"},
                      {"message", "This number was never issued"}});
  }
  if (body.value("externalReference", "").empty()) {
    faults.push_back({{"field", "externalReference"},
                      {"code", "required"},
                      {"message", "This field is required"}});
  }
  if (body.value("creditCheck", "") != "soft") {
    faults.push_back({{"field", "creditCheck"},
                      {"code", "invalid"},
                      {"message", "Only soft checks are made through the API"}});
  }
  return faults;
}

}  // namespace

MosaicLender::MosaicLender(const Settings& settings)
    : settings_(settings),
      applications_(settings.applications),
      next_number_(kFirstNumber + applications_.entries().size()),
      changes_(beside(settings.applications, ".changes")),
      documents_(beside(settings.applications, ".documents")),
      uploads_(beside(settings.applications, ".uploads")) {}

Reply MosaicLender::answer(const Request& request) {
  const auto segments = segments_of(request.path);
  if (request.method == "GET" && request.path == "/applications") return every_application();
  if (request.method == "GET" && request.path == "/documents") {
    return json_of(200, {{"documents", documents_.entries()}});
  }
  if (request.method == "GET" && request.path == "/uploads") {
    return json_of(200, {{"uploads", uploads_.entries()}});
  }
  if (request.method == "POST" && request.path == "/webhooks") return tell(request);
  if (request.method == "POST" && segments.size() == 4 && segments[0] == "applications" &&
      segments[2] == "stipulations") {
    return judge(segments[1], segments[3], request);
  }
  if (request.method == "POST" && segments.size() == 2 && segments[0] == "applications") {
    return change_status(segments[1], request);
  }
  if (segments.size() < 3 || segments[0] != "v2" || segments[1] != "partners") {
    return error(404, "not_found", "No such resource");
  }
  const std::string& id = segments[2];
  const Partner* known = partner_named(id);
  const bool asks_who = segments.size() == 3;
  if (known == nullptr || (!known->active && !asks_who)) {
    return error(404, "unknown_partner", "No partner has this id");
  }
  if (asks_who) return partner(id, request);
  const bool reads = request.method == "GET";
  if (segments.size() == 5 && segments[3] == "applications" && reads) {
    return application(id, segments[4]);
  }
  if (segments.size() >= 6 && segments[3] == "applications") {
    const auto entry = applications_.find_last(
        [&](const Json& one) { return one.at("partner") == id && one.at("id") == segments[4]; });
    if (!entry) return error(404, "unknown_application", "No such application");
    const bool is_upload =
        segments.size() == 8 && segments[5] == "stipulations" && segments[7] == "documents";
    if (is_upload && !reads) return upload(*entry, unescaped(segments[6]), request);
    if (segments.size() == 6 && segments[5] == "uploads" && reads) {
      return uploads_of(*entry, query_value(request, "reference"));
    }
    if (segments.size() == 6 && segments[5] == "documents") {
      return reads ? documents_of(*entry) : send_documents(*entry, request);
    }
    return error(404, "not_found", "No such resource");
  }
  if (segments.size() != 4) return error(404, "not_found", "No such resource");
  if (segments[3] == "products" && reads) return products(request);
  if (segments[3] == "reps") return reads ? find_rep(request) : create_rep(request);
  if (segments[3] == "applications") {
    return reads ? find_applications(id, request) : submit(id, request);
  }
  return error(404, "not_found", "No such resource");
}

Reply MosaicLender::partner(const std::string& id, const Request& request) {
  if (request.method != "GET") return error(405, "method_not_allowed", "Only GET");
  const Partner& known = *partner_named(id);
  return json_of(
      200,
      {{"id", known.id}, {"name", known.name}, {"status", known.active ? "ACTIVE" : "INVITED"}});
}

Reply MosaicLender::products(const Request& request) const {
  constexpr std::size_t kPage = 6;
  const Json all = catalogue();
  const std::size_t begin = query_value(request, "cursor") == "2" ? kPage : 0;
  Json page = Json::array();
  for (std::size_t i = begin; i < std::min(begin + kPage, all.size()); ++i) page.push_back(all[i]);
  Json body = {{"products", page}};
  if (begin == 0) body["nextCursor"] = "2";
  return json_of(200, body);
}

Reply MosaicLender::find_rep(const Request& request) const {
  const std::string email = query_value(request, "email");
  const auto rep = reps_.find_last([&](const Json& entry) { return entry.at("email") == email; });
  Json reps = Json::array();
  if (rep) reps.push_back(*rep);
  return json_of(200, {{"reps", reps}});
}

Reply MosaicLender::create_rep(const Request& request) {
  const Json body = Json::parse(request.body, nullptr, false);
  const std::string email = body.is_object() ? body.value("email", "") : "";
  if (email.empty()) return error(422, "invalid", "email is required");
  const auto known = reps_.find_last([&](const Json& entry) { return entry.at("email") == email; });
  if (known) return json_of(200, *known);
  const Json rep = {{"id", "rep-" + std::to_string(reps_.entries().size() + 1)}, {"email", email}};
  if (!reps_.append(rep)) return error(503, "unavailable", "Try again later");
  return json_of(201, rep);
}

Reply MosaicLender::submit(const std::string& partner_id, const Request& request) {
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return error(400, "bad_json", "The body is not JSON");
  const Json faults = faults_of(body);
  if (!faults.empty()) return json_of(422, {{"error", "invalid"}, {"errors", faults}});
  const std::string reference = body.value("externalReference", "");
  const auto known = applications_.find_last([&](const Json& entry) {
    return entry.at("partner") == partner_id && entry.at("externalReference") == reference;
  });
  const std::string ssn = body.at("borrower").at("ssn");
  Json entry = {
      {"id", known ? known->at("id").get<std::string>() : "mos-" + std::to_string(next_number_)},
      {"partner", partner_id},
      {"externalReference", reference},
      {"product", body.value("product", "")},
      {"loanAmount", body.value("loanAmount", "")},
      {"repId", body.value("repId", "")},
      {"lastFour", ssn.substr(ssn.size() - std::min<std::size_t>(4, ssn.size()))},
      {"receivedMs", known ? known->at("receivedMs").get<std::int64_t>() : now_ms()},
      {"repeated", known.has_value()}};
  // On disk before the answer: what Mosaic has, it still has after a kill.
  if (!applications_.append(entry)) return error(503, "unavailable", "Try again later");
  ++next_number_;
  return json_of(known ? 200 : 201, answered(entry));
}

std::optional<Json> MosaicLender::change_of(const Json& entry) const {
  return changes_.find_last([&](const Json& one) { return one.at("id") == entry.at("id"); });
}

bool MosaicLender::is_pending(const Json& entry) const {
  const std::int64_t received = entry.at("receivedMs");
  return now_ms() < received + settings_.decide_after.count() && !change_of(entry);
}

std::string MosaicLender::status_of(const Json& entry) const {
  if (const auto change = change_of(entry)) return change->at("status");
  return is_pending(entry) ? "PENDING" : decided_status(entry.at("lastFour"));
}

Json MosaicLender::answered(const Json& entry) const {
  const std::int64_t received = entry.at("receivedMs");
  const std::int64_t decided_at = received + settings_.decide_after.count();
  const auto change = change_of(entry);
  const std::string status = status_of(entry);
  const bool pending = is_pending(entry);
  const std::int64_t updated = change    ? change->at("ms").get<std::int64_t>()
                               : pending ? received
                                         : decided_at;
  Json body = {
      {"id", entry.at("id")},
      {"externalReference", entry.at("externalReference")},
      {"status", status},
      {"updatedAt", instant(updated)},
      {"portalUrl", "https://portal.mosaic.example/loans/" + entry.at("id").get<std::string>()}};
  const std::string decided = is_decision(status) ? status : decided_status(entry.at("lastFour"));
  if (!pending && is_decision(decided)) body["decision"] = decision_of(entry, decided, decided_at);
  const Json stipulations = pending ? Json::array() : stipulations_of(entry, decided_at);
  if (!stipulations.empty()) body["decision"]["stipulations"] = stipulations;
  return body;
}

bool MosaicLender::change(const Json& entry, const std::string& status) {
  return changes_.append({{"id", entry.at("id")}, {"status", status}, {"ms", now_ms()}});
}

Reply MosaicLender::send_documents(const Json& entry, const Request& request) {
  const std::string id = entry.at("id");
  const std::string status = status_of(entry);
  const bool known = documents_
                         .find_last([&](const Json& one) {
                           return one.at("application") == id && !one.at("repeated").get<bool>();
                         })
                         .has_value();
  if (!known && !status.starts_with("APPROVED")) {
    return error(422, "not_approved", "Documents are sent for approved applications only");
  }
  const Json line = {{"application", id},
                     {"key", fake::header_of(request.headers, "idempotency-key")},
                     {"repeated", known}};
  if (!documents_.append(line)) return error(503, "unavailable", "Try again later");
  if (!known && !change(entry, "DOCS_SENT")) return error(503, "unavailable", "Try again later");
  return json_of(known ? 200 : 201, {{"id", "doc-" + id},
                                     {"status", "SENT"},
                                     {"portalUrl", "https://portal.mosaic.example/sign/" + id}});
}

Reply MosaicLender::documents_of(const Json& entry) const {
  Json list = Json::array();
  const char* word = documents_word(status_of(entry));
  if (word != nullptr) {
    const std::string id = "doc-" + entry.at("id").get<std::string>();
    list.push_back({{"id", id}, {"status", word}});
  }
  return json_of(200, {{"documents", list}});
}

Reply MosaicLender::change_status(const std::string& id, const Request& request) {
  const Json body = Json::parse(request.body, nullptr, false);
  const std::string status = body.is_object() ? body.value("status", "") : "";
  const auto entry = applications_.find_last([&](const Json& one) { return one.at("id") == id; });
  if (!entry) return error(404, "unknown_application", "No such application");
  if (status.empty()) return error(422, "invalid", "status is required");
  if (!change(*entry, status)) return error(503, "unavailable", "Try again later");
  announce(*entry);
  return json_of(200, answered(*entry));
}

Reply MosaicLender::tell(const Request& request) {
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return error(400, "bad_json", "The body is not JSON");
  listener_ = body;
  return json_of(200, Json::object());
}

// Whoever listens may be down: Mosaic does not mind.
void MosaicLender::announce(const Json& entry) {
  if (!listener_.is_object() || listener_.value("url", "").empty()) return;
  const std::int64_t now = now_ms();
  const std::string id = entry.at("id");
  const Json event = {{"id", "evt-" + id + "-" + std::to_string(changes_.entries().size())},
                      {"type", "application.status_changed"},
                      {"createdAt", instant(now)},
                      {"application", answered(entry)}};
  Json sent = {{"url", listener_.at("url")},
               {"secret", listener_.value("secret", "")},
               {"json", event},
               {"timestamp", std::to_string(now / 1000)},
               {"timestamp_header", "x-mosaic-timestamp"},
               {"signature_header", "x-mosaic-signature"},
               {"prefix", "sha256="}};
  sent["headers"].push_back({"content-type", "application/json"});
  sent["signed"] = {"timestamp", ".", "body"};
  fake::send_webhook(sent);
}

Reply MosaicLender::find_applications(const std::string& partner_id, const Request& request) const {
  const std::string reference = query_value(request, "externalReference");
  const auto found = applications_.find_last([&](const Json& entry) {
    return entry.at("partner") == partner_id && entry.at("externalReference") == reference;
  });
  Json list = Json::array();
  if (found) list.push_back(answered(*found));
  return json_of(200, {{"applications", list}});
}

Reply MosaicLender::application(const std::string& partner_id, const std::string& id) const {
  const auto found = applications_.find_last(
      [&](const Json& entry) { return entry.at("partner") == partner_id && entry.at("id") == id; });
  if (!found) return error(404, "unknown_application", "No such application");
  return json_of(200, answered(*found));
}

Reply MosaicLender::every_application() const {
  return json_of(200, {{"applications", applications_.entries()}});
}

}  // namespace mosaic_sandbox
