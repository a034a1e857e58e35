// Mails on the wire: nothing that is put in ever becomes a header of its own.
#include "mail/message.hpp"

#include "core/error.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace lendport::mail {
namespace {

Message hello() {
  Message message;
  message.id = "mail_1@example.com";
  message.from = {"Sunny Roofs", "hub@example.com"};
  message.to = {"Ada Example", "ada@example.com"};
  message.subject = "Hello";
  message.language = "en";
  message.text = "Hello Ada\n";
  message.html = "<p>Hello Ada</p>\n";
  message.date = from_unix_ms(1'780'000'000'000);
  return message;
}

// Header lines, unfolded, of the first header block.
std::vector<std::string> headers(const std::string& bytes) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (true) {
    const std::size_t end = bytes.find("\r\n", at);
    if (end == at || end == std::string::npos) return lines;
    const std::string line = bytes.substr(at, end - at);
    if (line.starts_with(' ') || line.starts_with('\t')) {
      lines.back() += line;
    } else {
      lines.push_back(line);
    }
    at = end + 2;
  }
}

std::string header(const std::string& bytes, const std::string& name) {
  std::string found;
  for (const std::string& line : headers(bytes)) {
    if (line.starts_with(name + ": "))
      found += (found.empty() ? "" : "|") + line.substr(name.size() + 2);
  }
  return found;
}

// What Python's reader, which is another's, finds in the mail.
std::string read_by_another(const std::string& bytes, const std::string& expression) {
  const support::TempDir folder;
  std::ofstream(folder / "mail") << bytes;
  const std::string script =
      "import email, email.policy\n"
      "mail = email.message_from_bytes(open('" +
      (folder / "mail") +
      "', 'rb').read(), policy=email.policy.default)\n"
      "print(" +
      expression + ")";
  const auto ended =
      support::run_to_end({"/usr/bin/python3", {"-c", script}}, std::chrono::seconds{20});
  EXPECT_EQ(ended.exit_code, 0) << ended.output;
  return ended.output.substr(0, ended.output.find_last_not_of('\n') + 1);
}

TEST(Messages, AreUtf8AndQuotedPrintableInBothForms) {
  Message message = hello();
  message.subject = "Financement accepté 🎉 par Crédit Été";
  message.to.name = "Zoé \"Z\" Lefèvre, née Ångström";
  message.text = "Bonjour Zoé,\n.\n..\nFrom here\nœuf = oeuf €\n" + std::string(3000, 'x') + "\n";
  message.html = "<p>Zoé &amp; €</p>\r\n";
  const std::string bytes = write(message);
  EXPECT_EQ(bytes.find_first_of(std::string_view("\x80\xC3\xE2\0", 4)), std::string::npos);
  std::size_t line_start = 0;
  for (std::size_t end = bytes.find('\n'); end != std::string::npos;
       line_start = end + 1, end = bytes.find('\n', end + 1)) {
    ASSERT_EQ(bytes[end - 1], '\r');
    EXPECT_LE(end - line_start, 200U) << bytes.substr(line_start, end - line_start);
  }
  EXPECT_EQ(read_by_another(bytes, "mail['subject']"), message.subject);
  EXPECT_EQ(read_by_another(bytes, "mail['to'].addresses[0].display_name"), message.to.name);
  EXPECT_EQ(read_by_another(bytes, "mail['to'].addresses[0].addr_spec"), "ada@example.com");
  EXPECT_EQ(read_by_another(bytes, "mail.get_content_type()"), "multipart/alternative");
  EXPECT_EQ(read_by_another(bytes,
                            "repr(mail.get_body(('plain',)).get_payload(decode=True).decode()."
                            "replace('\\r\\n', '\\n') == " +
                                std::string("'Bonjour Zoé,\\n.\\n..\\nFrom here\\nœuf = "
                                            "oeuf €\\n' + 3000 * 'x' + '\\n')")),
            "True");
  EXPECT_EQ(read_by_another(bytes, "mail.get_body(('html',)).get_content().strip()"),
            "<p>Zoé &amp; €</p>");
  EXPECT_EQ(read_by_another(bytes,
                            "[(p.get_content_charset(), p['content-transfer-encoding']) "
                            "for p in mail.iter_parts()]"),
            "[('utf-8', 'quoted-printable'), ('utf-8', 'quoted-printable')]");
}

