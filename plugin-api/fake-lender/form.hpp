// Forms with files, as a lender reads them.
#pragma once

#include "fake-lender/message.hpp"

#include <string>
#include <vector>

namespace lendport::fake {

struct Part {
  std::string name;
  std::string file_name;
  std::string content_type;
  std::string body;
};

// The parts of a multipart/form-data request; none when it is not one, or is not whole.
std::vector<Part> parts_of(const Request& request);

// Lower-case hexadecimal.
std::string sha256_of(const std::string& bytes);

}  // namespace lendport::fake
