// A case and its documents, on a fresh store.
#pragma once

#include "cases/desk.hpp"
#include "files/files.hpp"

#include <nlohmann/json.hpp>

namespace lendport::files {

inline const std::string kPdf = "%PDF-1.7\n1 0 obj\n";

class FilesDesk : public cases::Desk {
 public:
  explicit FilesDesk(db::Engine engine) : Desk(engine), the_case(opened(rep)) {}

  Files files_with(FileSettings settings) {
    return Files({*store, clock, ids, sealing, cases}, std::move(settings));
  }
  http::Request request(const Principal& caller, std::string body = "") const {
    http::Request request;
    request.id = "req-1";
    request.principal = caller;
    request.body = std::move(body);
    request.deadline = cases::soon();
    return request;
  }
  // The id of the new document.
  FileId added(std::string body = kPdf, std::string name = "stub.pdf") {
    const auto answer = support::run_task(
        files.add(request(rep, std::move(body)), org, the_case.id, std::move(name)));
    return FileId{json::parse(answer.body).at("id").get<std::string>()};
  }
  void deleted(const FileId& id) {
    support::run_task(files.remove(request(rep), org, the_case.id, id));
  }
  std::vector<CaseFile> listed(const Principal& caller) {
    return support::run_task(files.list(request(caller), org, the_case.id));
  }
  Files::Opened content(const Principal& caller, const FileId& id) {
    return support::run_task(files.open(request(caller), org, the_case.id, id));
  }

  Case the_case;
  Files files = files_with({});
};

}  // namespace lendport::files