TEST(Messages, SayWhoWhenAndWhatTheyAre) {
  const std::string bytes = write(hello());
  EXPECT_EQ(header(bytes, "Message-Id") + header(bytes, "Message-ID"), "<mail_1@example.com>");
  EXPECT_EQ(header(bytes, "From"), "Sunny Roofs <hub@example.com>");
  EXPECT_EQ(header(bytes, "Date"), "Thu, 28 May 2026 20:26:40 +0000");
  EXPECT_EQ(header(bytes, "MIME-Version") + header(bytes, "Mime-Version"), "1.0");
  EXPECT_EQ(header(bytes, "Auto-Submitted"), "auto-generated");
  EXPECT_EQ(header(bytes, "Content-Language"), "en");
}

TEST(Messages, AreTheSameBytesEachTime) {
  Message message = hello();
  message.attachments = {{"a.pdf", "application/pdf", "abc"}};
  EXPECT_EQ(write(message), write(message));
  Message other = message;
  other.id = "mail_2@example.com";
  EXPECT_NE(write(message), write(other));
}

TEST(Messages, CarryAttachmentsWhole) {
  Message message = hello();
  std::string all;
  for (int i = 0; i < 256 * 40; ++i) all += static_cast<char>(i);
  message.attachments = {{"Prêt \"final\"; été.pdf", "application/pdf", all},
                         {"b.txt", "text/plain", "line\r\n.\r\nline\n"}};
  const std::string bytes = write(message);
  EXPECT_EQ(read_by_another(bytes, "[p.get_filename() for p in mail.iter_attachments()]"),
            "['Prêt \"final\"; été.pdf', 'b.txt']");
  EXPECT_EQ(read_by_another(bytes,
                            "[p.get_payload(decode=True) == x for p, x in "
                            "zip(mail.iter_attachments(), "
                            "[bytes(range(256)) * 40, b'line\\r\\n.\\r\\nline\\n'])]"),
            "[True, True]");
}

// What must not stand in a header, wherever somebody puts it.
const std::vector<std::string> kNoHeaderTexts = {
    "a\r\nBcc: x@y.example",
    "a\nBcc: x@y.example",
    "a\rBcc: x@y.example",
    "a\r\n\r\n<p>body</p>",
    "a\r\n folded",
    "a\n\tfolded",
    std::string("a\0b", 3),
    "a\x01"
    "b",
    "a\x7F"
    "b",
    "a\xC2\x85"
    "b",  // next line
    "a\xE2\x80\xA8"
    "b",  // line separator
    "a\xE2\x80\xA9"
    "b",                      // paragraph separator
    "a\xE2\x80\xAEmoc.knab",  // right-to-left override
    "a\xE2\x81\xA6"
    "b",  // isolate
    "a\xE2\x80\x8F"
    "b",      // right-to-left mark
    "a\xFF",  // no UTF-8
    "a\xC0\x8D\xC0\x8A"
    "b",                         // CR LF written too long
    "a\xED\xA0\x80",             // half a surrogate
    "=?utf-8?q?=0D=0ABcc:_x?=",  // decodes to CR LF
    "a ==?utf-8?b?DQo=?=",
    std::string(501, 'a'),
};

