// Whatever flows into a mail, from wherever: it comes out of a real relay with the headers it
// should have and no others, to one recipient, the words unharmed; or it does not leave.
#include "mail/post.hpp"

#include <fstream>

namespace lendport::mail {
namespace {

const std::string kLong(10'000, 'x');

// The first ones come back as they are.
constexpr std::size_t kHarmless = 16;
const std::vector<std::string> kTexts = {
    "Bcc: x@y.example",
    "a;b,c:d",
    "\"quoted\" \\ back",
    "<x@y.example>",
    "a (comment) b",
    "a <x@y.example>, b <z@y.example>",
    "'; --",
    "=",
    "?=",
    "= ?utf-8?q?x?=",
    "日本語の名前",
    "مرحبا",
    "Zoé 🎉 Ångström",
    "e\xCC\x81",      // a letter and its accent apart
    "\xEF\xBB\xBF.",  // a byte order mark
    std::string(300, 'w'),
    "a\r\nBcc: x@y.example",
    "a\nBcc: x@y.example",
    "a\rBcc: x@y.example",
    "\r\n\r\nbody",
    "a\r\n folded",
    "\r",
    "\n",
    std::string("a\0b", 3),
    "a\x0B\x0C\x1B[31m\x7F",
    "a\xC2\x85X: y",
    "a\xE2\x80\xA8X: y\xE2\x80\xA9Z: y",
    "a\xE2\x80\xAE\xE2\x81\xA6gnp.exe\xE2\x80\x8F",
    "=?utf-8?q?=0D=0ABcc:_x@y.example?=",
    "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?=",
    "a==??utf-8?b?DQo=?=",
    "a\xFF\xC0\x8D\xC0\x8A",      // no UTF-8, and CR LF written too long
    "a\xED\xA0\xBD\xED\xB2\xA9",  // two halves of a surrogate pair
    kLong,
    kLong + "\r\nBcc: x@y.example",
};

// A database's text has no NUL; no caller's JSON has one either.
bool may_be_stored(const std::string& text) {
  return text.find('\0') == std::string::npos;
}

class Wire {
 public:
  Wire() {
    post_.settings.at_once = 16;
    post_.open();
    for (const Letter letter : kLetters) publish(letter);
  }

  NewMail mail(Letter letter, const std::string& about) {
    ++count_;
    NewMail wanted = post_.to("ada" + std::to_string(count_));
    wanted.cause = std::to_string(count_) + about.substr(0, 60);
    wanted.environment = Environment::production;
    wanted.letter = letter;
    wanted.facts = {};
    return wanted;
  }
  void rename(const std::string& org) {
    post_.desk.store.write([&](db::Transaction& tx) {
      tx.execute("UPDATE orgs SET name = $2 WHERE id = $1", {post_.desk.org, org});
    });
    org_ = org;
  }
  MailId put(const NewMail& wanted, const std::string& about) {
    const MailId id = post_.put(wanted);
    waiting_.push_back({id, wanted, org_, about});
    return id;
  }

  // Sends all; what arrived is judged. How many did.
  std::size_t judged() {
    post_.work();
    std::ofstream expected(folder_ / "expected");
    std::size_t sent = 0;
    for (const Put& one : waiting_) {
      const std::string state = post_.state(one.id);
      EXPECT_TRUE(state == "sent" || state == "refused") << one.about << ": " << state;
      if (state != "sent") continue;
      ++sent;
      expected << json::dump(expectation(one)) << "\n";
    }
    expected.close();
    const auto ended =
        support::run_to_end({"/usr/bin/python3",
                             {"-B", LENDPORT_SOURCE_DIR "/tests/support/mail_headers.py",
                              folder_ / "book", folder_ / "expected"}},
                            std::chrono::seconds{120});
    EXPECT_EQ(ended.output, "read=" + std::to_string(sent) + " faults=0\n");
    return sent;
  }
  std::string state(const MailId& id) { return post_.state(id); }
  static Texts template_of(Letter letter) {
    Texts texts{"Re:", ".\n", "<p>"};
    for (const std::string_view name : variables_of(letter)) {
      const std::string hole = " {{" + std::string(name) + "}}";
      if (name != "org") texts.subject += hole;
      texts.text += hole;
      texts.html += hole;
    }
    texts.text += "\nend";
    return texts;
  }

 private:
  struct Put {
    MailId id;
    NewMail wanted;
    std::string org;
    std::string about;
  };

  // An org's letter with every variable in its subject; also where orgs may publish none.
  void publish(Letter letter) {
    OrgLetter own;
    own.letter = letter;
    own.version = 1;
    own.built_in = false;
    own.texts = template_of(letter);
    own.published_by = "usr_1";
    own.published_at = post_.desk.clock.now();
    post_.desk.store.write(
        [&](db::Transaction& tx) { mail_store::insert_letter(tx, post_.desk.org, own); });
  }
  json::Value expectation(const Put& one) {
    Facts facts = one.wanted.facts;
    facts["org"] = one.org;
    const Texts words = render(template_of(one.wanted.letter), facts);
    json::Value files = json::Value::array();
    for (const Attachment& file : one.wanted.attachments)
      files.push_back(as_header_text(file.name));
    const std::string name = as_header_text(one.wanted.to.name);
    return {{"id", "<" + one.id.value + "@hub.example>"},
            {"to", {name, one.wanted.to.address}},
            {"from", {as_header_text(one.org), "loans@hub.example"}},
            {"subject", words.subject},
            {"text", words.text},
            {"language", "en"},
            {"files", files},
            {"about", one.about}};
  }

  support::TempDir folder_;
  RelayServer relay_{{"--book", folder_ / "book"}};
  Post post_{db::Engine::sqlite, &relay_};
  std::string org_ = "Sunrise Solar";
  int count_ = 0;
  std::vector<Put> waiting_;
};

TEST(Headers, OfALetterAreItsOwnWhateverItsVariablesHold) {
  Wire wire;
  std::size_t mails = 0;
  for (const Letter letter : kLetters) {
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
      const std::string about = std::string(to_string(letter)) + " " + std::to_string(i);
      NewMail wanted = wire.mail(letter, about);
      for (const std::string_view name : variables_of(letter)) {
        wanted.facts[std::string(name)] = kTexts[i];
      }
      wire.put(wanted, about);
      ++mails;
    }
  }
  EXPECT_EQ(wire.judged(), mails);
}

TEST(Headers, OfAMailAreItsOwnWhoeverItIsFromAndTo) {
  Wire wire;
  std::size_t mails = 0;
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    NewMail wanted = wire.mail(Letter::decision, "to " + std::to_string(i));
    wanted.to.name = kTexts[i];
    wire.put(wanted, "to " + std::to_string(i));
    ++mails;
    if (!may_be_stored(kTexts[i])) continue;
    wire.rename(kTexts[i]);
    wire.put(wire.mail(Letter::decision, "from " + std::to_string(i)), "from " + std::to_string(i));
    wire.rename("Sunrise Solar");
    ++mails;
  }
  EXPECT_EQ(wire.judged(), mails);
}

TEST(Headers, ReachNobodyElseByAnAddress) {
  Wire wire;
  std::size_t sent = 0;
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    if (!may_be_stored(kTexts[i])) continue;
    for (const std::string& address : {kTexts[i] + "@example.com", "ada@" + kTexts[i],
                                       "ada@example.com" + kTexts[i], kTexts[i]}) {
      NewMail wanted = wire.mail(Letter::decision, "address");
      wanted.to.address = address;
      const MailId id = wire.put(wanted, "address " + std::to_string(i));
      if (wire.state(id) == "queued") ++sent;
    }
  }
  EXPECT_EQ(wire.judged(), sent);
}

TEST(Headers, OfAnAttachmentAreItsOwnWhateverItIsCalled) {
  Wire wire;
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    NewMail wanted = wire.mail(Letter::decision, "file");
    wanted.attachments = {{kTexts[i], "text/plain", ".\r\n"}};
    wire.put(wanted, "file " + std::to_string(i));
  }
  EXPECT_EQ(wire.judged(), kTexts.size());
}

// What the cleaning leaves as it is.
TEST(Headers, KeepHarmlessWords) {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    EXPECT_EQ(as_header_text(kTexts[i]) == kTexts[i], i < kHarmless) << kTexts[i];
  }
}

}  // namespace
}  // namespace lendport::mail
