#include "mail/message.hpp"

#include "core/error.hpp"
#include "core/text.hpp"
#include "crypto/hash.hpp"

#include <algorithm>
#include <gmime/gmime.h>
#include <memory>
#include <mutex>
#include <utf8proc.h>

namespace lendport::mail {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Held = std::unique_ptr<T, Unref>;

// GObject's classes are C: a pointer to one is a pointer to what it is made of.
template <class To, class From>
To* as(From* object) {
  return reinterpret_cast<To*>(object);
}

// GMime and GLib keep tables for the whole process; one message is made at a time, so that what
// they promise of threads need not be believed.
std::mutex& gmime_turn() {
  static std::mutex turn;
  static std::once_flag started;
  std::call_once(started, [] { g_mime_init(); });
  return turn;
}

constexpr bool turns_direction(utf8proc_int32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

constexpr bool may_stand_in_header(utf8proc_int32_t c) {
  const bool is_control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
  return !is_control && c != 0x2028 && c != 0x2029 && !turns_direction(c);
}

// How an encoded word begins (RFC 2047): what it holds is decoded by whoever shows the mail, line
// ends included.
constexpr std::string_view kEncodedWord = "=?";

// The next character of `text` and its bytes; one byte and a negative number where it is no UTF-8.
struct Character {
  utf8proc_int32_t code;
  std::size_t bytes;
};
Character first_of(std::string_view text) {
  utf8proc_int32_t code = -1;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &code);
  if (size <= 0) return {-1, 1};
  return {code, static_cast<std::size_t>(size)};
}

bool is_label(std::string_view text) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; };
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool is_domain(std::string_view text) {
  int labels = 0;
  while (true) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    if (!is_label(text.substr(0, dot))) return false;
    ++labels;
    if (dot == text.size()) return labels > 1;
    text.remove_prefix(dot + 1);
  }
}

bool is_local_part(std::string_view text) {
  static constexpr std::string_view kOthers = "!#$%&'*+-/=?^_`{|}~.";
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || kOthers.find(static_cast<char>(c)) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= 64 && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool is_media_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto is_token = [](std::string_view part) {
    static constexpr std::string_view kOthers = "!#$&-^_.+";
    return !part.empty() && part.size() <= 64 &&
           std::all_of(part.begin(), part.end(), [](unsigned char c) {
             return std::isalnum(c) != 0 ||
                    kOthers.find(static_cast<char>(c)) != std::string_view::npos;
           });
  };
  if (slash == std::string_view::npos) return false;
  const std::string_view type = text.substr(0, slash);
  return is_token(type) && is_token(text.substr(slash + 1)) && type != "multipart" &&
         type != "message";
}

// Lines of content end in LF for GMime, which writes CRLF.
std::string with_plain_lines(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool before_newline = i + 1 < text.size() && text[i + 1] == '\n';
    if (text[i] == '\r' && before_newline) continue;
    plain += text[i] == '\r' ? '\n' : text[i];
  }
  return plain;
}

Held<GMimePart> part_of(const char* type, const char* subtype, std::string_view content,
                        GMimeContentEncoding encoding) {
  Held<GMimePart> part(g_mime_part_new_with_type(type, subtype));
  const Held<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(content.data(), content.size()));
  const Held<GMimeDataWrapper> wrapper(
      g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
  g_mime_part_set_content(part.get(), wrapper.get());
  g_mime_part_set_content_encoding(part.get(), encoding);
  return part;
}