TEST(Messages, RefuseWhatWouldBeAHeaderOfItsOwn) {
  for (const std::string& text : kNoHeaderTexts) {
    EXPECT_FALSE(is_header_text(text)) << text;
    std::vector<Message> attempts(6, hello());
    attempts[0].subject = text;
    attempts[1].from.name = text;
    attempts[2].to.name = text;
    attempts[3].to.address = text + "@example.com";
    attempts[4].id = text;
    attempts[5].attachments = {{text, "text/plain", "x"}};
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      EXPECT_EQ(problems_of(attempts[i]).size(), 1U) << i << ": " << text;
      EXPECT_THROW(write(attempts[i]), Error) << i << ": " << text;
    }
  }
}

TEST(Messages, KeepValuesInTheirHeaderOnceCleaned) {
  const std::size_t usual = headers(write(hello())).size();
  for (const std::string& text : kNoHeaderTexts) {
    const std::string clean = as_header_text(text);
    EXPECT_TRUE(is_header_text(clean)) << text;
    Message message = hello();
    message.subject = clean;
    message.from.name = message.to.name = clean;
    const std::string bytes = write(message);
    EXPECT_EQ(headers(bytes).size(), usual) << text;
    EXPECT_EQ(header(bytes, "Bcc"), "") << text;
  }
}

TEST(Messages, EncodeStrangeNamesWithoutLosingTheAddress) {
  for (const std::string name :
       {"", "Ada <x@y.example>", "x@y.example, z@y.example", "\"", "\\", "Ada (comment)",
        "日本語の名前", "Ω≈ç√∫", "a;b:c", "  spaces  ", ".", "🎉"}) {
    Message message = hello();
    message.to.name = name;
    const std::string bytes = write(message);
    EXPECT_EQ(header(bytes, "Bcc"), "") << name;
    EXPECT_EQ(read_by_another(bytes, "[a.addr_spec for a in mail['to'].addresses]"),
              "['ada@example.com']")
        << name;
  }
  Message message = hello();
  message.to.name = std::string(240, 'n') + " " + std::string(240, 'm');
  EXPECT_EQ(read_by_another(write(message), "[a.addr_spec for a in mail['to'].addresses]"),
            "['ada@example.com']");
}

TEST(Addresses, ArePlainOnes) {
  for (const char* good :
       {"ada@example.com", "a.b+c@sub.example.co", "a@b-c.example", "o'hara@x.ie"}) {
    EXPECT_TRUE(is_address(good)) << good;
  }
  for (const std::string bad : {"",
                                "ada",
                                "@example.com",
                                "ada@",
                                "ada@example",
                                "a..b@example.com",
                                ".a@example.com",
                                "a b@example.com",
                                "ada@exa mple.com",
                                "ada@-a.com",
                                "<ada@example.com>",
                                "a@b@example.com",
                                "\"a b\"@example.com",
                                "ada@[127.0.0.1]",
                                "ada@example.com.",
                                "ada@example..com",
                                "zoé@example.com",
                                "ada@exämple.com",
                                "ada@example.com\n",
                                "ada@example.com>",
                                "a,b@example.com",
                                "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?=@example.com",
                                "ada=?utf-8?q?=40evil.example=3E?=@example.com"}) {
    EXPECT_FALSE(is_address(bad)) << bad;
  }
  EXPECT_FALSE(is_address(std::string(65, 'a') + "@example.com"));
  EXPECT_FALSE(is_address("a@" + std::string(250, 'a') + ".com"));
}

TEST(Messages, HaveLimits) {
  Message message = hello();
  message.attachments.assign(kAttachmentsMax + 1, {"a", "text/plain", "x"});
  EXPECT_EQ(problems_of(message).size(), 1U);
  message.attachments.assign(2,
                             {"a", "text/plain", std::string(kAttachmentsBytesMax / 2 + 1, 'x')});
  EXPECT_EQ(problems_of(message).size(), 1U);
  for (const char* type : {"", "pdf", "a/b/c", "text/plain; x=y", "text/plain\r\nX: y",
                           "multipart/mixed", "message/rfc822"}) {
    message.attachments = {{"a", type, "x"}};
    EXPECT_EQ(problems_of(message).size(), 1U) << type;
  }
}

}  // namespace
}  // namespace lendport::mail
