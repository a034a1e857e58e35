// Documents for stipulations: what arrived, and what the lender's desk makes of it.
#include "fake-lender/form.hpp"
#include "replies.hpp"

namespace mosaic_sandbox {
namespace {

constexpr const char* kStipulation = "stip-1";

// Those whose SSN asks for it: one wants pay stubs before it is final, one before it is looked at.
bool has_stipulation(const Json& entry) {
  return entry.at("lastFour") == "0002" || entry.at("lastFour") == "0003";
}

Json files_in(const fake::Request& request) {
  Json files = Json::array();
  for (const fake::Part& part : fake::parts_of(request)) {
    files.push_back({{"name", part.file_name},
                     {"type", part.content_type},
                     {"bytes", part.body.size()},
                     {"sha256", fake::sha256_of(part.body)}});
  }
  return files;
}

Json shown(const Json& upload, const std::string& status) {
  return {{"id", upload.at("id")}, {"reference", upload.at("reference")}, {"status", status}};
}

}  // namespace

Json MosaicLender::stipulations_of(const Json& entry, std::int64_t decided_at) const {
  if (!has_stipulation(entry)) return Json::array();
  const auto last =
      uploads_.find_last([&](const Json& one) { return one.at("application") == entry.at("id"); });
  const std::string status = status_of(entry);
  const bool asks = status == "INFO_NEEDED" || status == "APPROVED_WITH_STIPULATIONS";
  if (!last && !asks) return Json::array();
  return {{{"id", kStipulation},
           {"type", "INCOME_PAYSTUB"},
           {"text", "Two most recent pay stubs"},
           {"due", instant(decided_at + 14 * kMsPerDay).substr(0, 10)},
           {"status", last ? last->at("status").get<std::string>() : "OPEN"}}};
}

fake::Reply MosaicLender::upload(const Json& entry, const std::string& stipulation,
                                 const fake::Request& request) {
  if (stipulation != kStipulation || !has_stipulation(entry)) {
    return error(404, "unknown_stipulation", "Nothing of that name is asked for");
  }
  const std::string reference = fake::header_of(request.headers, "idempotency-key");
  const Json files = files_in(request);
  if (reference.empty() || files.empty()) {
    return error(422, "invalid", "A form with at least one file, and an Idempotency-Key");
  }
  const auto known = uploads_.find_last([&](const Json& one) {
    return one.value("reference", "") == reference && one.at("application") == entry.at("id");
  });
  Json line = {{"application", entry.at("id")}, {"reference", reference}, {"status", "RECEIVED"}};
  line["id"] =
      known ? known->at("id") : Json("up-" + std::to_string(uploads_.entries().size() + 1));
  line["files"] = files;
  line["repeated"] = known.has_value();
  // On disk before the answer, as everything that Mosaic has.
  if (!uploads_.append(line)) return error(503, "unavailable", "Try again later");
  if (!known && status_of(entry) == "INFO_NEEDED") {
    if (!change(entry, "MANUAL_REVIEW")) return error(503, "unavailable", "Try again later");
    announce(entry);
  }
  return json_of(known ? 200 : 201, shown(line, "RECEIVED"));
}

fake::Reply MosaicLender::uploads_of(const Json& entry, const std::string& reference) const {
  const auto found = uploads_.find_last([&](const Json& one) {
    return one.value("reference", "") == reference && one.at("application") == entry.at("id");
  });
  Json list = Json::array();
  if (found) list.push_back(shown(*found, "RECEIVED"));
  return json_of(200, {{"uploads", list}});
}

// The desk's word on a stipulation: {"status":"ACCEPTED"} or "REJECTED".
fake::Reply MosaicLender::judge(const std::string& id, const std::string& stipulation,
                                const fake::Request& request) {
  const Json body = Json::parse(request.body, nullptr, false);
  const std::string status = body.is_object() ? body.value("status", "") : "";
  const auto entry = applications_.find_last([&](const Json& one) { return one.at("id") == id; });
  if (!entry || stipulation != kStipulation) {
    return error(404, "unknown_stipulation", "No such stipulation");
  }
  if (status != "ACCEPTED" && status != "REJECTED") {
    return error(422, "invalid", "status is ACCEPTED or REJECTED");
  }
  const Json line = {{"application", id}, {"status", status}};
  if (!uploads_.append(line)) return error(503, "unavailable", "Try again later");
  if (status == "ACCEPTED" && !change(*entry, "APPROVED")) {
    return error(503, "unavailable", "Try again later");
  }
  announce(*entry);
  return json_of(200, answered(*entry));
}

}  // namespace mosaic_sandbox
