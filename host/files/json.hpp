// The spelling of documents in answers and events.
#pragma once

#include "files/file.hpp"
#include "http/message.hpp"

#include <string>
#include <vector>

namespace lendport {

http::Response file_answer(unsigned status, const CaseFile& file);
http::Response files_answer(const std::vector<CaseFile>& files);

namespace files {

// What events and the audit say of one: nothing that names a person.
std::string event_text(const CaseFile& file);

}  // namespace files
}  // namespace lendport
