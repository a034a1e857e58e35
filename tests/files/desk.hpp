// A case and its documents, on a fresh store.
#pragma once

#include "cases/desk.hpp"
#include "files/files.hpp"

#include <nlohmann/json.hpp>

namespace lendport::files {

inline const std::string kPdf = "%PDF-1.7\n1 0 obj\n";

class FilesDesk : public cases::Desk {
 public:
  explicit FilesDesk(db::Engine engine);
  ~FilesDesk();

  Files files_with(FileSettings settings);
  http::Request request(const Principal& caller, std::string body = "") const;
  // The id of the new document.
  FileId added(std::string body = kPdf, std::string name = "stub.pdf");
  void deleted(const FileId& id);
  std::vector<CaseFile> listed(const Principal& caller);
  Files::Opened content(const Principal& caller, const FileId& id);

  Case the_case;
  Files files = files_with({});
};

}  // namespace lendport::files
