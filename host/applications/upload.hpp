// Documents of a case for a stipulation of its lender.
#pragma once

#include "applications/application.hpp"
#include "applications/documents.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

inline constexpr std::size_t kUploadFilesMax = 10;
inline constexpr std::int64_t kUploadBytesMax = 25 * 1024 * 1024;  // of all of its files
inline constexpr std::size_t kUploadsMax = 100;                    // of one application

struct Upload {
  UploadId id;
  OrgId org;
  ApplicationId application;
  std::string stipulation;  // of stipulation_ids()
  std::string lender_id;    // the lender's words for it, as they were
  std::string code;
  std::string text;
  std::vector<FileId> files;
  DocumentsDelivery delivery;
};

// Documents that a job carries to a lender, or asks about: all of it is the same for both kinds but
// what consignment.cpp says.
struct Consignment {
  Application application;
  std::optional<Upload> upload;  // none: the loan documents

  DocumentsDelivery& delivery() { return upload ? upload->delivery : *application.documents; }
  const DocumentsDelivery& delivery() const {
    return upload ? upload->delivery : *application.documents;
  }
};

// A stipulation as the hub's people see it.
struct StipulationView {
  std::string id;
  Stipulation stipulation;
  StipulationState state = StipulationState::open;
  std::vector<Upload> uploads;  // for it, oldest first
};

// What a stipulation is called in paths: the lender's id where it can stand there, else a name made
// of all the lender says of it.
std::string stipulation_id(const Stipulation& stipulation);
// The same of each of a decision; those that share the lender's id have the longer name. So a name
// changes when another one with that id comes or goes: is_same() and is_for() still know it.
std::vector<std::string> stipulation_ids(const std::vector<Stipulation>& all);

// Whether the lender says the same of both, wherever they stand.
bool is_same(const Stipulation& one, const Stipulation& other);
// Whether its documents are for the stipulation that is called `id` now: by its name when they were
// sent, or by the lender's words.
bool is_for(const Upload& upload, std::string_view id, const Stipulation& stipulation);

// What the lender says; where it says nothing, `sent` once it has documents for it.
// REQUIRES: `id` is what it is called.
StipulationState state_of(const Stipulation& stipulation, std::string_view id,
                          const std::vector<Upload>& uploads);

// Between the request and the lender's word: nobody deletes its files, and no second one begins.
bool is_under_way(const Upload& upload);

std::vector<StipulationView> views_of(const Application& application,
                                      const std::vector<Upload>& uploads);

// The stipulation in the lender's latest decision that its documents are for; null when there is
// none.
Stipulation* find_stipulation(Application& application, const Upload& upload);

}  // namespace lendport
