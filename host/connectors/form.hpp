// A request's body made of parts: multipart/form-data (RFC 7578) of documents and a text.
#pragma once

#include "connectors/connectors.hpp"
#include "connectors/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lendport::connectors {

// Of one form, boundaries and heads included; documents are held in memory while it is sent.
inline constexpr std::size_t kFormBytesMax = 40U * 1024 * 1024;

struct Form {
  std::string content_type;  // with the boundary
  std::string body;
};

// The parts in their order. Nothing when a part names no document of the call, neither document nor
// body is there for it, a type cannot stand in a header, or the form would be too large.
std::optional<Form> form_of(const std::vector<PartAsk>& parts, const Documents& documents,
                            std::string_view body, const std::string& boundary);

}  // namespace lendport::connectors
