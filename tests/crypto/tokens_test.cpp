// API keys tell their environment and their typing errors.
#include "crypto/tokens.hpp"

#include <gtest/gtest.h>

namespace lendport::crypto {
namespace {

TEST(ApiKey, HasItsFormAndIsItsOwn) {
  const ApiKey live = make_api_key(Environment::production);
  const ApiKey test = make_api_key(Environment::sandbox);
  EXPECT_EQ(live.text.expose().size(), kApiKeyLength);
  EXPECT_TRUE(live.text.expose().starts_with("lp_live_"));
  EXPECT_TRUE(test.text.expose().starts_with("lp_test_"));
  EXPECT_EQ(live.shown, live.text.expose().substr(0, 12));
  EXPECT_EQ(live.hash, hash_of_api_key(live.text.expose()));
  EXPECT_EQ(hex(live.hash).find(live.text.expose()), std::string::npos);
  EXPECT_NE(live.text.expose().substr(8),
            make_api_key(Environment::production).text.expose().substr(8));
}

TEST(ApiKey, TellsItsEnvironment) {
  EXPECT_EQ(environment_of_api_key(make_api_key(Environment::production).text.expose()),
            Environment::production);
  EXPECT_EQ(environment_of_api_key(make_api_key(Environment::sandbox).text.expose()),
            Environment::sandbox);
}

TEST(ApiKey, IsRefusedWithAnyCharacterChanged) {
  const std::string key = make_api_key(Environment::production).text.expose();
  for (std::size_t i = 0; i < key.size(); ++i) {
    std::string wrong = key;
    wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
    EXPECT_EQ(environment_of_api_key(wrong), std::nullopt) << wrong;
  }
  for (const std::string& wrong : {std::string(), key.substr(1), key + "x", "Bearer " + key}) {
    EXPECT_EQ(environment_of_api_key(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace lendport::crypto
