#include "files/files.hpp"

#include "core/error.hpp"
#include "crypto/hash.hpp"
#include "events/audit.hpp"
#include "events/events.hpp"
#include "files/json.hpp"
#include "files/rules.hpp"
#include "files/store.hpp"
#include "files/texts.hpp"
#include "net/clamd.hpp"
#include "telemetry/log.hpp"

namespace lendport {
namespace {

namespace store = files_store;
using files_texts::kRefusals;

FileType type_in(const std::string& body) {
  if (body.empty()) {
    throw Error({violation("", "required", row_of(kRefusals, "no_body"))});
  }
  if (const auto type = files::type_of(body)) return *type;
  throw Error(ErrorCode::unsupported_media_type, said(row_of(kRefusals, "not_a_type")));
}

std::string name_in(const std::string& given, FileType type) {
  if (!given.empty()) {
    if (auto problem = files::problem_of_name(given)) throw Error({*std::move(problem)});
  }
  return files::name_with_ending(given, type);
}

}  // namespace

Case Files::visible_case(db::Snapshot& at, const http::Request& request, const OrgId& org,
                         const CaseId& id) const {
  auto found = needs_.cases.find(at, org, id, request.principal);
  if (!found) http::throw_not_found();
  return *std::move(found);
}

CaseFile Files::visible(db::Snapshot& at, const http::Request& request, const OrgId& org,
                        const CaseId& case_id, const FileId& id) const {
  const Case the_case = visible_case(at, request, org, case_id);
  auto file = find(at, org, the_case.id, the_case.generation, id);
  if (!file) http::throw_not_found();
  return *std::move(file);
}

void Files::require_room(db::Snapshot& at, const OrgId& org, const CaseId& case_id,
                         std::int64_t size_bytes) const {
  const store::Held held = store::held_by_case(at, org, case_id);
  if (held.files >= kFilesPerCaseMax) {
    throw Error(ErrorCode::conflict,
                said(row_of(kRefusals, "too_many"), {{"count", std::to_string(kFilesPerCaseMax)}}));
  }
  if (held.bytes + size_bytes <= settings_.case_bytes_max) return;
  throw Error({violation("", "case_full", row_of(kRefusals, "case_full"),
                         {{"bytes", std::to_string(settings_.case_bytes_max)},
                          {"held", std::to_string(held.bytes)}})});
}

void Files::require_room_of_org(db::Snapshot& at, const OrgId& org, std::int64_t size_bytes) const {
  if (store::held_by_org(at, org).bytes + size_bytes <= settings_.org_bytes_max) return;
  throw Error({violation("", "org_full", row_of(kRefusals, "org_full"),
                         {{"bytes", std::to_string(settings_.org_bytes_max)}})});
}

// Whether a scanner found the document clean; false: none is configured.
Task<bool> Files::scanned(const http::Request& request) const {
  if (settings_.scanner_socket.empty()) co_return false;
  const Deadline until =
      std::min(request.deadline, std::chrono::steady_clock::now() + settings_.scan_time);
  const net::Scan scan =
      co_await net::scan_with_clamd(settings_.scanner_socket, request.body, until);
  if (scan.finding == net::Finding::clean) co_return true;
  if (scan.finding == net::Finding::infected) {
    throw Error({violation("", "infected", row_of(kRefusals, "infected"), {{"what", scan.text}})});
  }
  telemetry::log(telemetry::Level::warn, "scanner_unavailable",
                 {{"reason", scan.text}, {"request_id", request.id}});
  throw Error(ErrorCode::scanner_unavailable, said(row_of(kRefusals, "no_scanner")));
}

// Ten megabytes take a while, and all writers would wait: only the key comes from their lane.
Task<Blob> Files::sealed(const http::Request& request, const CaseFile& file) const {
  const auto work = [&](db::Transaction& tx) {
    visible_case(tx, request, file.org, file.case_id);
    return needs_.sealing.sealer(tx, file.org, file.case_id.value, file.created_at);
  };
  const crypto::Sealing::Sealer sealer = co_await needs_.db.write(work, request.deadline);
  co_return store::sealed_bytes(sealer, file.id, request.body);
}

// The name stays out: events and audit outlive an erasure.
void Files::record(db::Transaction& tx, const http::Request& request, const CaseFile& file,
                   const std::string& what) const {
  const events::Subject about{"case", file.case_id.value};
  const std::string& actor = request.principal.user.value;
  const std::string payload = files::event_text(file);
  const Time now = needs_.clock.now();
  if (what != "file_opened") {
    events::append(
        tx, {needs_.ids.next<EventId>(), file.org, about, "case." + what, payload, actor, now});
  }
  events::audit(tx,
                {file.org, actor, "case." + what, about, std::nullopt, payload, request.id, now});
}

Task<http::Response> Files::add(const http::Request& request, OrgId org, CaseId case_id,
                                std::string name) {
  const auto size_bytes = static_cast<std::int64_t>(request.body.size());
  const auto look = [&](db::Snapshot& at) {
    visible_case(at, request, org, case_id);
    require_room(at, org, case_id, size_bytes);
    require_room_of_org(at, org, size_bytes);
  };
  co_await needs_.db.read(look, request.deadline);
  CaseFile file;
  file.id = needs_.ids.next<FileId>();
  file.org = org;
  file.case_id = case_id;
  file.type = type_in(request.body);
  file.name = name_in(name, file.type);
  file.size_bytes = size_bytes;
  file.sha256 = crypto::hex(crypto::sha256(request.body));
  file.scanned = co_await scanned(request);
  file.added_by = request.principal.user;
  file.created_at = needs_.clock.now();
  const Blob sealed_body = co_await sealed(request, file);
  const auto work = [&](db::Transaction& tx) {
    tx.lock("files/" + case_id.value);
    file.case_generation = visible_case(tx, request, org, case_id).generation;
    require_room(tx, org, case_id, size_bytes);
    store::insert(tx, needs_.sealing, file, sealed_body);
    record(tx, request, file, "file_added");
    http::Response answer = file_answer(201, file);
    if (request.keep) request.keep(tx, answer, {case_id.value});
    return answer;
  };
  co_return co_await needs_.db.write(work, request.deadline);
}

Task<std::vector<CaseFile>> Files::list(const http::Request& request, OrgId org, CaseId case_id) {
  const auto look = [&](db::Snapshot& at) {
    const Case the_case = visible_case(at, request, org, case_id);
    return store::list(at, needs_.sealing, org, case_id, the_case.generation);
  };
  co_return co_await needs_.db.read(look, request.deadline);
}

Task<CaseFile> Files::get(const http::Request& request, OrgId org, CaseId case_id, FileId id) {
  const auto look = [&](db::Snapshot& at) { return visible(at, request, org, case_id, id); };
  co_return co_await needs_.db.read(look, request.deadline);
}

Task<Files::Opened> Files::open(const http::Request& request, OrgId org, CaseId case_id,
                                FileId id) {
  const auto look = [&](db::Snapshot& at) {
    visible(at, request, org, case_id, id);
    auto bytes = bytes_of(at, org, id);
    if (!bytes) http::throw_not_found();
    return *std::move(bytes);
  };
  // What was seen outside the writers' lane is looked at again in it.
  const auto work = [&](db::Transaction& tx) {
    CaseFile file = visible(tx, request, org, case_id, id);
    if (file.name.empty()) http::throw_not_found();  // its key is gone
    record(tx, request, file, "file_opened");
    return file;
  };
  Opened opened;
  opened.bytes = co_await needs_.db.read(look, request.deadline);
  opened.file = co_await needs_.db.write(work, request.deadline);
  co_return opened;
}

Task<void> Files::remove(const http::Request& request, OrgId org, CaseId case_id, FileId id) {
  const auto work = [&](db::Transaction& tx) {
    const CaseFile file = visible(tx, request, org, case_id, id);
    store::lock(tx, org, id);
    if (store::is_held(tx, org, id)) {
      throw Error(ErrorCode::conflict, said(row_of(kRefusals, "under_way")));
    }
    store::remove(tx, org, id);
    record(tx, request, file, "file_removed");
  };
  co_await needs_.db.write(work, request.deadline);
}

std::optional<CaseFile> Files::find(db::Snapshot& at, const OrgId& org, const CaseId& case_id,
                                    std::int64_t generation, const FileId& id) const {
  auto file = store::find(at, needs_.sealing, org, id);
  const bool is_its = file && file->case_id == case_id && file->case_generation == generation;
  return is_its ? std::move(file) : std::nullopt;
}

std::optional<std::string> Files::bytes_of(db::Snapshot& at, const OrgId& org,
                                           const FileId& id) const {
  return store::bytes_of(at, needs_.sealing, org, id);
}

}  // namespace lendport
