// What a malware scanner says, and what is made of one that says nothing of use.
#include "net/clamd.hpp"

#include "support/run_task.hpp"
#include "support/scanner.hpp"

#include <gtest/gtest.h>

namespace lendport::net {
namespace {

using support::Scanner;

Scan scanned(const std::string& path, const std::string& bytes,
             std::chrono::milliseconds patience = std::chrono::seconds{10}) {
  return support::run_task(
      scan_with_clamd(path, bytes, std::chrono::steady_clock::now() + patience));
}

TEST(Clamd, GetsEveryByteAndSaysWhetherTheyAreClean) {
  const support::TempDir folder;
  const Scanner scanner(folder);
  std::string large(300'000, 'x');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 7);
  for (const std::string& bytes : {std::string("%PDF-1.7"), std::string(1, '\0'), large}) {
    EXPECT_EQ(scanned(scanner.path(), bytes).finding, Finding::clean);
    EXPECT_EQ(scanner.scanned().back(), bytes);
  }
  const Scan found = scanned(scanner.path(), "%PDF-1.7 " + support::kEicar);
  EXPECT_EQ(found.finding, Finding::infected);
  EXPECT_EQ(found.text, "Eicar-Test-Signature");
}

TEST(Clamd, ThatGivesNoVerdictIsNoneAtAll) {
  for (const auto manner : {Scanner::Manner::silent, Scanner::Manner::closes,
                            Scanner::Manner::garbles, Scanner::Manner::refuses}) {
    const support::TempDir folder;
    const Scanner scanner(folder, manner);
    const Scan scan =
        scanned(scanner.path(), std::string(200'000, 'x'), std::chrono::milliseconds{500});
    EXPECT_EQ(scan.finding, Finding::unknown) << static_cast<int>(manner);
    EXPECT_FALSE(scan.text.empty());
  }
  const support::TempDir folder;
  EXPECT_EQ(scanned(folder / "nobody", "x").finding, Finding::unknown);
  EXPECT_EQ(scanned(std::string(300, 'x'), "x").finding, Finding::unknown);
}

}  // namespace
}  // namespace lendport::net
