#include "connectors/form.hpp"

#include "crypto/mac.hpp"

#include <algorithm>

namespace lendport::connectors {
namespace {

// A name between quotes in a part's head, as browsers write it: what would end it is escaped.
std::string in_quotes(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') {
      text += "%22";
    } else if (c == '\r') {
      text += "%0D";
    } else if (c == '\n') {
      text += "%0A";
    } else if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) {
      text += c;
    }
  }
  return text + "\"";
}

bool is_type(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

std::string head_of(const PartAsk& part, const Document* document, const std::string& boundary) {
  const std::string none;
  const std::string& own_name = document != nullptr ? document->file_name : none;
  const std::string& file_name = part.file_name.empty() ? own_name : part.file_name;
  const std::string& own_type = document != nullptr ? document->content_type : none;
  const std::string& type = part.content_type.empty() ? own_type : part.content_type;
  std::string head = "--" + boundary + "\r\nContent-Disposition: form-data; name=";
  head += in_quotes(part.name);
  if (!file_name.empty()) head += "; filename=" + in_quotes(file_name);
  if (!type.empty()) head += "\r\nContent-Type: " + type;
  if (part.base64) head += "\r\nContent-Transfer-Encoding: base64";
  return head + "\r\n\r\n";
}

}  // namespace

std::optional<Form> form_of(const std::vector<PartAsk>& parts, const Documents& documents,
                            std::string_view body, const std::string& boundary) {
  Form form;
  form.content_type = "multipart/form-data; boundary=" + boundary;
  for (const PartAsk& part : parts) {
    const auto found = documents.find(part.blob);
    const bool is_document = !part.blob.empty();
    if (is_document && (found == documents.end() || !found->second.bytes)) return std::nullopt;
    if (!part.content_type.empty() && !is_type(part.content_type)) return std::nullopt;
    const std::string_view bytes = is_document ? std::string_view(*found->second.bytes) : body;
    form.body += head_of(part, is_document ? &found->second : nullptr, boundary);
    const std::size_t size = part.base64 ? bytes.size() / 3 * 4 : bytes.size();
    if (form.body.size() + size > kFormBytesMax) return std::nullopt;
    form.body += part.base64 ? crypto::base64(bytes) : std::string(bytes);
    form.body += "\r\n";
  }
  form.body += "--" + boundary + "--\r\n";
  return form;
}

}  // namespace lendport::connectors
