// The table of types is whole and in order.
#include "webhooks/event_types.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace lendport::webhooks {
namespace {

TEST(EventTypes, AreInOrderAndOnce) {
  const auto& types = event_types();
  EXPECT_TRUE(std::is_sorted(types.begin(), types.end()));
  EXPECT_EQ(std::set<std::string>(types.begin(), types.end()).size(), types.size());
  for (const std::string& type : types) EXPECT_TRUE(is_event_type(type)) << type;
  EXPECT_FALSE(is_event_type("application"));
  EXPECT_FALSE(is_event_type(kPingType));
}

// What the host's sources append as an event is in the table; types put together at run time
// (an application's states) are looked at in tests/api.
TEST(EventTypes, AreWhatTheSourcesAppend) {
  const std::set<std::string> audit_alone = {
      "application.accept_mismatch", "application.confirm", "application.record_notice",
      "catalog.sync_requested",      "letter.publish",      "mail.resend",
      "webhook_endpoint.recovered"};
  std::set<std::string> nouns;
  for (const std::string& type : event_types()) nouns.insert(type.substr(0, type.find('.')));
  const std::regex literal(R"re("([a-z_]+)\.([a-z_]+)")re");
  std::size_t seen = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(LENDPORT_SOURCE_DIR "/host")) {
    if (entry.path().extension() != ".cpp" || entry.path().parent_path().filename() == "settings") {
      continue;
    }
    std::ifstream file(entry.path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    for (std::sregex_iterator at(text.begin(), text.end(), literal), end; at != end; ++at) {
      const std::string type = (*at)[1].str() + "." + (*at)[2].str();
      const bool is_a_beginning = type.ends_with('_');
      if (!nouns.contains((*at)[1].str()) || is_a_beginning || audit_alone.contains(type)) continue;
      EXPECT_TRUE(is_event_type(type)) << type << " in " << entry.path();
      ++seen;
    }
  }
  EXPECT_GT(seen, event_types().size());
}

}  // namespace
}  // namespace lendport::webhooks
