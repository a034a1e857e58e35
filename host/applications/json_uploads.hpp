// The spelling of stipulations and of documents for them: in the API, in the store, to connectors.
#pragma once

#include "applications/upload.hpp"
#include "files/files.hpp"
#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport {

// {"files": ["file_…"]}: ids as they came. Throws with everything that is wrong.
std::vector<FileId> read_new_upload(std::string_view body);

http::Response stipulation_answer(unsigned status, const Application& application,
                                  const StipulationView& view, std::string_view language);
http::Response stipulations_answer(const std::vector<StipulationView>& views,
                                   std::string_view language);

std::string write_stored_files(const std::vector<FileId>& files);
std::vector<FileId> read_stored_files(std::string_view text);

// The idempotency key of every attempt, fixed for the upload's life.
std::string upload_key(const Application& application, const Upload& upload);
// documents.upload/1 and documents.uploaded/1.
std::string write_upload_request(const Application& application, const Upload& upload,
                                 const std::vector<CaseFile>& files);
std::string write_upload_question(const Application& application, const Upload& upload);

// The payload of its jobs; of a job of loan documents there is no upload in it.
std::string write_upload_job(const Upload& upload);
std::optional<UploadId> read_upload_job(std::string_view payload);

// What an event says of it.
std::string write_upload_event(const Application& application, const Upload& upload);

}  // namespace lendport