Held<GMimePart> text_part(const char* subtype, const std::string& text) {
  auto part =
      part_of("text", subtype, with_plain_lines(text), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_mime_object_set_content_type_parameter(as<GMimeObject>(part.get()), "charset", "utf-8");
  return part;
}

Held<GMimePart> attached(const Attachment& attachment) {
  const std::size_t slash = attachment.type.find('/');
  auto part =
      part_of(attachment.type.substr(0, slash).c_str(), attachment.type.substr(slash + 1).c_str(),
              attachment.bytes, GMIME_CONTENT_ENCODING_BASE64);
  g_mime_object_set_disposition(as<GMimeObject>(part.get()), "attachment");
  g_mime_part_set_filename(part.get(), attachment.name.c_str());
  return part;
}

// Follows from the id, so that a mail that is sent again is the same mail.
Held<GMimeMultipart> multipart(const char* subtype, const Message& message) {
  Held<GMimeMultipart> parts(g_mime_multipart_new_with_subtype(subtype));
  const std::string mark = crypto::hex(crypto::sha256(message.id + "/" + subtype)).substr(0, 32);
  g_mime_multipart_set_boundary(parts.get(), ("=_" + mark).c_str());
  return parts;
}

Held<GMimeMultipart> body_of(const Message& message) {
  auto texts = multipart("alternative", message);
  for (const auto& part : {text_part("plain", message.text), text_part("html", message.html)}) {
    g_mime_multipart_add(texts.get(), as<GMimeObject>(part.get()));
  }
  if (message.attachments.empty()) return texts;
  auto all = multipart("mixed", message);
  g_mime_multipart_add(all.get(), as<GMimeObject>(texts.get()));
  for (const Attachment& attachment : message.attachments) {
    const auto part = attached(attachment);
    g_mime_multipart_add(all.get(), as<GMimeObject>(part.get()));
  }
  return all;
}

void add_mailbox(GMimeMessage* message, GMimeAddressType type, const Mailbox& mailbox) {
  g_mime_message_add_mailbox(message, type, mailbox.name.empty() ? nullptr : mailbox.name.c_str(),
                             mailbox.address.c_str());
}

void set_date(GMimeMessage* message, Time date) {
  GDateTime* at = g_date_time_new_from_unix_utc(to_unix_ms(date) / 1000);
  g_mime_message_set_date(message, at);
  g_date_time_unref(at);
}

std::string bytes_of(GMimeMessage* message) {
  GByteArray* bytes = g_byte_array_new();
  const Held<GMimeStream> stream(g_mime_stream_mem_new_with_byte_array(bytes));  // owns `bytes`
  GMimeFormatOptions* format = g_mime_format_options_new();
  g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
  const auto written =
      g_mime_object_write_to_stream(as<GMimeObject>(message), format, stream.get());
  g_mime_format_options_free(format);
  if (written < 0) throw Error(ErrorCode::internal, "a mail cannot be written");
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

class Judge {
 public:
  void header(const std::string& pointer, std::string_view text) {
    if (!is_header_text(text)) {
      note(pointer, "header_text", "has characters that may not stand in a header, or is too long");
    }
  }
  void mailbox(const std::string& pointer, const Mailbox& mailbox) {
    header(pointer + "/name", mailbox.name);
    if (!is_address(mailbox.address)) note(pointer + "/address", "address", "is no e-mail address");
  }
  void note(std::string pointer, const char* code, const char* detail) {
    found.push_back({std::move(pointer), code, detail});
  }
  std::vector<Violation> found;
};

}  // namespace

bool is_header_text(std::string_view text) {
  if (text.size() > kHeaderTextBytesMax || text.find(kEncodedWord) != std::string_view::npos) {
    return false;
  }
  while (!text.empty()) {
    const Character next = first_of(text);
    if (next.code < 0 || !may_stand_in_header(next.code)) return false;
    text.remove_prefix(next.bytes);
  }
  return true;
}

std::string as_header_text(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const Character next = first_of(text);
    const bool stands = next.code >= 0 && may_stand_in_header(next.code);
    if (clean.ends_with('=') && next.code == '?') clean += ' ';
    clean += stands ? text.substr(0, next.bytes) : std::string_view(" ");
    text.remove_prefix(next.bytes);
  }
  return cut(clean, kHeaderTextBytesMax);
}

bool is_address(std::string_view text) {
  const std::size_t at = text.rfind('@');
  return text.size() <= kAddressBytesMax && at != std::string_view::npos &&
         text.find(kEncodedWord) == std::string_view::npos && is_local_part(text.substr(0, at)) &&
         is_domain(text.substr(at + 1));
}

std::vector<Violation> problems_of(const Message& message) {
  Judge judge;
  if (!is_address(message.id)) judge.note("/id", "message_id", "is no Message-ID");
  judge.mailbox("/from", message.from);
  judge.mailbox("/to", message.to);
  judge.header("/subject", message.subject);
  if (!is_label(message.language)) judge.note("/language", "language", "is no language");
  if (message.attachments.size() > kAttachmentsMax) {
    judge.note("/attachments", "too_many", "are too many");
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < message.attachments.size(); ++i) {
    const Attachment& one = message.attachments[i];
    const std::string pointer = "/attachments/" + std::to_string(i);
    judge.header(pointer + "/name", one.name);
    if (!is_media_type(one.type)) judge.note(pointer + "/type", "media_type", "is no media type");
    bytes += one.bytes.size();
  }
  if (bytes > kAttachmentsBytesMax) judge.note("/attachments", "too_large", "are too large");
  return std::move(judge.found);
}

std::string write(const Message& message) {
  auto problems = problems_of(message);
  if (!problems.empty()) throw Error(std::move(problems));
  const std::scoped_lock held(gmime_turn());
  const Held<GMimeMessage> mime(g_mime_message_new(TRUE));
  add_mailbox(mime.get(), GMIME_ADDRESS_TYPE_FROM, message.from);
  add_mailbox(mime.get(), GMIME_ADDRESS_TYPE_TO, message.to);
  g_mime_message_set_subject(mime.get(), message.subject.c_str(), "utf-8");
  set_date(mime.get(), message.date);
  g_mime_message_set_message_id(mime.get(), message.id.c_str());
  for (const auto& [name, value] : {std::pair("Content-Language", message.language.c_str()),
                                    std::pair("Auto-Submitted", "auto-generated")}) {
    g_mime_object_set_header(as<GMimeObject>(mime.get()), name, value, nullptr);
  }
  const auto body = body_of(message);
  g_mime_message_set_mime_part(mime.get(), as<GMimeObject>(body.get()));
  return bytes_of(mime.get());
}

}  // namespace lendport::mail
