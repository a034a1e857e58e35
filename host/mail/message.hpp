// A mail as it goes over the wire: RFC 5322 and MIME, made by GMime.
#pragma once

#include "core/time.hpp"
#include "core/violation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lendport::mail {

inline constexpr std::size_t kHeaderTextBytesMax = 500;
inline constexpr std::size_t kAddressBytesMax = 254;
inline constexpr std::size_t kAttachmentsMax = 10;
inline constexpr std::size_t kAttachmentsBytesMax = 4U << 20U;  // together

struct Mailbox {
  std::string name;     // UTF-8; empty: the address alone
  std::string address;  // ASCII
};

struct Attachment {
  std::string name;  // "Loan terms.pdf"
  std::string type;  // "application/pdf"
  std::string bytes;
};

struct Message {
  std::string id;  // Message-ID without angle brackets; the same id gives the same bytes
  Mailbox from;
  Mailbox to;
  std::string subject;
  std::string language;  // "en"
  std::string text;      // lines end in LF or CRLF
  std::string html;
  Time date{};
  std::vector<Attachment> attachments;
};

// Whether `text` may stand in a header: UTF-8 of at most kHeaderTextBytesMax, without control
// characters, line ends of any script, marks that turn the direction of writing, or what a reader
// would decode ("=?").
bool is_header_text(std::string_view text);
// `text` made so: what may not be there becomes a blank, what is too long is cut. For values that
// come from elsewhere; what somebody wrote as a header is refused instead.
std::string as_header_text(std::string_view text);

// local@domain in plain ASCII: no quoted local parts, no address literals, a dot in the domain, and
// nothing a relay may decode into another address ("=?").
bool is_address(std::string_view text);

// What keeps the message from being written. Pointers name members: "/subject", "/to/name".
std::vector<Violation> problems_of(const Message& message);

// multipart/alternative of text and HTML, in UTF-8 and quoted-printable, with the attachments
// around it; lines end in CRLF. Throws Error{invalid_input} with problems_of(message): no value
// ever begins a header of its own.
std::string write(const Message& message);

}  // namespace lendport::mail
