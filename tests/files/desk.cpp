#include "files/desk.hpp"

namespace lendport::files {

Files FilesDesk::files_with(FileSettings settings) {
  return Files({*store, clock, ids, sealing, cases}, std::move(settings));
}

http::Request FilesDesk::request(const Principal& caller, std::string body) const {
  http::Request request;
  request.id = "req-1";
  request.principal = caller;
  request.body = std::move(body);
  request.deadline = cases::soon();
  return request;
}

FileId FilesDesk::added(std::string body, std::string name) {
  const auto answer = support::run_task(
      files.add(request(rep, std::move(body)), org, the_case.id, std::move(name)));
  return FileId{json::parse(answer.body).at("id").get<std::string>()};
}

void FilesDesk::deleted(const FileId& id) {
  support::run_task(files.remove(request(rep), org, the_case.id, id));
}

std::vector<CaseFile> FilesDesk::listed(const Principal& caller) {
  return support::run_task(files.list(request(caller), org, the_case.id));
}

Files::Opened FilesDesk::content(const Principal& caller, const FileId& id) {
  return support::run_task(files.open(request(caller), org, the_case.id, id));
}

FilesDesk::FilesDesk(db::Engine engine) : Desk(engine), the_case(opened(rep)) {}

FilesDesk::~FilesDesk() = default;

}  // namespace lendport::files
